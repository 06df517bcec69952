import { reader } from "./reader.js";
import { writer } from "./writer.js";

/** What Baton asks for. Only the first four are required. */
export const agent = {
  batonAdapter: 1,
  name: "notepad",
  label: "Notepad",
  stateFile: ".notepad/.session-state.json",
  command: "notepad-agent",
  launch: ({ briefPath, sessionId }) => [
    "notepad-agent",
    ...(sessionId === null ? [] : ["--open", sessionId]),
    `Read ${briefPath} and go on with the task.`,
  ],
  reader,
  writer,
};
