import { join } from "node:path";
import { readTextIfExists, writeFileAtomic } from "../../base/files.ts";
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
  target: { agent: string; session: string; path: string; cwd: string };
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
  const text = await readTextIfExists(recordPath(repository));
  if (text === null) return [];
  try {
    const records: unknown = JSON.parse(text);
    return Array.isArray(records) ? (records as TransferRecord[]) : [];
  } catch {
    // Without the record a conversation may be carried over twice; nothing is lost.
    return [];
  }
}
