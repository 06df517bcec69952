/**
 * The universal transcript: one agent's conversation, in words that every agent's format can be told in.
 * Entries are streamed, because a file may be larger than memory.
 */

export type Role = "user" | "assistant" | "system";

export interface EntryBase {
  /** The agent's own id of the record, or one that its reader derives from the position. Unique in a session. */
  id: string;
  parent: string | null;
  role: Role;
  /** ISO 8601, UTC; null when the record has none. */
  at: string | null;
  model: string | null;
  /** Where an imported entry first came from; absent on native ones. */
  origin?: Origin;
}

export interface Origin {
  agent: string;
  session: string;
  entry: string;
}

/** What was said. `injected` marks text that a program put in the person's mouth (reminders, environment, echoes). */
export interface TextEntry extends EntryBase {
  type: "text";
  text: string;
  injected: boolean;
  /** True for the person's words that were typed and still waited to be sent when the session ended. */
  unsent?: boolean;
}

export interface ReasoningEntry extends EntryBase {
  type: "reasoning";
  text: string;
}

export interface ToolCallEntry extends EntryBase {
  type: "tool_call";
  callId: string;
  /** The agent's own name of the tool. */
  tool: string;
  input: Record<string, unknown>;
}

export interface ToolResultEntry extends EntryBase {
  type: "tool_result";
  callId: string;
  output: string;
  /** null when the record does not say. */
  ok: boolean | null;
  exitCode: number | null;
  /** True when the call never got a result and this one says so. */
  interrupted: boolean;
}

export interface ImageEntry extends EntryBase {
  type: "image";
  mediaType: string;
  /** Base64 data, or null when the record only points to the image. */
  data: string | null;
  /** Where the image is, as the record says it; null when it is only inline. */
  source: string | null;
}

/** A summary that stands for everything before it. */
export interface CompactionEntry extends EntryBase {
  type: "compaction";
  summary: string;
}

/** The whole todo list as it is after a change. */
export interface TodosEntry extends EntryBase {
  type: "todos";
  todos: Todo[];
}

export interface Todo {
  text: string;
  status: "pending" | "in_progress" | "completed" | "cancelled";
}

/** The session was cut off here: by a limit, an error or the person. */
export interface InterruptionEntry extends EntryBase {
  type: "interruption";
  cause: "rate_limit" | "error" | "user";
  text: string;
}

export type Entry =
  | TextEntry
  | ReasoningEntry
  | ToolCallEntry
  | ToolResultEntry
  | ImageEntry
  | CompactionEntry
  | TodosEntry
  | InterruptionEntry;

/** What a listing knows about a session from bounded reads. */
export interface SessionSummary {
  agent: string;
  id: string;
  title: string | null;
  /** The folder that the session ran in, as recorded; null when the record does not say. */
  cwd: string | null;
  branch: string | null;
  startedAt: string | null;
  updatedAt: string | null;
  /** Turns of the person; null when only a full read would tell. */
  turns: number | null;
  /** Bytes on disk. */
  size: number;
  /** File or database that holds it. */
  path: string;
  /** Which generation of the store it was found in, such as `jsonl` or `sqlite`. */
  generation: string;
  /** Why it does not count as a session of the person: it is neither listed nor chosen unless it is named by its id. */
  aside?: "nothing was said" | "a teammate's";
  /** True where a program may have started it for one answer (`claude -p`, `codex exec`); a person may have, too. */
  oneShot?: boolean;
}

/** How a read went. Complete only after the entries were read to the end. */
export interface ReadStats {
  records: number;
  skipped: number;
  /** How many records were skipped, by reason: `torn`, `unknown type "foo"`… */
  reasons: Record<string, number>;
}

/** Facts that stand beside the entries. Complete only after the entries were read to the end. */
export interface SessionFacts {
  id: string;
  /** Sessions of the same agent that this one was resumed or forked from, as its record names them. */
  continues?: string[];
  cwd: string | null;
  branch: string | null;
  /** The commit that was checked out when the session began, where the agent recorded it. */
  head?: string | null;
  /** Strongest first: one that the person gave, one that the agent made, a summary. */
  titles: { custom: string | null; generated: string | null; summary: string | null };
  model: string | null;
  provider: string | null;
  clientVersion: string | null;
  tokens: { input: number; output: number; total: number } | null;
}

/** One session, opened for reading. `entries` may be called again for a fresh pass over the file. */
export interface Transcript {
  agent: string;
  facts: SessionFacts;
  stats: ReadStats;
  entries(): AsyncIterable<Entry>;
}
