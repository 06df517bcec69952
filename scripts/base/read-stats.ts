import type { ReadStats } from "../../schema/transcript.ts";

const MOST_REASONS = 20;
const LONGEST_REASON = 80;

export function newStats(): ReadStats {
  return { records: 0, skipped: 0, reasons: {} };
}

/** For a second pass over the same file: whoever holds `stats` sees the new counts. */
export function resetStats(stats: ReadStats): void {
  stats.records = 0;
  stats.skipped = 0;
  stats.reasons = {};
}

/** Counts one record that could not be used. Beyond twenty different reasons the rest are counted as `other`. */
export function countSkip(stats: ReadStats, reason: string): void {
  stats.skipped += 1;
  const known = Object.hasOwn(stats.reasons, reason);
  const room = Object.keys(stats.reasons).length < MOST_REASONS;
  const name = known || room ? reason : "other";
  stats.reasons[name] = (stats.reasons[name] ?? 0) + 1;
}

/** How a record of a type that the reader does not know is counted: `unknown type "foo"`. */
export function unknownType(type: unknown): string {
  const name = typeof type === "string" ? JSON.stringify(type) : `(${typeof type})`;
  return `unknown type ${name.slice(0, LONGEST_REASON)}`;
}
