import type { ReadStats } from "../../../schema/transcript.ts";
import { readChunks } from "../../base/chunks.ts";
import type { JsonObject } from "../../base/json.ts";
import { parseJsonlBatches } from "../../base/jsonl.ts";
import { countSkip } from "../../base/read-stats.ts";
import { legacyRecords } from "./legacy.ts";
import type { Rollout } from "./store.ts";
import { DamagedArchive, unpack } from "./unpack.ts";

/** The beginning of a rollout: its first `bytes`, unpacked, and of these the records below this ordinal. */
export interface Segment {
  rollout: Rollout;
  bytes: number;
  ordinal: number;
}

/** The records of the segments, one after the other, in batches. */
export async function* recordsOf(
  segments: readonly Segment[],
  stats: ReadStats,
): AsyncGenerator<JsonObject[]> {
  for (const segment of segments) {
    if (segment.rollout.packing === "json") {
      yield await legacyRecords(segment.rollout.path);
      continue;
    }
    for await (const batch of parseJsonlBatches(intactChunks(segment, stats), stats)) {
      const records = batch.map(({ value }) => value);
      const end = records.findIndex(
        ({ ordinal }) => typeof ordinal === "number" && ordinal >= segment.ordinal,
      );
      yield end === -1 ? records : records.slice(0, end);
      if (end !== -1) break;
    }
  }
}

/** The content of a segment, in chunks that are valid until the next. A damaged archive ends there and is counted. */
export async function* intactChunks(segment: Segment, stats: ReadStats): AsyncGenerator<Buffer> {
  try {
    yield* chunksOf(segment);
  } catch (error) {
    if (!(error instanceof DamagedArchive)) throw error;
    countSkip(stats, "damaged archive");
  }
}

async function* chunksOf({ rollout, bytes }: Segment): AsyncGenerator<Buffer> {
  if (rollout.packing !== "zst") {
    yield* readChunks(rollout.path, 0, bytes);
    return;
  }
  let left = bytes;
  for await (const chunk of unpack(rollout.path)) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}
