import type { Redacted } from "../../schema/redacted.ts";
import { floorSpans } from "./floor.ts";
import type { KnownSecret } from "./known-secrets.ts";
import { knownForms } from "./known-values.ts";
import { nameStrength } from "./names.ts";
import { createFinder, type Finder } from "./scan.ts";
import {
  coverMarks,
  hideSpans,
  isCovered,
  isInside,
  linesAround,
  mergeSpans,
  outsideAllowed,
  replaceRanges,
  type Span,
} from "./span.ts";
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
  /** False only by the person's own wish. */
  enabled: boolean;
}

export interface Redactor {
  /** False only by the person's own wish: then everything passes as it is. */
  enabled: boolean;
  /**
   * Deep: every string of a JSON-like value, keys too where they hold secrets; the shape stays. Twice is the same
   * as once. Throws `UserError` that names a pattern of `options.patterns` which is none.
   */
  redact<T>(value: T): Promise<Redacted<T>>;
  /** Rule name -> how many were hidden so far. */
  counts(): Readonly<Record<string, number>>;
  /** For text that is worked on in pieces: what would be hidden, sorted and disjoint. Counts nothing. */
  find(text: string): Promise<Span[]>;
  /** The text with what `find` found in it hidden and counted. */
  hide(text: string, spans: readonly Span[]): Promise<Redacted<string>>;
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

  /** For each piece what is to be hidden in it, or null where that is nothing in any of them. */
  async function findIn(pieces: readonly Piece[]): Promise<Span[][] | null> {
    finders ??= loadFinders();
    const all = await finders;
    const found = pieces.map((piece) => findOwn(piece, all));
    const suspects = found.filter(({ hasLead }) => hasLead);
    if (suspects.length === 0 && found.every(({ spans }) => spans.length === 0)) return null;
    const floor = suspects.length === 0 ? [] : await floorSpans(suspects);
    suspects.forEach((piece, i) => {
      piece.spans = mergeSpans([...piece.spans, ...(floor[i] ?? [])]);
    });
    return found.map(({ text, spans }) => outsideAllowed(spans, text, options.allow));
  }

  function hideAndCount(text: string, spans: readonly Span[]): string {
    for (const { rule } of spans) counts[rule] = (counts[rule] ?? 0) + 1;
    return hideSpans(text, spans);
  }

  /**
   * The pieces' texts with nothing left to hide, or null where all stay as they are. A token beside another one is
   * only seen as one when that one is gone.
   */
  async function hideUntilStable(pieces: readonly Piece[]): Promise<string[] | null> {
    const spans = await findIn(pieces);
    if (spans === null) return null;
    const texts = pieces.map(({ text }, i) => hideAndCount(text, spans[i] ?? []));
    const changed = texts.flatMap((text, i) => (text === pieces[i]?.text ? [] : [i]));
    if (changed.length === 0) return null;
    const again = await hideUntilStable(
      changed.map((i) => ({ text: texts[i] ?? "", name: pieces[i]?.name ?? null })),
    );
    changed.forEach((i, n) => {
      texts[i] = again?.[n] ?? texts[i] ?? "";
    });
    return texts;
  }

  async function redact<T>(value: T): Promise<Redacted<T>> {
    if (!options.enabled) return brand(value);
    const pieces: Piece[] = [];
    const copy = mapStrings(value, (text, name) => {
      pieces.push({ text, name });
      return text;
    });
    const hidden = await hideUntilStable(pieces);
    if (hidden === null) return brand(copy as T);
    // The same strings come in the same order.
    let next = 0;
    return brand(mapStrings(value, (text) => hidden[next++] ?? text) as T);
  }

  async function hide(text: string, spans: readonly Span[]): Promise<Redacted<string>> {
    if (spans.length === 0) return brand(text);
    const touched = linesAround(text, spans);
    const lines = touched.map(({ start, end, within }) => hideAndCount(text.slice(start, end), within));
    const settled = (await hideUntilStable(lines.map((line) => ({ text: line, name: null })))) ?? lines;
    return brand(replaceRanges(text, touched, (_, i) => settled[i] ?? ""));
  }

  async function find(text: string): Promise<Span[]> {
    if (!options.enabled) return [];
    const [spans = []] = (await findIn([{ text, name: null }])) ?? [];
    return spans;
  }

  return { enabled: options.enabled, redact, find, hide, counts: () => ({ ...counts }) };
}

// The one place where the brand is given.
function brand<T>(value: T): Redacted<T> {
  return value as Redacted<T>;
}

/** Without the floor. Marks of earlier redactions are covered before. */
function findOwn({ text, name }: Piece, finders: readonly Finder[]): Found {
  const visible = coverMarks(text);
  const telling = name === null || nameStrength(coverMarks(name)) === null ? null : name;
  const spans = [
    ...finders.flatMap((find) => findNamed(visible, telling, find)),
    ...asWhole(visible, telling),
  ];
  if (spans.length === 0) return { text: visible, spans, hasLead: false };
  const own = mergeSpans(
    spans.filter(({ start, end }) => end > start && !isCovered(visible.slice(start, end))),
  );
  const hasLead = spans.some(({ start, end }) => start === end && !isInside(start, own));
  return { text: visible, spans: own, hasLead };
}

/** A telling name is put before its value, as in a header: `Authorization: token …`, `Cookie: a=…; b=…`. */
function findNamed(text: string, name: string | null, find: Finder): Span[] {
  if (name === null) return find(text);
  const label = `${name}: `;
  return find(label + text)
    .filter(({ end }) => end > label.length)
    .map(({ start, end, rule }) => ({
      start: Math.max(0, start - label.length),
      end: end - label.length,
      rule,
    }));
}

/** The whole text, where its name tells that it is a secret. */
function asWhole(text: string, name: string | null): Span[] {
  const strength = name === null ? null : nameStrength(name);
  return strength !== null && isSecretValue(text, strength)
    ? [{ start: 0, end: text.length, rule: strength }]
    : [];
}
