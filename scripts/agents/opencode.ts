import type { AgentAdapter } from "./adapter.ts";
import { launchPrompt } from "./launch.ts";
import { lazyReader } from "./lazy-reader.ts";
import { lazyWriter } from "./lazy-writer.ts";
import { openCodeProvider } from "./opencode-provider.ts";

/** OpenCode: a bare argument is a folder, so the first prompt goes through `--prompt` (1.18.33). */
export const opencode: AgentAdapter = {
  name: "opencode",
  label: "OpenCode",
  stateFile: ".opencode/.session-state.json",
  command: "opencode",
  install: "npm install --global opencode-ai",
  hooksPlace: ".opencode/plugins",
  provider: openCodeProvider,
  reader: lazyReader(async () => (await import("./opencode/reader.ts")).openCodeReader()),
  writesThroughProgram: true,
  writer: lazyWriter(
    (sessionId) => ["opencode", "--session", sessionId],
    async () => (await import("./opencode/writer.ts")).openCodeWriter(),
  ),
  launch: ({ briefPath, sessionId }) => [
    "opencode",
    ...(sessionId === null ? [] : ["--session", sessionId]),
    "--prompt",
    launchPrompt(briefPath),
  ],
};
