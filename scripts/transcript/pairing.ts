import type { Entry, ToolCallEntry, ToolResultEntry } from "../../schema/transcript.ts";

/** Entries that wait at most until it is known whether an open call still gets its result. */
const MOST_WAITING = 100;

/** Calls that are open at most: a session that leaves more without a result is broken, and each is held whole. */
const MOST_OPEN = 1000;

/**
 * Follows each tool call with exactly one result. A call that never got one is given a result that says so
 * (`interrupted`), before what the person said next. A result without an open call, or a second one, is left out and
 * told to `onLeftOut`.
 */
export class Pairing {
  readonly #onLeftOut: (result: ToolResultEntry) => void;
  readonly #open = new Map<string, ToolCallEntry>();
  // What the person said while a call was open: its result may still come, because one can talk to a working agent.
  #waiting: Entry[] = [];
  #settled: Entry[] = [];

  constructor(onLeftOut: (result: ToolResultEntry) => void = () => {}) {
    this.#onLeftOut = onLeftOut;
  }

  push(entry: Entry): void {
    if (entry.type === "tool_result") this.#result(entry);
    else if (this.#waiting.length > 0) this.#whileWaiting(entry);
    else if (this.#open.size > 0 && isEndOfTurn(entry)) this.#waiting.push(entry);
    else this.#settle(entry);
  }

  /** The entries that were settled since this was last asked. */
  take(): Entry[] {
    const settled = this.#settled;
    this.#settled = [];
    return settled;
  }

  /** Nothing more comes: what is open now was given up. */
  end(): void {
    this.#giveUp();
  }

  #result(entry: ToolResultEntry): void {
    if (!this.#open.delete(entry.callId)) {
      this.#onLeftOut(entry);
      return;
    }
    this.#settled.push(entry);
    if (this.#open.size === 0) this.#release();
  }

  // A model answers only when it has all results.
  #whileWaiting(entry: Entry): void {
    if (entry.role !== "assistant" && this.#waiting.length < MOST_WAITING) {
      this.#waiting.push(entry);
      return;
    }
    this.#giveUp();
    this.#settle(entry);
  }

  #settle(entry: Entry): void {
    if (entry.type === "tool_call") {
      const same = this.#open.get(entry.callId);
      if (same !== undefined) this.#giveUpOne(same);
      this.#open.set(entry.callId, entry);
    }
    this.#settled.push(entry);
    const oldest = this.#open.size > MOST_OPEN ? this.#open.values().next().value : undefined;
    if (oldest !== undefined) this.#giveUpOne(oldest);
  }

  #giveUp(): void {
    for (const call of this.#open.values()) this.#giveUpOne(call);
    this.#release();
  }

  #giveUpOne(call: ToolCallEntry): void {
    this.#open.delete(call.callId);
    this.#settled.push(interruptedResult(call));
  }

  #release(): void {
    this.#settled.push(...this.#waiting);
    this.#waiting = [];
  }
}

/** `Pairing` for a stream of entries. */
export async function* pairCalls(
  entries: AsyncIterable<Entry>,
  onLeftOut?: (result: ToolResultEntry) => void,
): AsyncGenerator<Entry> {
  const pairing = new Pairing(onLeftOut);
  for await (const entry of entries) {
    pairing.push(entry);
    for (const settled of pairing.take()) yield settled;
  }
  pairing.end();
  for (const settled of pairing.take()) yield settled;
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
