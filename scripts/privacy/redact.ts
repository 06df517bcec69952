import type { Redacted } from "../../schema/redacted.ts";
import { floorSpans } from "./floor.ts";
import type { KnownSecret } from "./known-secrets.ts";
import { knownForms } from "./known-values.ts";
import { nameStrength } from "./names.ts";
import { createFinder, type Finder } from "./scan.ts";
import { hideSpans, isInside, isMark, mergeSpans, outsideAllowed, type Span } from "./span.ts";
import { type UserPattern, userFinder } from "./user-patterns.ts";
import { isSecretValue } from "./values.ts";
import { mapStrings } from "./walk.ts";

export type { KnownSecret } from "./known-secrets.ts";
export type { UserPattern } from "./user-patterns.ts";

export interface RedactorOptions {
  secrets: readonly KnownSecret[];
  patterns: readonly UserPattern[];
  /** What is never hidden, nor anything inside of it: exact values, or paths that look like secrets. */
  allow: readonly string[];
  /** False only by the person's own wish: then everything passes as it is. */
  enabled: boolean;
}

export interface Redactor {
  /**
   * Deep: every string of a JSON-like value, keys too where they hold secrets; the shape stays. Twice is the same
   * as once. Throws `UserError` that names a pattern of `options.patterns` which is none.
   */
  redact<T>(value: T): Promise<Redacted<T>>;
  /** Rule name -> how many were hidden so far. */
  counts(): Readonly<Record<string, number>>;
  /** For text that is worked on in pieces: what would be hidden, sorted and disjoint. Counts nothing. */
  find(text: string): Promise<Span[]>;
  /** A piece of text with what `find` found in it hidden and counted. */
  hide(text: string, spans: readonly Span[]): Redacted<string>;
}

interface Piece {
  text: string;
  /** The key that the text is the value of, or null. */
  name: string | null;
}

interface Found {
  text: string;
  spans: Span[];
  /** Something in it that is not hidden may interest secretlint. */
  hasLead: boolean;
}

export function createRedactor(options: RedactorOptions): Redactor {
  const counts: Record<string, number> = {};
  let finders: Promise<Finder[]> | undefined;

  async function loadFinders(): Promise<Finder[]> {
    return [createFinder(knownForms(options.secrets)), ...(await userFinder(options.patterns))];
  }

  async function findIn(pieces: readonly Piece[]): Promise<Span[][]> {
    finders ??= loadFinders();
    const all = await finders;
    const found: Found[] = pieces.map(({ text, name }) => {
      const spans = [...all.flatMap((find) => find(text)), ...asWhole(text, name)];
      const own = mergeSpans(spans.filter(({ start, end }) => end > start));
      return {
        text,
        spans: own,
        hasLead: spans.some((span) => span.start === span.end && !isInside(span.start, own)),
      };
    });
    const suspects = found.filter(({ hasLead }) => hasLead);
    const floor = suspects.length === 0 ? [] : await floorSpans(suspects);
    suspects.forEach((piece, i) => {
      piece.spans = mergeSpans([...piece.spans, ...(floor[i] ?? [])]);
    });
    return found.map(({ text, spans }) => outsideAllowed(spans, text, options.allow));
  }

  function hide(text: string, spans: readonly Span[]): Redacted<string> {
    for (const { rule } of spans) counts[rule] = (counts[rule] ?? 0) + 1;
    return brand(hideSpans(text, spans));
  }

  async function redact<T>(value: T): Promise<Redacted<T>> {
    if (!options.enabled) return brand(value);
    const pieces: Piece[] = [];
    mapStrings(value, (text, name) => {
      pieces.push({ text, name });
      return text;
    });
    const spans = await findIn(pieces);
    // The same strings come in the same order.
    let next = 0;
    return brand(mapStrings(value, (text) => hide(text, spans[next++] ?? [])) as T);
  }

  return {
    redact,
    hide,
    counts: () => ({ ...counts }),
    find: async (text) => (options.enabled ? ((await findIn([{ text, name: null }]))[0] ?? []) : []),
  };
}

// The one place where the brand is given.
function brand<T>(value: T): Redacted<T> {
  return value as Redacted<T>;
}

/** The whole text, where its key tells that it is a secret. */
function asWhole(text: string, name: string | null): Span[] {
  const strength = name === null || isMark(text) ? null : nameStrength(name);
  return strength !== null && isSecretValue(text, strength)
    ? [{ start: 0, end: text.length, rule: strength }]
    : [];
}
