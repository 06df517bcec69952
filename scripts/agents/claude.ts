import type { AgentAdapter } from "./adapter.ts";
import { launchPrompt } from "./launch.ts";
import { lazyReader } from "./lazy-reader.ts";
import { lazyWriter } from "./lazy-writer.ts";

/** Claude Code: a bare argument is the first prompt of an interactive session (2.1.197). */
export const claude: AgentAdapter = {
  name: "claude",
  label: "Claude Code",
  stateFile: ".claude/.session-state.json",
  command: "claude",
  install: "npm install --global @anthropic-ai/claude-code",
  hooksPlace: ".claude/settings.json",
  launch: ({ briefPath, sessionId }) => [
    "claude",
    ...(sessionId === null ? [] : ["--resume", sessionId]),
    launchPrompt(briefPath),
  ],
  reader: lazyReader(async () => (await import("./claude/reader.ts")).claudeReader),
  writer: lazyWriter(
    (sessionId) => ["claude", "--resume", sessionId],
    async () => (await import("./claude/writer.ts")).claudeWriter,
  ),
};
