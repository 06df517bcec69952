import type { Todo } from "../../../schema/transcript.ts";
import type { ClientName } from "./clients.ts";
import type { End } from "./expected.ts";
import type { ClientRun } from "./job.ts";
import type { ToolUse } from "./script.ts";

/** What a test needs to know about one real client: where to get it and how to talk to it. */
export interface Client {
  agent: ClientName;
  package: string;
  version: string;
  /** The package's own script that puts its native program into place, relative to `node_modules`. */
  setUp?: string;
  /** The model that it is told to use, as its sessions name it. */
  model: string;
  /** Settings files: path relative to the home folder → content. */
  settings(url: string): Record<string, string>;
  /** Settings in the environment, dummy keys among them. */
  environment(url: string, home: string): Record<string, string>;
  /** Headers of a 429 answer that keep this client from waiting long before it gives up or asks again. */
  limitHeaders?: Record<string, string>;
  /** Arguments that start a session, ask once and exit. Clients that let one choose take `id` as the session's. */
  ask(prompt: string, id: string): string[];
  /** Arguments that go on with a session, ask once and exit. */
  resume(sessionId: string, prompt: string): string[];
  /** Which files, relative to the home folder, hold its sessions. */
  store: RegExp;
  compaction: Compaction;
  /** An older tool for the todo list, and the setting that brings it back. */
  olderPlan?: { environment: Record<string, string>; plan: Client["tools"]["plan"] };
  /** Arguments that go on from the point where the session is now, whatever is said after it. */
  rewind?(home: string, id: string): Promise<string[]>;
  /** A driver that takes a session's last turn back; `names` when it gives the session a name, too. */
  takeBack?: { driver: string; names: boolean };
  records: Records;
  /** Lists the sessions of the folder, with their ids: arguments, or a driver. Absent where the client has no such list. */
  list?: { args: string[] } | { driver: string };
  /** Arguments that print a session as JSON; absent where the client has no such command. */
  export?(id: string): string[];
  /** The id of the session that a run was in. */
  sessionId(run: ClientRun, wanted: string): string;
  /** Further arguments that give a new session a title; absent when a run without a terminal can't. */
  titled?(title: string): string[];
  /** The client's own tools, as the model would use them. Paths are absolute. */
  tools: {
    run(command: string): ToolUse;
    write(path: string, content: string): ToolUse;
    read(path: string): ToolUse;
    /** Hands a task to a subagent. */
    delegate(prompt: string): ToolUse;
    /** How a subagent reports, where it must do so by a tool. */
    report?(text: string): ToolUse;
    /** Makes the todo list of the session what `todos` says; `before` is what it was, empty at first. */
    plan(todos: readonly Todo[], before: readonly Todo[]): ToolUse[];
  };
}

/** What a client writes down, where clients differ. */
export interface Records {
  branch: boolean;
  /** A title that the model is asked for. */
  generatedTitle: boolean;
  /** That a title was given and not made. */
  customTitle: boolean;
  /** A tool call before its result is there. */
  openCalls: boolean;
  /** The summary of a compaction as the model gave it. */
  plainSummary: boolean;
  /** A file of a session for each minute in which it was begun or resumed. */
  filesByMinute: boolean;
  /** What the records show of a session that a usage limit, the person or a crash cut off. */
  ends: { limited: End; stopped: End; killed: End };
}

/** What makes a client compact a session. */
export type Compaction =
  /** Its own command, as an ask. */
  | { command: string }
  /** A reply that used up the context; some clients then ask the model to go on by itself. */
  | { inputTokens: number; goesOn: boolean }
  /** Settings files in the repository, by path. */
  | { settings: Record<string, string> };

export const DUMMY_KEY = ["dummy", "key"].join("-");
