import type {
  Entry,
  ReadStats,
  SessionFacts,
  SessionSummary,
  Transcript,
} from "../../../schema/transcript.ts";
import { countSkip, newStats, resetStats } from "../../base/read-stats.ts";
import { batchesInSequence } from "../../transcript/sequence.ts";
import { initialFacts } from "../facts.ts";
import { Converter } from "./convert.ts";
import { Echoes } from "./echo.ts";
import { FactsGatherer } from "./facts.ts";
import type { Lineage } from "./lineage.ts";
import { mentionsRollback, Rollbacks } from "./rollback.ts";
import { recordsOf, type Segment } from "./source.ts";

/** A session of which the parts in `lineage` are read. `name` is what the person called it. */
export function codexTranscript(session: SessionSummary, lineage: Lineage, name: string | null): Transcript {
  const stats = newStats();
  const facts = initialFacts(session.id, session);
  facts.titles.custom = name;
  return {
    agent: "codex",
    facts,
    stats,
    entries: () => {
      resetStats(stats);
      if (lineage.incomplete) countSkip(stats, "missing file that this session continues");
      const entries = liveEntries(lineage.segments, stats, facts, name !== null);
      return batchesInSequence(entries, () => countSkip(stats, "result without a call"));
    },
  };
}

async function* liveEntries(
  segments: readonly Segment[],
  stats: ReadStats,
  facts: SessionFacts,
  isNamed: boolean,
): AsyncGenerator<Entry[]> {
  const rollbacks = (await mentionsRollback(segments)) ? await rollbacksIn(segments, facts.id) : null;
  const convert = new Converter(stats, new FactsGatherer(facts, isNamed));
  const echoes = new Echoes();
  let number = 0;
  for await (const records of recordsOf(segments, stats)) {
    const entries = records.flatMap((record) => {
      const converted = convert.entriesOf(record);
      return rollbacks?.isDead(number++) === true ? [] : converted;
    });
    yield echoes.without(entries);
  }
  yield echoes.end();
}

async function rollbacksIn(segments: readonly Segment[], id: string): Promise<Rollbacks> {
  const rollbacks = new Rollbacks();
  const convert = new Converter(newStats(), new FactsGatherer(initialFacts(id)));
  for await (const records of recordsOf(segments, newStats())) {
    for (const record of records) rollbacks.see(record, convert.entriesOf(record));
  }
  return rollbacks;
}
