import { EXIT, errorMessage, UserError } from "../base/errors.ts";
import type { Finder } from "./scan.ts";
import type { Span } from "./span.ts";

/** A pattern that the person or the repository added (`redaction.patterns`). */
export interface UserPattern {
  /** Shown in `[REDACTED:<name>]`. */
  name: string;
  /** RE2 syntax: no look-around, no back-references. A group called `secret` is what gets hidden, or the whole match. */
  pattern: string;
  /** Any of `i`, `m`, `s`. */
  flags?: string | undefined;
}

/**
 * Finders for the person's patterns, none or one. They run in linear time whatever the pattern is.
 * Throws `UserError` that names the first pattern which can't be understood.
 */
export async function userFinder(patterns: readonly UserPattern[]): Promise<Finder[]> {
  if (patterns.length === 0) return [];
  const { RE2JS } = await import("re2js");
  const compiled = patterns.map((pattern) => ({ name: pattern.name, matcher: compile(pattern) }));

  function compile({ name, pattern, flags = "" }: UserPattern) {
    const known = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL, g: 0, u: 0 } as const;
    let bits = 0;
    for (const flag of flags) {
      if (!(flag in known)) throw unusable(name, `unknown flag "${flag}"`);
      bits |= known[flag as keyof typeof known];
    }
    try {
      return RE2JS.compile(pattern, bits);
    } catch (error) {
      throw unusable(name, errorMessage(error));
    }
  }

  function find(text: string): Span[] {
    const spans: Span[] = [];
    for (const { name, matcher } of compiled) {
      const hasGroup = Object.hasOwn(matcher.namedGroups(), "secret");
      const match = matcher.matcher(text);
      while (match.find()) {
        const [start, end] = hasGroup
          ? [match.start("secret"), match.end("secret")]
          : [match.start(), match.end()];
        if (end > start) spans.push({ start, end, rule: name });
      }
    }
    return spans;
  }
  return [find];
}

function unusable(name: string, why: string): UserError {
  return new UserError(
    `The redaction pattern "${name}" can't be used: ${why}.`,
    `Mend it under redaction.patterns in baton.config.json. The syntax is RE2's: no look-around and no back-references.`,
    EXIT.usage,
  );
}
