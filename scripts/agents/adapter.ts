import type { Redacted } from "../../schema/redacted.ts";
import type { Entry, SessionSummary, Transcript } from "../../schema/transcript.ts";

/** Where a reader looks and what it may use. Nothing is read from the process. */
export interface StoreEnvironment {
  home: string;
  env: Record<string, string | undefined>;
}

export interface SessionQuery {
  /**
   * Real paths of the working trees of the repository. A session belongs to it when its folder is one of them
   * or lies below one. Null asks for the sessions of every repository.
   */
  roots: readonly string[] | null;
  /** True to have those as well that do not count (`SessionSummary.aside`), for a caller who knows the id. */
  withAside?: boolean;
  /** What earlier listings found out, so that unchanged files need not be opened. */
  cache?: SummaryCache;
}

/** Remembers summaries by file. `null` stands for a file that is no session of the person; `undefined` is unknown. */
export interface SummaryCache {
  get(path: string, stamp: FileStamp): SessionSummary | null | undefined;
  set(path: string, stamp: FileStamp, summary: SessionSummary | null): void;
}

/** A file of the same size in bytes and modification time in ms is taken to be unchanged. */
export interface FileStamp {
  size: number;
  mtimeMs: number;
}

/** One place that a reader looked into, for `doctor` and for "nothing found" messages. */
export interface StorePlace {
  path: string;
  found: boolean;
  /** `jsonl`, `sqlite`, `json-tree`…; null when nothing is there; `unknown` with `note` saying what was seen. */
  generation: string | null;
  note?: string;
}

/** Reads one agent's own session store. Never writes, locks or touches anything in it. */
export interface SessionReader {
  places(store: StoreEnvironment): Promise<StorePlace[]>;
  /**
   * The person's sessions, in no order, each from bounded reads; those of subagents left out, others that do not count
   * marked (`aside`).
   * An absent store gives none. Throws `UserError` (code 6) only for a store of an unknown generation.
   */
  sessions(store: StoreEnvironment, query: SessionQuery): AsyncIterable<SessionSummary>;
  /** Opens a session that `sessions` gave. Throws `UserError`: code 4 when it is gone, 6 when its form is not known. */
  open(store: StoreEnvironment, session: SessionSummary): Promise<Transcript>;
}

/** A conversation to be written as a session of another agent. */
export interface WriteRequest {
  /**
   * Paired and within the budget: every call has one result, and nothing of the newest turn is missing. All of them are
   * written, those that are injected as such: whoever asks leaves out what is not to be told.
   */
  entries: Redacted<readonly Entry[]>;
  /** Where the conversation comes from. Each entry without an `origin` of its own comes from there. */
  source: { agent: string; session: string };
  title: Redacted<string>;
  /** Real path of the working tree that the target agent will be started in. */
  cwd: string;
  branch: string | null;
  now: Date;
  /** Lets a test or the person's settings choose; else the writer takes what the target's own settings say. */
  model?: string;
}

export interface WrittenSession {
  sessionId: string;
  /** The file or database that holds it now. */
  path: string;
  /** How many entries the format could only take as text, and how many it could not take at all. */
  asText: number;
  leftOut: number;
  /** Takes back everything that this writing added, and nothing else. */
  undo(): Promise<void>;
}

/** Adds sessions to one agent's own store. What exists there is never changed. */
export interface SessionWriter {
  /**
   * Writes the conversation as a new session that the agent can resume, complete or not at all.
   * Throws `UserError` (code 6) for a store of a generation that it does not know, with nothing written.
   */
  write(store: StoreEnvironment, request: WriteRequest): Promise<WrittenSession>;
  /** argv that resumes a session in the target, to be run in its working tree. */
  resume(sessionId: string): string[];
  /** Asks the real client, where it can answer without a model, whether it knows the session; null when it cannot be asked. */
  confirm?(store: StoreEnvironment, sessionId: string, cwd: string): Promise<boolean | null>;
}

/** How to start an agent on a task. Prompts are short: the brief itself is in a file that git ignores. */
export interface LaunchRequest {
  /** Path of the brief, relative to the working tree. */
  briefPath: string;
  /** The brief itself, for an agent that refuses to read files that git ignores: as one whole word of the argv. */
  brief: string;
  /** The agent's own session to resume, when there is one. */
  sessionId: string | null;
}

/**
 * Everything that Baton knows about one agent. Optional abilities are optional members.
 * A new agent is one file that exports this, and one line in `index.ts`.
 */
export interface AgentAdapter {
  /** As typed on the command line. */
  name: string;
  /** As people write it. */
  label: string;
  /** Where the state lies, relative to the working tree, with `/`. */
  stateFile: string;
  /** Where git sees the state file, when its folder is a link within the repository. */
  linkedStateFile?: string;
  /** Where older writers put the state; read, never written. */
  olderStateFiles?: readonly string[];
  /** The program that starts it, for `doctor`; absent when there is none to look for. */
  command?: string;
  /** What a person types to install that program, where it can be said in one line. */
  install?: string;
  /** argv that starts the agent with the brief. */
  launch?(request: LaunchRequest): string[];
  /** Where the agent looks for hooks of its own, relative to the working tree. Baton puts none there. */
  hooksPlace?: string;
  /** The provider or model that the agent's own settings in the repository name, or null. */
  provider?(root: string): Promise<string | null>;
  reader?: SessionReader;
  writer?: SessionWriter;
  /** True where the writer works through the agent's own program, which then has to be installed. */
  writesThroughProgram?: boolean;
}
