import type { Redacted } from "../../schema/redacted.ts";
import type { KnownSecret } from "./known-secrets.ts";
import { knownForms } from "./known-values.ts";
import { nameStrength } from "./names.ts";
import { createFinder, type Finder } from "./scan.ts";
import { lintSecrets, mayInterestSecretlint } from "./secretlint.ts";
import { hasMark, hideSpans, isMark, mergeSpans, type Span } from "./span.ts";
import { isSecretValue } from "./values.ts";
import { mapStrings } from "./walk.ts";

export type { KnownSecret } from "./known-secrets.ts";

export interface UserPattern {
  name: string;
  pattern: string;
  flags?: string | undefined;
}

export interface RedactorOptions {
  secrets: readonly KnownSecret[];
  patterns: readonly UserPattern[];
  /** Exact values that are never hidden. */
  allow: readonly string[];
  /** False only by the person's own wish: then everything passes as it is. */
  enabled: boolean;
}

export interface Redactor {
  /** Deep: every string of a JSON-like value, keys too where they hold secrets; the shape stays. */
  redact<T>(value: T): Promise<Redacted<T>>;
  /** Rule name -> how many were hidden so far. */
  counts(): Readonly<Record<string, number>>;
}

export function createRedactor(options: RedactorOptions): Redactor {
  const counts: Record<string, number> = {};
  let finder: Finder | undefined;

  async function redact<T>(value: T): Promise<Redacted<T>> {
    // The one place where the brand is given.
    if (!options.enabled) return value as Redacted<T>;
    finder ??= createFinder(knownForms(options.secrets));
    const hidden = new Map<string, string>();
    mapStrings(value, (text, name) => {
      hidden.set(slot(text, name), text);
      return text;
    });
    for (const key of hidden.keys()) {
      const { text, name } = parts(key);
      hidden.set(key, hide(text, spansOf(text, name, finder)));
    }
    await applyFloor(hidden);
    return mapStrings(value, (text, name) => hidden.get(slot(text, name)) ?? text) as Redacted<T>;
  }

  function hide(text: string, spans: readonly Span[]): string {
    const kept = mergeSpans(spans.filter((span) => !isAllowed(text, span, options.allow)));
    for (const { rule } of kept) counts[rule] = (counts[rule] ?? 0) + 1;
    return hideSpans(text, kept);
  }

  // The preset sees what the rules left, all strings in one call: its start costs more than its work.
  async function applyFloor(hidden: Map<string, string>): Promise<void> {
    const suspects = [...hidden].filter(([, text]) => mayInterestSecretlint(text));
    if (suspects.length === 0) return;
    // No rule of the preset reaches over this.
    const separator = "\n\u0001\n";
    const found = await lintSecrets(suspects.map(([, text]) => text).join(separator));
    let start = 0;
    for (const [key, text] of suspects) {
      const end = start + text.length;
      const own = found
        .filter((span) => span.start >= start && span.end <= end)
        .map((span) => ({ ...span, start: span.start - start, end: span.end - start }))
        .filter((span) => !hasMark(text.slice(span.start, span.end)));
      hidden.set(key, hide(text, own));
      start = end + separator.length;
    }
  }

  return { redact, counts: () => ({ ...counts }) };
}

function spansOf(text: string, name: string | null, find: Finder): Span[] {
  const strength = name === null || isMark(text) ? null : nameStrength(name);
  const whole = strength !== null && isSecretValue(text, strength);
  return whole ? [...find(text), { start: 0, end: text.length, rule: strength }] : find(text);
}

function isAllowed(text: string, { start, end }: Span, allow: readonly string[]): boolean {
  const secret = text.slice(start, end);
  return allow.some((allowed) => allowed === secret || allowed === text);
}

function slot(text: string, name: string | null): string {
  return `${name ?? ""}\0${text}`;
}

function parts(key: string): { text: string; name: string | null } {
  const at = key.indexOf("\0");
  return { name: at === 0 ? null : key.slice(0, at), text: key.slice(at + 1) };
}
