import parse from "parse-duration";

/**
 * Milliseconds in a duration as people write it (`45 minutes`, `1h 15m`, `2 hours`), or null when it is not one.
 * A bare number is not a duration: it has no unit.
 */
export function parseDuration(text: string): number | null {
  if (!/[a-z]/i.test(text)) return null;
  const ms = parse(text);
  return ms !== null && Number.isFinite(ms) && ms >= 0 ? ms : null;
}

/** A duration in ms as people say it, in at most two units: `45 minutes`, `1h 15m`, `2 days 3h`. */
export function formatDuration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = minutes % 60;
    if (rest === 0) return hours === 1 ? "1 hour" : `${hours} hours`;
    return `${hours}h ${rest}m`;
  }
  const days = Math.floor(hours / 24);
  const restHours = hours % 24;
  return `${days === 1 ? "1 day" : `${days} days`}${restHours ? ` ${restHours}h` : ""}`;
}

/** How long ago `then` was, in one short word for tables: `now`, `5m`, `3h`, `2d`, or `in the future`. */
export function shortAge(then: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000);
  if (Number.isNaN(minutes)) return "unknown";
  if (minutes < -1) return "in the future";
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h`;
  return `${Math.floor(minutes / (24 * 60))}d`;
}

/** How long ago `then` was, as people say it: `just now`, `12 minutes ago`, `3 hours ago`; null when it cannot be read. */
export function ago(then: string, now: Date): string | null {
  const ms = now.getTime() - Date.parse(then);
  if (Number.isNaN(ms)) return null;
  if (ms < -60_000) return `in ${largestUnit(-ms)}`;
  return ms < 60_000 ? "just now" : `${largestUnit(ms)} ago`;
}

const UNITS: readonly [ms: number, noun: string][] = [
  [24 * 60 * 60_000, "day"],
  [60 * 60_000, "hour"],
  [60_000, "minute"],
];

function largestUnit(ms: number): string {
  // One unit says enough, and "47 hours" more than "1 day".
  const [unit, noun] = UNITS.find(([size, name]) => ms >= (name === "day" ? 2 * size : size)) ?? [
    60_000,
    "minute",
  ];
  const n = Math.floor(ms / unit);
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** A recorded time for a person: `12 minutes ago (2026-11-30 23:35)`, in their time zone. What cannot be read stays as it is. */
export function spokenTime(then: string, now: Date): string {
  const age = ago(then, now);
  if (age === null) return then;
  const { day, time } = onTheClock(new Date(then));
  return `${age} (${day} ${time})`;
}

/** The state's own form of a time: UTC, whole seconds, `2026-01-05T12:30:00Z`. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** A time as people say it, with its date and zone: `2026-01-05 12:30 UTC`. What is no time stays as it is. */
export function utcTime(time: string): string {
  const date = new Date(/^\d{4}-\d\d-\d\dT/.test(time) ? time : Number.NaN);
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/**
 * A time on the clock of a place, true whenever it is read: `2026-01-05 13:30 (Europe/Berlin)`. Without a `zone` (an
 * IANA name) it is the machine's own.
 */
export function localTime(date: Date, zone?: string): string {
  const { day, time, zoneName } = onTheClock(date, zone);
  return `${day} ${time} ${zoneName}`;
}

/** The same for a person who reads it now: `13:30 today (Europe/Berlin), in 2h 10m`; in the past without the rest. */
export function localTimeNow(date: Date, now: Date, zone?: string): string {
  const { day, time, zoneName } = onTheClock(date, zone);
  const when = day === onTheClock(now, zone).day ? `${time} today` : `${day} ${time}`;
  const left = date.getTime() - now.getTime();
  return `${when} ${zoneName}${left > 0 ? `, in ${formatDuration(left)}` : ""}`;
}

function onTheClock(date: Date, zone?: string): { day: string; time: string; zoneName: string } {
  const format = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "short",
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  const [day = "", time = ""] = format.format(date).split(" ");
  const name = format.resolvedOptions().timeZone;
  return { day, time, zoneName: /^(?:Etc\/)?UTC$/.test(name) ? "UTC" : `(${name})` };
}
