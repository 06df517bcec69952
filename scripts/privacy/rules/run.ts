import type { Detector } from "../detector.ts";
import { isStandIn } from "../placeholders.ts";
import { isCovered, type Span } from "../span.ts";
import { isSecretValue } from "../values.ts";
import type { Rule } from "./rule.ts";

/** The rule as a detector: its pattern is tried where one of its literals stands, and up to its reach before. */
export function detectorOf(rule: Rule): Detector {
  const pattern = new RegExp(rule.pattern, `dy${rule.flags ?? ""}`);
  const reach = rule.reach ?? 0;
  return {
    near: rule.near,
    look(text, at, report) {
      for (let from = Math.max(0, at - reach); from <= at; from++) {
        pattern.lastIndex = from;
        const match = pattern.exec(text);
        if (match === null || pattern.lastIndex <= at) continue;
        const span = spanOf(rule, match);
        if (span !== null) report(span);
        return span === null ? at + 1 : pattern.lastIndex;
      }
      return at + 1;
    },
  };
}

/** For rules without a literal: a search for their pattern from the beginning to the end. */
export function searchOf(rule: Rule): (text: string) => Span[] {
  const pattern = new RegExp(rule.pattern, `dg${rule.flags ?? ""}`);
  return (text) => {
    const spans: Span[] = [];
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const span = spanOf(rule, match);
      if (span !== null) spans.push(span);
    }
    return spans;
  };
}

function spanOf(rule: Rule, match: RegExpExecArray): Span | null {
  const [start, end] = match.indices?.groups?.secret ?? match.indices?.[0] ?? [0, 0];
  const secret = match.input.slice(start, end);
  if (end === start || isStandIn(secret) || isCovered(secret)) return null;
  if (rule.strength !== undefined && !isSecretValue(secret, rule.strength)) return null;
  if (rule.check !== undefined && !rule.check(secret)) return null;
  return { start, end, rule: rule.name };
}
