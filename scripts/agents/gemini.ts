import type { AgentAdapter } from "./adapter.ts";
import { lazyReader } from "./lazy-reader.ts";
import { lazyWriter } from "./lazy-writer.ts";

/** Gemini CLI: `-i` runs a prompt and stays interactive (0.61.0). Its tools refuse to read files that git ignores. */
export const gemini: AgentAdapter = {
  name: "gemini",
  label: "Gemini",
  stateFile: ".gemini/.session-state.json",
  command: "gemini",
  install: "npm install --global @google/gemini-cli",
  hooksPlace: ".gemini/settings.json",
  launch: ({ brief, sessionId }) => [
    "gemini",
    ...(sessionId === null ? [] : ["--resume", sessionId]),
    "-i",
    brief,
  ],
  reader: lazyReader(async () => (await import("./gemini/reader.ts")).geminiReader),
  writer: lazyWriter(
    (sessionId) => ["gemini", "--resume", sessionId],
    async () => (await import("./gemini/writer.ts")).geminiWriter,
  ),
};
