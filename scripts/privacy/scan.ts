import { ASSIGNMENTS } from "./assignments.ts";
import type { Detector } from "./detector.ts";
import { createKeywordMachine } from "./keyword-machine.ts";
import type { KnownForm } from "./known-values.ts";
import { KUBERNETES_SECRET } from "./kubernetes.ts";
import { PEM } from "./pem.ts";
import { RULES } from "./rules/index.ts";
import { detectorOf, searchOf } from "./rules/run.ts";
import { SECRETLINT_LEADS } from "./secretlint.ts";
import type { Span } from "./span.ts";

/** No span is longer, and nothing that decides about one is farther from it, in UTF-16 code units. */
export const REACH = 32 * 1024;

/**
 * Everything worth hiding in a text, not merged: known values, forms of tokens, values beside telling names.
 * A span of no length hides nothing; it says that secretlint may find something there.
 */
export type Finder = (text: string) => Span[];

export function createFinder(forms: readonly KnownForm[]): Finder {
  const rules = RULES.filter((rule) => rule.near.length > 0);
  // In the order of their say: where two hide the same text, the first one's name is shown.
  const runDetectors = createScan([
    ...forms.map(detectorOfForm),
    PEM,
    ...rules.map(detectorOf),
    KUBERNETES_SECRET,
    ASSIGNMENTS,
    ...SECRETLINT_LEADS,
  ]);
  const searches = RULES.filter((rule) => rule.near.length === 0).map(searchOf);
  const shortest = forms.reduce((least, form) => Math.min(least, form.text.length), SHORTEST);
  return (text) => {
    // Keys and short values are most of what there is in a record.
    if (text.length < shortest) return NONE;
    const spans = runDetectors(text);
    for (const search of searches) spans.push(...search(text));
    return spans;
  };
}

/** Nothing that a rule knows is shorter, with what has to stand around it. */
const SHORTEST = 8;
const NONE: Span[] = [];

/** One pass over the text for all detectors. */
export function createScan(detectors: readonly Detector[]): Finder {
  const owners = detectors.flatMap(({ near }, owner) => near.map(() => owner));
  const machine = createKeywordMachine(detectors.flatMap(({ near }) => near));
  // Counted on from text to text, so that nothing has to be set back in between.
  const seen = new Float64Array(detectors.length);
  let before = 0;
  return (text) => {
    const found: { owner: number; span: Span }[] = [];
    let owner = 0;
    const report = (span: Span) => found.push({ owner, span });
    machine.scan(text, (keyword, at) => {
      owner = owners[keyword] ?? 0;
      const detector = detectors[owner];
      if (detector === undefined || before + at < (seen[owner] ?? 0)) return;
      seen[owner] = before + detector.look(text, at, report);
    });
    // No look ends beyond its text.
    before += text.length + 1;
    return found.length === 0 ? [] : found.sort((a, b) => a.owner - b.owner).map(({ span }) => span);
  };
}

// Long enough to be rare, short enough to keep the machine small when there are many known values.
const KNOWN_PREFIX = 6;

function detectorOfForm({ text: form, rule }: KnownForm): Detector {
  return {
    near: [form.slice(0, KNOWN_PREFIX)],
    look(text, at, report) {
      if (!text.startsWith(form, at)) return at + 1;
      report({ start: at, end: at + form.length, rule });
      return at + form.length;
    },
  };
}
