import type { Limit } from "../../schema/said.ts";
import { localTime, localTimeNow } from "../base/time.ts";

const EPOCH = "(1[5-9]\\d{8}|[2-3]\\d{9}|1[5-9]\\d{11}|[2-3]\\d{12})";
/** `… limit reached|1796083200`, as Claude Code says it. */
const BARE_EPOCH = new RegExp(`\\s*\\|\\s*${EPOCH}(?!\\d)`);
/** `"resets_at":1796083200`, `resetsAt: 1796083200000`, as in the answers of APIs. */
const NAMED_EPOCH = new RegExp(`\\bresets?_?at["']?\\s*[:=]\\s*["']?${EPOCH}(?!\\d)`, "i");
const SECONDS = /\bresets?_?in_?seconds["']?\s*[:=]\s*["']?(\d{1,8})(?!\d)/i;

/** When the limit ends that an error's words tell of at the time `at`; null where they do not name the time. */
export function limitReset(said: string, at: string | null): Date | null {
  const epoch = BARE_EPOCH.exec(said)?.[1] ?? NAMED_EPOCH.exec(said)?.[1];
  if (epoch !== undefined) return new Date(Number(epoch) * (epoch.length > 10 ? 1 : 1000));
  const seconds = SECONDS.exec(said)?.[1];
  const from = Date.parse(at ?? "");
  return seconds === undefined || Number.isNaN(from) ? null : new Date(from + Number(seconds) * 1000);
}

/** An error's words with the time of the reset as people read it. Words that say it in their own way stay. */
export function withReadableReset(said: string, at: string | null, zone?: string): string {
  const reset = limitReset(said, at);
  if (reset === null) return said;
  const told = `resets at ${localTime(reset, zone)}`;
  return BARE_EPOCH.test(said) ? said.replace(BARE_EPOCH, `, ${told}`) : `${said} (${told})`;
}

/**
 * One line for the person about the limit that cut a session off: `Claude Code's limit ends at 14:00 today
 * (Europe/Berlin), in 2h 10m.`, or the agent's own words where they name no time that is known.
 */
export function describeLimit({ said, resetsAt }: Limit, label: string, now: Date, zone?: string): string {
  if (resetsAt === null) return `${label} was cut off by a limit: ${said}`;
  const reset = new Date(resetsAt);
  return `${label}'s limit ${reset > now ? "ends" : "ended"} at ${localTimeNow(reset, now, zone)}.`;
}
