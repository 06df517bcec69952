import { isObject, type JsonObject, numberOf, objectOf, stringOf } from "../../base/json.ts";
import { JsonlParser } from "../../base/jsonl.ts";
import { readJsonlEnds } from "../../base/jsonl-ends.ts";
import { newStats } from "../../base/read-stats.ts";
import type { Segment } from "./source.ts";
import type { Rollout } from "./store.ts";
import { unpackStart } from "./unpack.ts";

const HEAD = 64 * 1024;
/** Longer chains of files are taken for a mistake. */
const MOST_SEGMENTS = 1000;

export interface Lineage {
  segments: Segment[];
  /** True when a file that the session builds on is missing. */
  incomplete: boolean;
}

/**
 * The parts that a session's conversation consists of, oldest first. A session that was continued, rewound or forked
 * in a new file names in that file's head which other file it builds on, and how much of it. Of `head` itself the
 * first `bytes` are taken. `findAll` is asked only when there are other files.
 */
export async function lineageOf(
  head: Rollout,
  bytes: number,
  findAll: () => Promise<Rollout[]>,
): Promise<Lineage> {
  const segments: Segment[] = [{ rollout: head, bytes, ordinal: Number.POSITIVE_INFINITY }];
  let base = baseOf(head);
  if (base === null) return { segments, incomplete: false };
  const byId = new Map((await findAll()).map((rollout) => [rollout.id, rollout]));
  const seen = new Set([head.id]);
  while (base !== null && segments.length < MOST_SEGMENTS) {
    const rollout = byId.get(base.id);
    if (rollout === undefined || seen.has(base.id)) return { segments, incomplete: true };
    seen.add(base.id);
    segments.unshift({ rollout, ...endIn(rollout, base) });
    base = baseOf(rollout);
  }
  return { segments, incomplete: base !== null };
}

interface Base {
  /** Of the file, which need not be that of a session. */
  id: string;
  bytes: number;
  ordinal: number;
}

function baseOf(rollout: Rollout): Base | null {
  const base = historyBase(objectOf(firstRecord(rollout)?.payload));
  const id = stringOf(base?.thread_id);
  if (base === null || id === null) return null;
  const bytes = numberOf(base.end_byte_offset) ?? Number.POSITIVE_INFINITY;
  return { id, bytes, ordinal: numberOf(base.end_ordinal_exclusive) ?? Number.POSITIVE_INFINITY };
}

/** Which file and how much of it a session builds on, as the head of its own file says it. */
export function historyBase(head: JsonObject): JsonObject | null {
  return isObject(head.history_base) ? head.history_base : null;
}

// Numbered records say themselves where to stop. Bytes are the second best: a file may have been written anew.
function endIn(rollout: Rollout, { bytes, ordinal }: Base): Pick<Segment, "bytes" | "ordinal"> {
  const isNumbered = Number.isFinite(ordinal) && numberOf(firstRecord(rollout)?.ordinal) !== null;
  return isNumbered
    ? { bytes: Number.POSITIVE_INFINITY, ordinal }
    : { bytes, ordinal: Number.POSITIVE_INFINITY };
}

function firstRecord(rollout: Rollout) {
  if (rollout.packing !== "zst") return readJsonlEnds(rollout.path, HEAD, 0)?.head().next().value ?? null;
  return new JsonlParser(newStats()).push(unpackStart(rollout.path, HEAD))[0]?.value ?? null;
}
