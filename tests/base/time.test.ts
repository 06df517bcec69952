import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ago,
  formatDuration,
  localTime,
  localTimeNow,
  parseDuration,
  shortAge,
  spokenTime,
  timestamp,
  utcTime,
} from "../../scripts/base/time.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("durations as people write them", () => {
  it.each([
    ["45 minutes", 45 * MINUTE],
    ["2 hours", 2 * HOUR],
    ["1h 15m", 75 * MINUTE],
    ["1.5h", 90 * MINUTE],
    ["2d", 2 * DAY],
    ["less than a minute", null],
    ["45", null],
    ["soon", null],
    ["", null],
    ["-5 minutes", null],
  ])("%j is %j ms", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    [0, "less than a minute"],
    [MINUTE, "1 minute"],
    [45 * MINUTE, "45 minutes"],
    [59.6 * MINUTE, "1 hour"],
    [HOUR, "1 hour"],
    [75 * MINUTE, "1h 15m"],
    [2 * HOUR, "2 hours"],
    [DAY, "1 day"],
    [2 * DAY + 3 * HOUR, "2 days 3h"],
  ])("%i ms is said as %j", (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });

  it("can be read again as they are said, to the last unit that is said", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 * 24 * 30 }), (minutes) => {
        const read = parseDuration(formatDuration(minutes * MINUTE));
        expect(read).not.toBeNull();
        expect(Math.abs((read ?? 0) - minutes * MINUTE)).toBeLessThan(HOUR);
      }),
    );
  });
});

describe("ages for tables", () => {
  const now = new Date("2026-01-05T12:30:00Z");
  it.each([
    ["2026-01-05T12:30:00Z", "now"],
    ["2026-01-05T12:25:00Z", "5m"],
    ["2026-01-05T09:30:00Z", "3h"],
    ["2026-01-03T12:30:00Z", "2d"],
    ["2026-01-05T12:30:30Z", "now"],
    ["2026-01-06T12:30:00Z", "in the future"],
    ["yesterday", "unknown"],
  ])("%s: %s", (then, expected) => {
    expect(shortAge(new Date(then), now)).toBe(expected);
  });
});

it("writes times in UTC, in whole seconds", () => {
  expect(timestamp(new Date("2026-01-05T13:30:00.987+01:00"))).toBe("2026-01-05T12:30:00Z");
});

describe("times as people say them", () => {
  const now = new Date("2026-01-05T12:30:00Z");
  it.each([
    ["2026-01-05T12:30:00Z", "just now"],
    ["2026-01-05T12:30:30Z", "just now"],
    ["2026-01-05T12:29:00Z", "1 minute ago"],
    ["2026-01-05T12:18:00Z", "12 minutes ago"],
    ["2026-01-05T11:29:00Z", "1 hour ago"],
    ["2026-01-04T11:30:00Z", "25 hours ago"],
    ["2026-01-03T12:30:00Z", "2 days ago"],
    ["2026-01-05T14:31:00Z", "in 2 hours"],
    ["yesterday", null],
  ])("%s: %s", (then, expected) => {
    expect(ago(then, now)).toBe(expected);
  });

  it("come with the day and the time of the reader's own zone; what is no time stays", () => {
    expect(spokenTime("2026-01-05T12:18:00Z", now)).toMatch(/^12 minutes ago \(2026-01-0\d \d\d:\d\d\)$/);
    expect(spokenTime("soon", now)).toBe("soon");
  });
});

describe("a time as people say it", () => {
  it.each([
    ["2026-01-05T12:30:59.900Z", "2026-01-05 12:30 UTC"],
    ["2026-01-05T12:30:00+02:00", "2026-01-05 10:30 UTC"],
    ["yesterday", "yesterday"],
    ["1", "1"],
    ["2026-99-99T00:00:00Z", "2026-99-99T00:00:00Z"],
    ["", ""],
  ])("%j is %s", (time, said) => expect(utcTime(time)).toBe(said));

  it("keeps the zone of the clock that it was read from", () => {
    const date = new Date("2026-07-05T22:30:00Z");
    expect(localTime(date, "Europe/Berlin")).toBe("2026-07-06 00:30 (Europe/Berlin)");
    expect(localTime(date, "UTC")).toBe("2026-07-05 22:30 UTC");
    expect(localTimeNow(date, new Date("2026-07-05T20:20:00Z"), "UTC")).toBe("22:30 today UTC, in 2h 10m");
    expect(localTimeNow(date, new Date("2026-07-06T20:20:00Z"), "UTC")).toBe("2026-07-05 22:30 UTC");
  });
});
