import type { GateDetail, GateResult, SessionState, Violation } from "../../../schema/session-state.ts";
import { count } from "../../base/text.ts";
import { utcTime } from "../../base/time.ts";
import type { Cutter } from "./limits.ts";
import { fence, inline } from "./quote.ts";

const NAMES: Record<string, string> = {
  typescript: "TypeScript",
  eslint: "ESLint",
  tests: "Tests",
  strict_rules: "STRICT rules",
};

/** A check's name as people write it: that of what was run, where it is known. */
export function checkName(gate: string, detail?: GateDetail): string {
  return detail?.label === undefined ? (NAMES[gate] ?? inline(gate, 60)) : inline(detail.label, 60);
}

/** Whether a check is one that this project can have. Of one that it cannot have nobody needs to hear. */
export function isOfProject(state: SessionState, gate: string): boolean {
  const detail = state.validation_details?.[gate];
  if (detail !== undefined) return detail.applies !== false;
  // Where nobody has looked yet: every project may have tests, but not every one a TypeScript.
  return state.validation[gate] !== "not_run" || gate === "tests" || !Object.hasOwn(NAMES, gate);
}

const WORDS: Record<GateResult, string> = {
  pass: "passed",
  fail: "FAILED",
  not_run: "not run",
  pending: "pending",
  skipped: "skipped",
  stale: "not known any more, files have changed since it ran",
};

/** One check as a sentence: `Tests: passed at 12:30`, `Tests: passed at 12:30, 3 files changed since`. */
function checkLine(gate: string, result: GateResult, detail: GateDetail | undefined): string {
  const name = checkName(gate, detail);
  const at = detail?.at === undefined ? "" : ` at ${inline(utcTime(detail.at), 40)}`;
  const reason = detail?.reason === undefined ? "" : ` (${inline(detail.reason, 200)})`;
  if (result !== "stale" || detail === undefined || detail.result === "stale") {
    return `${name}: ${WORDS[result]}${result === "pass" || result === "fail" ? at : ""}${reason}`;
  }
  const changed = detail.files_changed === undefined ? "files" : count(detail.files_changed, "file");
  return `${name}: ${WORDS[detail.result]}${at}, ${changed} changed since${reason}`;
}

/** The placeholders about checks: what was verified, what failed, what nobody knows. */
export function checkLines(state: SessionState, cutter: Cutter): Record<string, unknown> {
  const all = Object.entries(state.validation).filter(([gate]) => isOfProject(state, gate));
  const detailOf = (gate: string) => state.validation_details?.[gate];
  const lines = (wanted: (result: GateResult) => boolean) =>
    cutter
      .list(
        "checks",
        all.filter(([, result]) => wanted(result)),
      )
      .map(([gate, result]) => checkLine(gate, result, detailOf(gate)));
  const violations = all.flatMap(([gate]) => detailOf(gate)?.violations ?? []);
  const failed = lines((result) => result === "fail");
  const verified = lines((result) => result === "pass");
  const unverified = lines((result) => result !== "pass" && result !== "fail");
  return {
    has_failed: failed.length > 0,
    failed,
    has_verified: verified.length > 0,
    verified,
    has_unverified: unverified.length > 0,
    unverified,
    violations: violationBlock(
      violations.filter((v) => v.level === "STRICT"),
      cutter,
    ),
    checklist: violationBlock(
      violations.filter((v) => v.level === "FLEXIBLE"),
      cutter,
    ),
    output: outputBlock(state, cutter),
  };
}

function violationBlock(violations: readonly Violation[], cutter: Cutter): string | null {
  if (violations.length === 0) return null;
  const shown = cutter.list("violations", violations);
  return fence(
    shown.map((v) => {
      const where = v.line === undefined ? v.file : `${v.file}:${v.line}`;
      const line = (text: string) => cutter.line("a violation", text);
      const text = v.text === undefined ? "" : `: ${line(v.text)}`;
      return `${line(where)}${text}  [${line(v.rule)}] ${line(v.message)}${v.fix === undefined ? "" : ` Fix: ${line(v.fix)}`}`;
    }),
  );
}

/** The last lines of what failing checks printed. */
function outputBlock(state: SessionState, cutter: Cutter): string | null {
  const detailOf = (gate: string) => state.validation_details?.[gate];
  const failing = Object.entries(state.validation).filter(
    ([gate, result]) => result === "fail" && (state.validation_details?.[gate]?.output_tail ?? []).length > 0,
  );
  const blocks = cutter.list("output of failing checks", failing).map(([gate]) => {
    const tail = detailOf(gate)?.output_tail ?? [];
    const shown = tail.slice(-cutter.limits.items);
    if (shown.length < tail.length)
      cutter.cut.push(
        `output of ${checkName(gate, detailOf(gate))}: last ${shown.length} of ${tail.length} lines`,
      );
    return [
      `${checkName(gate, detailOf(gate))}:`,
      ...shown.map((line) => `  ${cutter.line("a line of output", line)}`),
    ].join("\n");
  });
  return blocks.length === 0 ? null : fence(blocks);
}
