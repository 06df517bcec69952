import type { Violation } from "../../schema/session-state.ts";
import { count } from "../base/text.ts";
import type { CheckOutcome, RuleSetting } from "./gate.ts";
import { searchPattern } from "./rule-prefilter.ts";
import { type Scan, scanFiles } from "./rule-scan.ts";
import type { Rule } from "./rule-set.ts";

/** Violations that are listed at most; all are counted. */
const MAX_LISTED = 200;

/** Holds rules against files. A STRICT violation fails; FLEXIBLE ones are for a person to look at. */
export async function checkRules(
  root: string,
  rules: readonly Rule[],
  setting: RuleSetting,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const scans = await planScans(rules, setting, signal);
  signal.throwIfAborted();
  const { violations, unread } = await scanFiles(root, scans, signal);
  const all = violations.sort(byLevelAndPlace);
  const strict = all.findIndex((violation) => violation.level !== "STRICT");
  const totals = {
    STRICT: strict === -1 ? all.length : strict,
    FLEXIBLE: strict === -1 ? 0 : all.length - strict,
  };
  const [first] = unread;
  return {
    result: totals.STRICT > 0 ? "fail" : "pass",
    ...(first === undefined
      ? {}
      : { reason: `${count(unread.length, "file")} not checked, such as ${first.path}: ${first.reason}` }),
    violations: all.slice(0, MAX_LISTED),
    ...(all.length > MAX_LISTED ? { violationTotals: totals } : {}),
  };
}

/** Decides which files have to be read. Of many files, a quick search finds those in which a pattern could match. */
async function planScans(
  rules: readonly Rule[],
  setting: RuleSetting,
  signal: AbortSignal,
): Promise<Iterable<Scan>> {
  const pieces = new Map<Rule, string>();
  if (setting.filesWith !== undefined) {
    for (const rule of rules) {
      const piece = searchablePiece(rule);
      if (piece !== null) pieces.set(rule, piece);
    }
  }
  const others = rules.filter((rule) => !pieces.has(rule));
  const [found, files] = await Promise.all([
    pieces.size === 0 ? [] : setting.filesWith?.([...new Set(pieces.values())], signal),
    others.length === 0 ? [] : setting.files(),
  ]);
  if (!found) return scansOf(await setting.files(), rules);
  const candidates = new Set(found);
  return both(
    scansOf(found, rules),
    scansOf(
      files.filter((path) => !candidates.has(path)),
      others,
    ),
  );
}

/** What a file must have for the rule to find fault with it; null where it may lack something instead. */
function searchablePiece({ forbid, require }: Rule): string | null {
  return forbid !== null && require === null ? searchPattern(forbid) : null;
}

function* both<T>(first: Iterable<T>, second: Iterable<T>): Iterable<T> {
  yield* first;
  yield* second;
}

function* scansOf(paths: Iterable<string>, rules: readonly Rule[]): Iterable<Scan> {
  for (const path of paths) {
    const applying = rules.filter((rule) => rule.appliesTo(path));
    if (applying.length > 0) yield { path, rules: applying };
  }
}

function byLevelAndPlace(a: Violation, b: Violation): number {
  if (a.level !== b.level) return a.level === "STRICT" ? -1 : 1;
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}
