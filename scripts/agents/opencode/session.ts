import type { Entry, ReadStats, SessionFacts, Todo } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, numberOf, objectOf, stringOf, timeOf } from "../../base/json.ts";

/** A session as OpenCode describes it, whichever generation of its store it lies in. */
export interface SessionInfo {
  id: string;
  /** Of the session that started this one as a subagent's; null for the person's own. */
  parentId: string | null;
  folder: string | null;
  /** Null while it is only a placeholder. */
  title: string | null;
  clientVersion: string | null;
  createdAt: string | null;
  updatedAt: string | null;
  model: string | null;
  provider: string | null;
  tokens: Tokens | null;
  /** From here on the person took the conversation back; null when nothing was. */
  revert: { messageId: string; partId: string | null } | null;
}

export interface Tokens {
  input: number;
  output: number;
  total: number;
}

export interface Part {
  id: string;
  data: JsonObject;
}

export interface Message {
  id: string;
  data: JsonObject;
  parts: Part[];
}

/** Whether a part of the person's message is what they typed, and not what the client put beside it. */
export function isTyped({ type, synthetic, ignored }: JsonObject): boolean {
  return type === "text" && synthetic !== true && ignored !== true;
}

/** One session in a store, ready to be read. */
export interface StoredSession {
  info: SessionInfo;
  /** Calls may still lack their results. What is learned on the way goes to `facts`, what cannot be read to `stats`. */
  entries(facts: SessionFacts, stats: ReadStats): AsyncIterable<Entry>;
}

const PLACEHOLDER = /^(New|Child) session - \d{4}-\d{2}-\d{2}T/;

/** From a session record as `opencode export` and the JSON tree have it; null when it has no id. */
export function sessionInfo(record: JsonObject): SessionInfo | null {
  const id = stringOf(record.id);
  if (id === null) return null;
  const time = objectOf(record.time);
  const model = objectOf(record.model);
  const revert = objectOf(record.revert);
  const messageId = stringOf(revert.messageID);
  const title = stringOf(record.title);
  return {
    id,
    parentId: stringOf(record.parentID),
    folder: stringOf(record.directory),
    title: title === null || PLACEHOLDER.test(title) ? null : title,
    clientVersion: stringOf(record.version),
    createdAt: timeOf(time.created),
    updatedAt: timeOf(time.updated) ?? timeOf(time.created),
    model: stringOf(model.id) ?? stringOf(model.modelID),
    provider: stringOf(model.providerID),
    tokens: tokensOf(record.tokens),
    revert: messageId === null ? null : { messageId, partId: stringOf(revert.partID) },
  };
}

/** What the description alone tells; reading the entries fills in the rest. */
export function factsOf(info: SessionInfo): SessionFacts {
  return {
    id: info.id,
    cwd: info.folder,
    branch: null,
    titles: { custom: null, generated: info.title, summary: null },
    model: info.model,
    provider: info.provider,
    clientVersion: info.clientVersion,
    tokens: info.tokens,
  };
}

/** What was read from a cache counts as input, reasoning as output. Null when nothing was recorded. */
export function tokensOf(value: unknown): Tokens | null {
  const tokens = objectOf(value);
  const cache = objectOf(tokens.cache);
  const input = sum(tokens.input, cache.read, cache.write);
  const output = sum(tokens.output, tokens.reasoning);
  return input + output === 0 ? null : { input, output, total: input + output };
}

export function addTokens(a: Tokens | null, b: Tokens | null): Tokens | null {
  if (a === null || b === null) return a ?? b;
  return { input: a.input + b.input, output: a.output + b.output, total: a.total + b.total };
}

/** From a list of `{content, status}`, as the todo tool takes it and the stores keep it. */
export function todosOf(value: unknown): Todo[] {
  return arrayOf(value).flatMap((item) => {
    const { content, status } = objectOf(item);
    const text = stringOf(content);
    return text === null ? [] : [{ text, status: todoStatus(status) }];
  });
}

function todoStatus(status: unknown): Todo["status"] {
  if (status === "in_progress" || status === "completed" || status === "cancelled") return status;
  return "pending";
}

function sum(...values: unknown[]): number {
  return values.reduce((total: number, value) => total + (numberOf(value) ?? 0), 0);
}
