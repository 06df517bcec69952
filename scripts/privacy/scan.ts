import { ANNOUNCING, assignmentAt } from "./assignments.ts";
import { createKeywordMachine } from "./keyword-machine.ts";
import type { KnownForm } from "./known-values.ts";
import { RULES } from "./rules/index.ts";
import type { Rule } from "./rules/rule.ts";
import type { Span } from "./span.ts";

/** The longest match of any rule, in UTF-16 code units. */
export const LONGEST_MATCH = 32 * 1024;

/** Everything worth hiding in a text: known values, forms of tokens, values beside telling names. Not merged. */
export type Finder = (text: string) => Span[];

// Long enough to be rare, short enough to keep the machine small when there are many known values.
const KNOWN_PREFIX = 6;

export function createFinder(forms: readonly KnownForm[], rules: readonly Rule[] = RULES): Finder {
  const compiled = rules.map(compile);
  const keywords = [
    ...forms.map((form) => form.text.slice(0, KNOWN_PREFIX).toLowerCase()),
    ...compiled.flatMap((rule) => rule.near),
    ...ANNOUNCING,
  ];
  const machine = createKeywordMachine(keywords);
  const ruleOf = compiled.flatMap((rule) => rule.near.map(() => rule));
  const firstAnnouncing = forms.length + ruleOf.length;

  return (text) => {
    const known: Span[] = [];
    const named: Span[] = [];
    const assigned: Span[] = [];
    let pastName = 0;
    machine.scan(text, (keyword, at) => {
      if (keyword >= firstAnnouncing) {
        if (at < pastName) return;
        const { past, span } = assignmentAt(text, at);
        pastName = past;
        if (span !== null) assigned.push(span);
        return;
      }
      const form = forms[keyword];
      if (form !== undefined) {
        if (text.startsWith(form.text, at))
          known.push({ start: at, end: at + form.text.length, rule: form.rule });
        return;
      }
      const span = ruleOf[keyword - forms.length]?.matchAt(text, at);
      if (span) named.push(span);
    });
    return [...known, ...named, ...assigned];
  };
}

interface CompiledRule {
  near: readonly string[];
  matchAt(text: string, at: number): Span | null;
}

function compile(rule: Rule): CompiledRule {
  const pattern = new RegExp(rule.pattern, `dy${rule.flags ?? ""}`);
  return {
    near: rule.near,
    matchAt(text, at) {
      const match = matchNear(pattern, text, at, rule.reach ?? 0);
      const [start, end] = match?.indices?.groups?.["secret"] ?? match?.indices?.[0] ?? [0, 0];
      return end > start ? { start, end, rule: rule.name } : null;
    },
  };
}

function matchNear(pattern: RegExp, text: string, at: number, reach: number): RegExpExecArray | null {
  for (let from = Math.max(0, at - reach); from <= at; from++) {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (match !== null && pattern.lastIndex > at) return match;
  }
  return null;
}
