export { launchPrompt } from "../transcript/launch-prompt.ts";
