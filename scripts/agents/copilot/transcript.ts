import type { Entry, ReadStats, SessionFacts, Transcript } from "../../../schema/transcript.ts";
import { readChunks } from "../../base/chunks.ts";
import { isObject, type JsonObject, objectOf, stringOf } from "../../base/json.ts";
import { JsonlParser, type JsonlRecord } from "../../base/jsonl.ts";
import { countSkip, newStats, resetStats, unknownType } from "../../base/read-stats.ts";
import { inSequence } from "../../transcript/sequence.ts";
import type { JsonDocument } from "../json-document.ts";
import { imported } from "../provenance.ts";
import { RecentIds } from "../recent-ids.ts";
import { lastCleared } from "./cleared.ts";
import { Converter } from "./convert.ts";
import { isKnownEvent } from "./event-types.ts";
import { withoutExitNote } from "./exit-note.ts";
import { FactsGatherer } from "./facts.ts";
import { legacyEntries } from "./legacy.ts";
import type { SessionFiles } from "./store.ts";
import { readTodos } from "./todos.ts";
import { NO_WORKSPACE, type Workspace } from "./workspace.ts";

/** A session that is a log of events, of which the first `size` bytes are read. */
export function eventTranscript(files: SessionFiles, workspace: Workspace, size: number): Transcript {
  const stats = newStats();
  const facts = factsOf(files.id, workspace);
  return {
    agent: "copilot",
    facts,
    stats,
    async *entries() {
      resetStats(stats);
      Object.assign(facts, factsOf(files.id, workspace));
      yield* inSequence(conversation(), () => countSkip(stats, "result without a call"));
    },
  };

  async function* conversation(): AsyncGenerator<Entry> {
    const cleared = await lastCleared(files.path, size);
    const live = new LiveEvents(facts, stats, cleared);
    const parser = new JsonlParser(stats);
    for await (const chunk of readChunks(files.path, 0, size)) {
      for (const record of parser.push(chunk)) for (const entry of live.entriesOf(record)) yield entry;
    }
    for (const record of parser.end()) for (const entry of live.entriesOf(record)) yield entry;
    yield* todosAtTheEnd(files);
  }
}

/** Takes the events one after the other, and gives the entries of those that are part of the conversation. */
class LiveEvents {
  readonly #stats: ReadStats;
  readonly #cleared: number;
  readonly #gatherer: FactsGatherer;
  readonly #converter = new Converter();
  readonly #seen = new RecentIds();

  /** `cleared` is where in the file the context was last cleared. */
  constructor(facts: SessionFacts, stats: ReadStats, cleared: number) {
    this.#gatherer = new FactsGatherer(facts);
    this.#stats = stats;
    this.#cleared = cleared;
  }

  entriesOf({ value: event, offset, length }: JsonlRecord): Entry[] {
    const damage = damageOf(event, this.#seen);
    if (damage !== null) {
      countSkip(this.#stats, damage);
      return [];
    }
    this.#stats.records += 1;
    this.#gatherer.see(event.type, objectOf(event.data));
    if (offset + length <= this.#cleared || isSubagents(event)) return [];
    const entries = this.#converter.entriesOf(stringOf(event.id) ?? `byte-${offset}`, event);
    return event.baton === undefined ? entries : imported(entries.map(asWritten), event.baton);
  }
}

function asWritten(entry: Entry): Entry {
  return entry.type === "tool_result" ? { ...entry, output: withoutExitNote(entry.output) } : entry;
}

/** A session that is one JSON document. */
export function documentTranscript(files: SessionFiles, { value: document, torn }: JsonDocument): Transcript {
  const stats = newStats();
  const facts = factsOf(stringOf(document.sessionId) ?? files.id, NO_WORKSPACE);
  facts.model = stringOf(document.selectedModel);
  return {
    agent: "copilot",
    facts,
    stats,
    async *entries() {
      resetStats(stats);
      yield* inSequence(said(), () => countSkip(stats, "result without a call"));
    },
  };

  async function* said(): AsyncGenerator<Entry> {
    for (let count = 0; count < torn; count++) countSkip(stats, "torn");
    yield* legacyEntries(document, stats);
  }
}

/** Why the event cannot be used, or null. */
function damageOf(event: JsonObject, seen: RecentIds): string | null {
  if (!isKnownEvent(event.type)) return unknownType(event.type);
  if (!isObject(event.data)) return "no data";
  const id = stringOf(event.id);
  return id !== null && !seen.add(id) ? "duplicate" : null;
}

/** Subagents write into the session of the agent that started them. */
export function isSubagents(event: JsonObject): boolean {
  return stringOf(event.agentId) !== null || stringOf(objectOf(event.data).parentToolCallId) !== null;
}

async function* todosAtTheEnd({ id, database }: SessionFiles): AsyncGenerator<Entry> {
  const todos = await readTodos(database);
  if (todos === null || todos.length === 0) return;
  yield { type: "todos", id: `${id}#todos`, parent: null, role: "assistant", at: null, model: null, todos };
}

function factsOf(id: string, { cwd, branch, titles }: Workspace): SessionFacts {
  return {
    id,
    cwd,
    branch,
    titles: { ...titles },
    model: null,
    provider: null,
    clientVersion: null,
    tokens: null,
  };
}
