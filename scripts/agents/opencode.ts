import type { AgentAdapter } from "./adapter.ts";
import { launchPrompt } from "./launch.ts";
import { openCodeReader } from "./opencode/reader.ts";
import { openCodeProvider } from "./opencode-provider.ts";

/** OpenCode: a bare argument is a folder, so the first prompt goes through `--prompt` (1.18.33). */
export const opencode: AgentAdapter = {
  name: "opencode",
  label: "OpenCode",
  stateFile: ".opencode/.session-state.json",
  command: "opencode",
  provider: openCodeProvider,
  reader: openCodeReader(),
  launch: ({ briefPath, sessionId }) => [
    "opencode",
    ...(sessionId === null ? [] : ["--session", sessionId]),
    "--prompt",
    launchPrompt(briefPath),
  ],
};
