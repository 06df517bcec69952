import type { AgentAdapter } from "./adapter.ts";
import { launchPrompt } from "./launch.ts";
import { lazyReader } from "./lazy-reader.ts";
import { lazyWriter } from "./lazy-writer.ts";

/** GitHub Copilot CLI: `-i` starts an interactive session with a first prompt (1.0.102). */
export const copilot: AgentAdapter = {
  name: "copilot",
  label: "GitHub Copilot",
  stateFile: ".github/copilot-session-state.json",
  olderStateFiles: [".copilot/.session-state.json"],
  command: "copilot",
  install: "npm install --global @github/copilot",
  hooksPlace: ".github/hooks",
  launch: ({ briefPath, sessionId }) => [
    "copilot",
    ...(sessionId === null ? [] : [`--resume=${sessionId}`]),
    "-i",
    launchPrompt(briefPath),
  ],
  reader: lazyReader(async () => (await import("./copilot/reader.ts")).copilotReader),
  writer: lazyWriter(
    (sessionId) => ["copilot", `--resume=${sessionId}`],
    async () => (await import("./copilot/writer.ts")).copilotWriter,
  ),
};
