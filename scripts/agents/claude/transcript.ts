import type {
  Entry,
  ReadStats,
  SessionFacts,
  SessionSummary,
  Transcript,
} from "../../../schema/transcript.ts";
import { type JsonObject, objectOf, stringOf, timeOf, wordOf } from "../../base/json.ts";
import { readJsonlBatches } from "../../base/jsonl.ts";
import { countSkip, newStats, resetStats, unknownType } from "../../base/read-stats.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { batchesInSequence } from "../../transcript/sequence.ts";
import { causeOf } from "../limits.ts";
import { imported } from "../provenance.ts";
import type { Chain } from "./chain.ts";
import { Converter } from "./convert.ts";
import { FactsGatherer, factsOf } from "./facts.ts";
import { indexFile } from "./index-file.ts";
import { Queue } from "./queue.ts";
import { isKnownType, isSpoken } from "./record-types.ts";
import { typedIn } from "./typed.ts";

/** Replies whose other parts may still come: the parts of one reply stand close together. */
const MOST_REPLIES = 32;
/** Calls that may be without a result at a time. */
const MOST_CALLS = 1000;

/** A session of which the first `size` bytes are read: what is appended meanwhile is left for the next time. */
export function claudeTranscript(session: SessionSummary, size: number): Transcript {
  const stats = newStats();
  const facts = factsOf(session);
  return {
    agent: "claude",
    facts,
    stats,
    entries: () => {
      resetStats(stats);
      const entries = liveEntries(session.path, size, stats, facts);
      return batchesInSequence(entries, () => countSkip(stats, "result without a call"));
    },
  };
}

async function* liveEntries(
  path: string,
  size: number,
  stats: ReadStats,
  facts: SessionFacts,
): AsyncGenerator<Entry[]> {
  const live = new LiveBranch(path, await indexFile(path, size), stats, facts);
  for await (const records of readJsonlBatches(path, stats, { to: size })) {
    yield records.flatMap(({ value, offset }) => live.entriesOf(value, offset));
  }
  yield live.end();
}

/** The second reading of the file: the first has settled which records are live. */
class LiveBranch {
  readonly #chain: Chain;
  readonly #stats: ReadStats;
  readonly #facts: FactsGatherer;
  readonly #convert: Converter;
  readonly #queue = new Queue();
  readonly #openCalls = new Set<string>();
  readonly #replies = new Set<string>();
  /** A failed request that the client was about to repeat: it matters only when nothing came of it. */
  #failed: JsonObject | null = null;

  constructor(path: string, chain: Chain, stats: ReadStats, facts: SessionFacts) {
    this.#chain = chain;
    this.#stats = stats;
    this.#facts = new FactsGatherer(facts);
    this.#convert = new Converter(stats, path.replace(/\.jsonl$/, ""));
  }

  entriesOf(record: JsonObject, offset: number): Entry[] {
    const entries = this.#convertRecord(record, offset);
    for (const entry of entries) {
      if (entry.type === "tool_call") remember(this.#openCalls, entry.callId, MOST_CALLS);
      else if (entry.type === "tool_result") this.#openCalls.delete(entry.callId);
    }
    return entries;
  }

  /** What only the end of the file tells. */
  end(): Entry[] {
    return [...(this.#failed === null ? [] : givenUp(this.#failed)), ...this.#queue.unsent()];
  }

  #convertRecord(record: JsonObject, offset: number): Entry[] {
    if (!isKnownType(record.type)) {
      countSkip(this.#stats, unknownType(record.type));
      return [];
    }
    const place = this.#placeOf(record, offset);
    if (place === null) return [];
    this.#stats.records += 1;
    if (record.type === "queue-operation") this.#queue.see(record);
    this.#facts.title(record, (uuid) => this.#chain.holds(uuid));
    if (record.type === "assistant") this.#facts.reply(record);
    if (record.isSidechain === true) return [];
    this.#facts.record(record);
    const lost = this.#queue.isEmpty ? [] : this.#queue.sent(typedIn(record));
    const entries = imported(place === "live" ? this.#live(record) : this.#beside(record), record.baton);
    return lost.length === 0 ? entries : [...lost, ...entries];
  }

  /** Null for a record that can't be used. */
  #placeOf(record: JsonObject, offset: number): "live" | "dead" | null {
    const uuid = stringOf(record.uuid);
    if (uuid !== null) {
      const place = this.#chain.placeOf(uuid);
      if (place === "again") countSkip(this.#stats, "duplicate");
      return place === "again" ? null : place;
    }
    if (!isSpoken(record)) return "dead";
    // A file without any ids is taken line by line; in one that has them, the way to such a record is lost.
    if (this.#chain.isEmpty) {
      record.uuid = `byte-${offset}`;
      return "live";
    }
    countSkip(this.#stats, "no uuid");
    return null;
  }

  #live(record: JsonObject): Entry[] {
    if (isSpoken(record)) this.#failed = null;
    if (record.type === "user") return this.#convert.user(record);
    if (record.type === "attachment") return this.#convert.attachment(record);
    if (record.type === "assistant") {
      const reply = replyOf(record);
      if (reply !== null) remember(this.#replies, reply, MOST_REPLIES);
      return this.#convert.assistant(record);
    }
    if (record.type !== "system") return [];
    if (record.subtype === "api_error") this.#failed = record;
    return record.subtype === "api_error" ? [] : this.#convert.system(record);
  }

  // When the model makes several calls at once, each call and each result is a record of its own, and the chain goes
  // through one of them only.
  #beside(record: JsonObject): Entry[] {
    if (record.type === "user") return this.#convert.resultsOf(record, this.#openCalls);
    const reply = record.type === "assistant" ? replyOf(record) : null;
    return reply !== null && this.#replies.has(reply) ? this.#convert.assistant(record) : [];
  }
}

function remember(known: Set<string>, id: string, most: number): void {
  known.add(id);
  const oldest = known.size > most ? known.values().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
}

function replyOf(record: JsonObject): string | null {
  return stringOf(objectOf(record.message).id);
}

function givenUp(record: JsonObject): Entry[] {
  const text = `The request failed: ${JSON.stringify(record.error ?? record.content ?? null).slice(0, 300)}`;
  const make = new EntryMaker(wordOf(record.uuid), timeOf(record.timestamp));
  make.add("system", { type: "interruption", cause: causeOf(text), text });
  return make.made;
}
