import type { InterruptionEntry } from "../../schema/transcript.ts";

const LIMIT = new RegExp(
  [
    "\\b429\\b",
    "rate.?limit",
    "usage.?limit",
    "limit (?:was |has been )?(?:reached|exceeded)",
    "(?:hit|reached|exceeded) your .{0,40}limit",
    "too many requests",
    "quota",
    "resource.?exhausted",
    "insufficient.{0,10}(?:credit|balance)",
    "balance is too low",
    "out of (?:extra )?(?:usage|credits?)",
  ].join("|"),
  "i",
);

/** Whether an error message, of whichever provider, says that a limit was hit. */
export function causeOf(message: string): Exclude<InterruptionEntry["cause"], "user"> {
  return LIMIT.test(message) ? "rate_limit" : "error";
}
