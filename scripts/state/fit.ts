import type { Redacted } from "../../schema/redacted.ts";
import { MAX_STATE_BYTES, type SessionState } from "../../schema/session-state.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { isObject, type JsonObject } from "../base/json.ts";
import { truncate } from "../base/text.ts";

/** The bytes of a state file, and the fields that had to be cut for them, by their dotted paths. */
export interface Fitted {
  text: string;
  cut: string[];
}

/** How large one text or list may be, from the mildest cut to the hardest. Most states need none. */
const LIMITS = [256, 64, 16, 4, 1].map((kib) => kib * 1024);

/**
 * A state as text of at most `MAX_STATE_BYTES`. What makes it larger is cut: the longest texts and lists first, with
 * the true count of each list in `truncated`. The state before keeps them whole in the history. Throws `UserError` when
 * the state is large by more fields than could be cut.
 */
export function fitted(state: Redacted<SessionState>): Fitted {
  const whole = serialise(state);
  if (isSmallEnough(whole)) return { text: whole, cut: [] };
  for (const limit of LIMITS) {
    const counts = new Map<string, number>();
    const smaller = cutValue(state, limit, [], counts) as JsonObject;
    const lists = [...counts].filter(([, count]) => count > 0);
    const text = serialise({
      ...smaller,
      truncated: { ...Object.fromEntries(lists), ...state.truncated },
    });
    if (isSmallEnough(text)) return { text, cut: [...counts.keys()] };
  }
  throw new UserError(
    `The state would be larger than ${MAX_STATE_BYTES / 1024} KiB. Nothing was written.`,
    "Begin a new one with --new; the one that is there is kept in the history.",
    EXIT.failed,
  );
}

/** The bytes of a state file, whatever their number: two spaces of indent, for people and for `jq` alike. */
export function serialise(state: object): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

function isSmallEnough(text: string): boolean {
  return Buffer.byteLength(text) <= MAX_STATE_BYTES;
}

/** The value with no text or list in it that is larger than `limit`; notes in `counts` what was cut, and how long it was. */
function cutValue(
  value: unknown,
  limit: number,
  path: readonly string[],
  counts: Map<string, number>,
): unknown {
  if (typeof value === "string") {
    if (value.length <= limit) return value;
    // A text is no list: that it was cut shows at its end.
    if (!counts.has(path.join("."))) counts.set(path.join("."), 0);
    return truncate(value, limit);
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => cutValue(item, limit, path, counts));
    // What was noted last is what the next agent needs; of the other lists it is what stands first.
    const kept =
      path.at(-1) === "notes" ? firstWithin(items.toReversed(), limit).reverse() : firstWithin(items, limit);
    if (kept.length < items.length) counts.set(path.join("."), value.length);
    return kept;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    cutValue(inner, limit, [...path, key], counts),
  ]);
  // The sections hold what every reader counts on; records below them, such as fingerprints, are lists with names.
  if (path.length < 2) return Object.fromEntries(entries);
  const kept = firstWithin(entries, limit);
  if (kept.length < entries.length) counts.set(path.join("."), entries.length);
  return Object.fromEntries(kept);
}

/** The first items that are together no larger than `limit` as JSON. */
function firstWithin<T>(items: readonly T[], limit: number): T[] {
  let room = limit;
  const end = items.findIndex((item) => {
    room -= (JSON.stringify(item) ?? "").length;
    return room < 0;
  });
  return end === -1 ? [...items] : items.slice(0, end);
}
