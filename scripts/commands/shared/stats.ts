import type { ReadStats } from "../../../schema/transcript.ts";

/** How the reading went, where something was passed over: `read 812 records, 3 skipped: 2 torn, 1 unknown type "foo"`. */
export function describeStats(stats: ReadStats): string | null {
  if (stats.skipped === 0) return null;
  const reasons = Object.entries(stats.reasons).map(([reason, n]) => `${n} ${reason}`);
  return `read ${stats.records} records, ${stats.skipped} skipped: ${reasons.join(", ")}`;
}
