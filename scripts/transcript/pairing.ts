import type { Entry, ToolCallEntry, ToolResultEntry } from "../../schema/transcript.ts";

/** Entries that wait at most until it is known whether an open call still gets its result. */
const MOST_WAITING = 100;

/**
 * The same entries, with each tool call followed by exactly one result. A call that never got one is given a result
 * that says so (`interrupted`), before what the person said next. A result without an open call, or a second one,
 * is left out and told to `onLeftOut`.
 */
export async function* pairCalls(
  entries: AsyncIterable<Entry>,
  onLeftOut: (result: ToolResultEntry) => void = () => {},
): AsyncGenerator<Entry> {
  const open = new Map<string, ToolCallEntry>();
  // What the person said while a call was open: its result may still come, because one can talk to a working agent.
  let waiting: Entry[] = [];
  for await (const entry of entries) {
    if (entry.type === "tool_result") {
      if (open.delete(entry.callId)) yield entry;
      else onLeftOut(entry);
      if (open.size === 0 && waiting.length > 0) {
        yield* waiting;
        waiting = [];
      }
      continue;
    }
    if (open.size === 0) {
      if (entry.type === "tool_call") open.set(entry.callId, entry);
      yield entry;
      continue;
    }
    if (waiting.length > 0 && (entry.role === "assistant" || waiting.length > MOST_WAITING)) {
      // A model answers only when it has all results: what is still open now was given up.
      for (const call of open.values()) yield interruptedResult(call);
      open.clear();
      yield* waiting;
      waiting = [];
    } else if (waiting.length > 0 || isEndOfTurn(entry)) {
      waiting.push(entry);
      continue;
    }
    if (entry.type === "tool_call") {
      const same = open.get(entry.callId);
      if (same !== undefined) yield interruptedResult(same);
      open.set(entry.callId, entry);
    }
    yield entry;
  }
  for (const call of open.values()) yield interruptedResult(call);
  yield* waiting;
}

function isEndOfTurn(entry: Entry): boolean {
  if (entry.type === "interruption" || entry.type === "compaction") return true;
  return entry.type === "text" && entry.role === "user" && !entry.injected;
}

function interruptedResult(call: ToolCallEntry): ToolResultEntry {
  return {
    type: "tool_result",
    id: `${call.id}#interrupted`,
    parent: call.id,
    role: "user",
    at: call.at,
    model: null,
    callId: call.callId,
    output: "The call was interrupted: it never got a result.",
    ok: null,
    exitCode: null,
    interrupted: true,
  };
}
