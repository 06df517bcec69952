import type { AgentAdapter } from "./adapter.ts";
import { launchPrompt } from "./launch.ts";
import { lazyReader } from "./lazy-reader.ts";
import { lazyWriter } from "./lazy-writer.ts";

/** Codex CLI: a bare argument is the first prompt of the terminal interface (0.169.0). */
export const codex: AgentAdapter = {
  name: "codex",
  label: "Codex",
  stateFile: ".codex/.session-state.json",
  command: "codex",
  install: "npm install --global @openai/codex",
  hooksPlace: ".codex/hooks.json",
  launch: ({ briefPath, sessionId }) => [
    "codex",
    ...(sessionId === null ? [] : ["resume", sessionId]),
    launchPrompt(briefPath),
  ],
  reader: lazyReader(async () => (await import("./codex/reader.ts")).codexReader),
  writer: lazyWriter(
    (sessionId) => ["codex", "resume", sessionId],
    async () => (await import("./codex/writer.ts")).codexWriter,
  ),
};
