import type { Entry, ReadStats, Role, SessionFacts, Todo } from "../../../schema/transcript.ts";
import { numberOf, objectOf, stringOf, timeOf } from "../../base/json.ts";
import { imported } from "../provenance.ts";
import { interruptionOf } from "./interruption.ts";
import { type Context, partEntries } from "./parts.ts";
import {
  addTokens,
  type Message,
  type Part,
  type SessionInfo,
  type StoredSession,
  type Tokens,
  tokensOf,
} from "./session.ts";

/** What a store has of one session besides its description. */
export interface SessionContent {
  /** In the order of the conversation. What cannot be read is counted in `stats`. */
  messages(stats: ReadStats): AsyncIterable<Message>;
  /** The todo list as it is now; null where the store keeps none beside the conversation. */
  todos(): Promise<Todo[] | null>;
}

/** A session that is kept as messages of parts, without what the person took back. */
export function messageSession(info: SessionInfo, content: SessionContent): StoredSession {
  return { info, entries: (facts, stats) => conversation(info, content, facts, stats) };
}

async function* conversation(
  info: SessionInfo,
  content: SessionContent,
  facts: SessionFacts,
  stats: ReadStats,
): AsyncGenerator<Entry> {
  let tokens: Tokens | null = null;
  let todos: Todo[] | null = null;
  let last: Message | null = null;
  for await (const message of live(info, content.messages(stats))) {
    for (const entry of messageEntries(message, stats)) {
      if (entry.type === "todos") todos = entry.todos;
      yield entry;
    }
    tokens = addTokens(tokens, tokensOf(message.data.tokens));
    facts.model = modelOf(message) ?? facts.model;
    facts.provider = stringOf(message.data.providerID) ?? facts.provider;
    last = message;
  }
  facts.tokens = info.tokens ?? tokens;
  yield* unfinished(last);
  const now = await content.todos();
  if (now !== null && now.length > 0 && JSON.stringify(now) !== JSON.stringify(todos)) {
    const id = `${info.id}#todos`;
    yield { type: "todos", id, parent: null, role: "assistant", at: null, model: null, todos: now };
  }
}

async function* live({ revert }: SessionInfo, messages: AsyncIterable<Message>): AsyncGenerator<Message> {
  for await (const message of messages) {
    if (message.id !== revert?.messageId) {
      yield message;
      continue;
    }
    const kept = message.parts.findIndex((part) => part.id === revert.partId);
    if (kept > 0) yield { ...message, parts: message.parts.slice(0, kept) };
    return;
  }
}

function* messageEntries(message: Message, stats: ReadStats): Generator<Entry> {
  const role: Role = message.data.role === "assistant" ? "assistant" : "user";
  const context: Context = {
    role,
    at: timeOf(objectOf(message.data.time).created),
    model: role === "assistant" ? modelOf(message) : null,
    isSummary: message.data.summary === true,
  };
  let marks: unknown;
  for (const part of message.parts) {
    // What Baton wrote may stand in a part before the one that it is about.
    marks = objectOf(objectOf(part.data.metadata).baton).marks ?? marks;
    // The message names the model that goes on, not the one that said it.
    const said = marks === undefined ? context : { ...context, model: null };
    const entries = [...partEntries(part, said, stats)];
    if (entries.length === 0) continue;
    yield* imported(entries, marks);
    marks = undefined;
  }
  const error = interruptionOf(message.data.error);
  if (error === null) return;
  const at = timeOf(objectOf(message.data.time).completed) ?? context.at;
  yield { type: "interruption", id: `${message.id}#error`, parent: null, role, at, model: null, ...error };
}

function modelOf({ data }: Message): string | null {
  return stringOf(data.modelID) ?? stringOf(objectOf(data.model).modelID);
}

// An answer that was neither completed nor failed was cut off, or is being written at this moment. A tool that was
// running then tells more than that.
function* unfinished(last: Message | null): Generator<Entry> {
  if (last === null || last.data.role !== "assistant" || last.data.error !== undefined) return;
  const { created, completed } = objectOf(last.data.time);
  if (numberOf(completed) !== null || numberOf(created) === null || last.parts.some(isRunning)) return;
  yield {
    type: "interruption",
    id: `${last.id}#unfinished`,
    parent: null,
    role: "assistant",
    at: timeOf(created),
    model: null,
    cause: "error",
    text: "The answer was not finished.",
  };
}

function isRunning({ data }: Part): boolean {
  const { status } = objectOf(data.state);
  return status === "running" || status === "pending";
}
