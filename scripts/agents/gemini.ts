import type { AgentAdapter } from "./adapter.ts";
import { launchPrompt } from "./launch.ts";
import { lazyReader } from "./lazy-reader.ts";
import { lazyWriter } from "./lazy-writer.ts";

/** Gemini CLI: `-i` runs a prompt and stays interactive (0.61.0). */
export const gemini: AgentAdapter = {
  name: "gemini",
  label: "Gemini",
  stateFile: ".gemini/.session-state.json",
  command: "gemini",
  hooksPlace: ".gemini/settings.json",
  launch: ({ briefPath, sessionId }) => [
    "gemini",
    ...(sessionId === null ? [] : ["--resume", sessionId]),
    "-i",
    launchPrompt(briefPath),
  ],
  reader: lazyReader(async () => (await import("./gemini/reader.ts")).geminiReader),
  writer: lazyWriter(
    (sessionId) => ["gemini", "--resume", sessionId],
    async () => (await import("./gemini/writer.ts")).geminiWriter,
  ),
};
