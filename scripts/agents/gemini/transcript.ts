import type {
  Entry,
  ReadStats,
  SessionFacts,
  SessionSummary,
  Transcript,
} from "../../../schema/transcript.ts";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf, timeOf } from "../../base/json.ts";
import { countSkip, newStats, resetStats } from "../../base/read-stats.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { inSequence } from "../../transcript/sequence.ts";
import { initialFacts } from "../facts.ts";
import { partsOf, summaryIn } from "./content.ts";
import { Converter } from "./convert.ts";
import { type Header, indexFile } from "./index-file.ts";
import { type PlacedMessage, readPlaces } from "./read-places.ts";

/** Reads a session once more from its beginning, and fills in what it learns. */
type Load = (facts: SessionFacts, stats: ReadStats) => Promise<Iterable<PlacedMessage>>;

/** A session that is a log of records, of which the first `size` bytes are read: once for what is live, once for that. */
export function logTranscript(session: SessionSummary, size: number): Transcript {
  return transcriptOf(session, async (facts, stats) => {
    const { live, header } = await indexFile(session.path, size, stats);
    addHeader(facts, header);
    return readPlaces(session.path, live.places(), stats);
  });
}

/** A session that is one JSON document with a list of messages. `torn` of them could not be read. */
export function documentTranscript(session: SessionSummary, document: JsonObject, torn: number): Transcript {
  return transcriptOf(session, async (facts, stats) => {
    addHeader(facts, document);
    for (let count = 0; count < torn; count++) countSkip(stats, "torn");
    return messagesIn(document, stats);
  });
}

function* messagesIn(document: JsonObject, stats: ReadStats): Generator<PlacedMessage> {
  const messages = arrayOf(document.messages);
  const summary = summaryIn(messages.map(objectOf));
  for (const [index, message] of messages.entries()) {
    if (isObject(message) && stringOf(message.id) !== null) {
      stats.records += 1;
      yield { message, isSummary: index === summary };
    } else countSkip(stats, "not a record");
  }
}

function transcriptOf(session: SessionSummary, load: Load): Transcript {
  const stats = newStats();
  const facts = initialFacts(session.id, { cwd: session.cwd });
  return {
    agent: "gemini",
    facts,
    stats,
    async *entries() {
      resetStats(stats);
      Object.assign(facts, initialFacts(session.id, { cwd: session.cwd }));
      yield* inSequence(conversation(), () => countSkip(stats, "result without a call"));
    },
  };

  async function* conversation(): AsyncGenerator<Entry> {
    const converter = new Converter(facts, stats);
    let last: JsonObject | null = null;
    for (const { message, isSummary } of await load(facts, stats)) {
      for (const entry of converter.entriesOf(message, isSummary)) yield entry;
      last = message;
    }
    if (last !== null) yield* unanswered(last);
  }
}

// The client does not record why a request failed, or that it was stopped: what a tool answered then stands last.
function unanswered({ id, type, timestamp, content }: JsonObject): Entry[] {
  if (type !== "user" || !partsOf(content).some((part) => part.functionResponse !== undefined)) return [];
  const make = new EntryMaker(`${id}#unanswered`, timeOf(timestamp));
  make.add("system", { type: "interruption", cause: "error", text: "No answer followed." });
  return make.made;
}

function addHeader(facts: SessionFacts, header: Header): void {
  facts.titles.summary = stringOf(header.summary);
}
