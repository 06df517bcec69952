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
  return (text) => [...runDetectors(text), ...searches.flatMap((search) => search(text))];
}

/** One pass over the text for all detectors. */
export function createScan(detectors: readonly Detector[]): Finder {
  const keywords = detectors.flatMap((detector, owner) => detector.near.map((near) => ({ near, owner })));
  const machine = createKeywordMachine(keywords.map(({ near }) => near));
  const seen = new Float64Array(detectors.length);
  return (text) => {
    const found: { owner: number; span: Span }[] = [];
    seen.fill(0);
    machine.scan(text, (keyword, at) => {
      const owner = keywords[keyword]?.owner ?? 0;
      const detector = detectors[owner];
      if (detector === undefined || at < (seen[owner] ?? 0)) return;
      seen[owner] = detector.look(text, at, (span) => found.push({ owner, span }));
    });
    return found.sort((a, b) => a.owner - b.owner).map(({ span }) => span);
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
