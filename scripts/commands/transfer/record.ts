import { join } from "node:path";
import { readTextIfExists, writeFileAtomic } from "../../base/files.ts";
import { arrayOf, objectOf, parseJson, stringOf } from "../../base/json.ts";
import { withLock } from "../../base/lock.ts";
import type { Repository } from "../../git/repository.ts";

/** How much of a conversation was carried over, and as what. */
export interface Fidelity {
  entries: number;
  tool_pairs: number;
  /** Null in a dry run: the writing tells. */
  as_text: number | null;
  left_out: number;
  cut: { outputs_shortened: number; turns_folded: number; entries_folded: number };
}

/** One conversation that was carried over: from where, up to which entry, and into which session. */
export interface TransferRecord {
  source: {
    agent: string;
    session: string;
    lastEntry: string | null;
    maxTokens: number;
    reasoning: boolean;
    /** Absent, or false where the person asked for everything as it is. */
    redacted?: false;
  };
  target: {
    agent: string;
    session: string;
    path: string;
    cwd: string;
    /** When the session was active last, as a listing gave it right after the writing; null where none could. */
    updatedAt?: string | null;
  };
  at: string;
  /** Absent where an older version wrote it. */
  fidelity?: Fidelity;
}

const KEPT = 200;

function recordPath({ commonDir }: Repository): string {
  return join(commonDir, "baton", "transfers.json");
}

/** The earlier transfer of the same conversation at the same point into the same agent and folder, or null. */
export async function earlierTransfer(
  repository: Repository,
  wanted: Pick<TransferRecord, "source"> & { target: { agent: string; cwd: string } },
): Promise<TransferRecord | null> {
  const records = await readRecords(repository);
  return (
    records.findLast(
      (record) =>
        JSON.stringify(record.source) === JSON.stringify(wanted.source) &&
        record.target.agent === wanted.target.agent &&
        record.target.cwd === wanted.target.cwd,
    ) ?? null
  );
}

/**
 * The sessions of `agent` that hold the same conversation as its session `id`, by however many transfers and whatever
 * agents between.
 */
export async function copiesOf(repository: Repository, agent: string, id: string): Promise<string[]> {
  const records = await readRecords(repository);
  const keyOf = (end: { agent: string; session: string }) => `${end.agent}\0${end.session}`;
  const found = new Set([keyOf({ agent, session: id })]);
  // Each round follows the transfers by one step, in both directions.
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { source, target } of records) {
      if (!found.has(keyOf(source)) && !found.has(keyOf(target))) continue;
      found.add(keyOf(source)).add(keyOf(target));
    }
  }
  return [...found]
    .filter((key) => key.startsWith(`${agent}\0`))
    .map((key) => key.slice(agent.length + 1))
    .filter((session) => session !== id);
}

/** Sessions that Baton wrote, by agent and id, with the time at which each was active last when it was new. */
export async function writtenSessions(
  repository: Repository,
): Promise<{ agent: string; session: string; updatedAt: string }[]> {
  return (await readRecords(repository)).map(({ target, at }) => ({
    agent: target.agent,
    session: target.session,
    updatedAt: target.updatedAt ?? at,
  }));
}

export async function rememberTransfer(repository: Repository, record: TransferRecord): Promise<void> {
  await withLock(join(repository.commonDir, "baton", "lock"), async () => {
    const records = [...(await readRecords(repository)), record].slice(-KEPT);
    await writeFileAtomic(recordPath(repository), `${JSON.stringify(records, null, 2)}\n`, { mode: 0o600 });
  });
}

/** The sessions that Baton wrote from here, each by its agent and id, with the session that it is a copy of. */
export async function carriedOver(
  repository: Repository,
): Promise<(agent: string, id: string) => { agent: string; session: string } | null> {
  const records = await readRecords(repository);
  return (agent, id) => {
    const record = records.findLast(({ target }) => target?.agent === agent && target.session === id);
    return record === undefined ? null : { agent: record.source.agent, session: record.source.session };
  };
}

async function readRecords(repository: Repository): Promise<TransferRecord[]> {
  // Without the record a conversation may be carried over twice; nothing is lost.
  const text = await readTextIfExists(recordPath(repository)).catch(() => null);
  return arrayOf(text === null ? null : parseJson(text)).filter(isRecord);
}

function isRecord(item: unknown): item is TransferRecord {
  const { source, target, at } = objectOf(item);
  const isEnd = (end: unknown) =>
    stringOf(objectOf(end).agent) !== null && stringOf(objectOf(end).session) !== null;
  return isEnd(source) && isEnd(target) && stringOf(at) !== null;
}
