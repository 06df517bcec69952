/** An object of a file that others wrote: nothing in it is certain. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The array, or an empty one. */
export function arrayOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string, or null when it is none or empty. */
export function stringOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * What stands where a word should, to compare it with the words that are known. Of anything else only its kind, because
 * `String` throws for an object whose `toString` is no function.
 */
export function wordOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : typeof value;
}

/** The finite number, or null. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * The object or array that `text` is as JSON; null when it is neither, and when it is nested so deep that nothing
 * could write it again: `JSON.stringify` goes as deep as the call stack.
 */
export function parseJson(text: string): JsonObject | unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) && !Array.isArray(value)) return null;
    return text.length > 2 * DEEPEST && isDeeperThan(DEEPEST, value) ? null : value;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const DEEPEST = 500;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

/** A time as a record gives it (ISO text, seconds or milliseconds since 1970) in ISO 8601 UTC, or null. */
export function timeOf(value: unknown): string | null {
  if (typeof value === "string" && value.length >= 10) {
    // What is in the one common form already need not be parsed a million times.
    if (ISO_UTC.test(value)) return value;
    return isoOf(Date.parse(value));
  }
  const number = numberOf(value);
  if (number === null || number <= 0) return null;
  return isoOf(number < 1e11 ? number * 1000 : number);
}

const ISO_UTC = /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?Z$/;

function isoOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
