import { beginMeasuring } from "../git/facts.ts";
import type { CommandEntry } from "./command.ts";

/** Every verb. A new one is a file beside this one, and one line here. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  save: {
    about: "Save the state of an agent's session",
    begin: beginMeasuring,
    load: () => import("./save.ts"),
  },
  restore: {
    about: "Show a saved state, what changed since, and the brief",
    begin: beginMeasuring,
    load: () => import("./restore.ts"),
  },
  handoff: {
    about: "Hand the task from one agent to another",
    begin: beginMeasuring,
    load: () => import("./handoff.ts"),
  },
  status: {
    about: "Show every agent that has a state here",
    begin: beginMeasuring,
    load: () => import("./status.ts"),
  },
  history: { about: "List the sessions and revisions that are kept", load: () => import("./history.ts") },
  undo: { about: "Take back the last change of a saved state", load: () => import("./undo.ts") },
  forget: {
    about: "Be done with a session: it stays in the history alone",
    load: () => import("./forget.ts"),
  },
  escalate: {
    about: "Record why a task needs a stronger agent",
    begin: beginMeasuring,
    load: () => import("./escalate.ts"),
  },
  list: { about: "List the sessions that the agents recorded", load: () => import("./list.ts") },
  show: { about: "Show the conversation of a session", load: () => import("./show.ts") },
  validate: {
    about: "Run the gates and record what they say",
    begin: beginMeasuring,
    load: () => import("./validate.ts"),
  },
  init: { about: "Put Baton into a repository, or take it out", load: () => import("./init.ts") },
  redact: { about: "Hide the secrets in what is piped through", load: () => import("./redact.ts") },
  transfer: { about: "Carry a conversation over into another agent", load: () => import("./transfer.ts") },
  agents: { about: "Show what Baton can do with each agent", load: () => import("./agents.ts") },
  config: { about: "Show the settings in force, and where each is from", load: () => import("./config.ts") },
  completion: { about: "Print the completion script of a shell", load: () => import("./completion.ts") },
  doctor: { about: "Find out what does not work here, and how to fix it", load: () => import("./doctor.ts") },
  demo: { about: "Show a whole handoff in a temporary repository", load: () => import("./demo.ts") },
};
