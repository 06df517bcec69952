import type { Cell, Line } from "../../../schema/report.ts";
import {
  type GateDetail,
  type GateResult,
  isMeasured,
  type SessionState,
  type Violation,
} from "../../../schema/session-state.ts";
import { count, list, oneLine, truncate } from "../../base/text.ts";
import { ago, spokenTime } from "../../base/time.ts";
import { strictViolations } from "../../gates/judge.ts";
import { checkName, isOfProject } from "../../state/brief/checks.ts";
import type { Measured } from "./measured.ts";

/** How a result is shown. */
export const KINDS: Record<GateResult, "ok" | "warn" | "fail" | "note"> = {
  pass: "ok",
  fail: "fail",
  not_run: "warn",
  pending: "warn",
  skipped: "note",
  stale: "warn",
};

const WORDS: Record<GateResult, string> = {
  pass: "pass",
  fail: "FAIL",
  not_run: "not run",
  pending: "pending",
  skipped: "skipped",
  stale: "stale",
};

/** When results are looked at, and which gates were run just before. */
export interface Measuring {
  now: Date;
  ran: readonly string[];
}

// Failures first, everywhere: they are what must not be overlooked.
const ORDER: readonly GateResult[] = ["fail", "stale", "not_run", "pending", "pass", "skipped"];

/** Results in the one order in which they are shown. `failed` names gates that failed and are stale by now. */
function inOrder(
  validation: SessionState["validation"],
  failed: readonly string[] = [],
): [gate: string, result: GateResult][] {
  const rank = ([gate, result]: [string, GateResult]) => (failed.includes(gate) ? 0 : ORDER.indexOf(result));
  return Object.entries(validation).sort((a, b) => rank(a) - rank(b));
}

/** The results of a state, a line each. Failures first. Without `measuring` nothing is said of when they were run. */
export function describeChecks(state: SessionState, measuring: Measuring | null = null): Line[] {
  return inOrder(state.validation)
    .filter(([gate]) => isOfProject(state, gate))
    .map(([gate, result]) => {
      const detail = state.validation_details?.[gate];
      return {
        kind: KINDS[result],
        text: `${resultLine(gate, result, detail, measuring?.now)}${asMeasured(gate, result, detail, measuring)}`,
      };
    });
}

/** The same in a few words each, for one row of a report. Their age is said once where it is the same for all. */
export function shortChecks(state: SessionState, measuring: Measuring): Cell[] {
  const results = inOrder(state.validation)
    .filter(([gate]) => isOfProject(state, gate))
    .map(([gate, result]) => {
      const detail = state.validation_details?.[gate];
      return {
        name: checkName(gate, detail),
        result,
        detail,
        age: asMeasured(gate, result, detail, measuring),
      };
    });
  const ages = new Set(results.filter(({ result }) => isMeasured(result)).map(({ age }) => age));
  const [age = ""] = ages.size === 1 ? ages : [];
  const cells = results
    .filter(({ result, detail }) => !isIdle(result, detail))
    .map((each): Cell => {
      const { name, result, detail } = each;
      const words = result === "stale" ? staleWords(detail, measuring.now) : wordFor(result, detail);
      return {
        kind: KINDS[result],
        text: `${name}: ${words}${why(result, detail)}${age === "" ? each.age : ""}`,
      };
    });
  if (age !== "") cells.push({ kind: "note", text: `(${age.replace(/^, /, "")})` });
  for (const idle of IDLE) {
    const names = results.filter(({ result, detail }) => result === idle && isIdle(result, detail));
    if (names.length > 0)
      cells.push({ kind: "note", text: `– ${WORDS[idle]}: ${list(names.map(({ name }) => name))}` });
  }
  return cells;
}

const IDLE: readonly GateResult[] = ["not_run", "pending", "skipped"];

/** What there is nothing to say about but that it did not run: those are named together. */
function isIdle(result: GateResult, detail: GateDetail | undefined): boolean {
  return result === "skipped" || (IDLE.includes(result) && detail?.reason === undefined);
}

function why(result: GateResult, detail: GateDetail | undefined): string {
  if (detail === undefined || result === "pass") return "";
  const said: string[] = [];
  const violations = strictViolations(detail);
  if (result === "fail" && violations > 0) said.push(count(violations, "violation"));
  else if (result === "fail" && detail.exit_code) said.push(`exit ${detail.exit_code}`);
  if (detail.reason !== undefined) said.push(truncate(oneLine(detail.reason), 60));
  return said.length === 0 ? "" : ` (${said.join(", ")})`;
}

/** Says of a recorded result that it was not measured just now: `, as measured 3 minutes ago`. */
function asMeasured(
  gate: string,
  result: GateResult,
  detail: GateDetail | undefined,
  measuring: Measuring | null,
): string {
  if (measuring === null || detail?.tree === undefined) return "";
  if (measuring.ran.includes(gate) || !isMeasured(result)) return "";
  return `, as measured ${ago(detail.at ?? "", measuring.now) ?? "earlier"}`;
}

/** The results of `gates` alone, a line each; none where there are none. */
export function describeChecksOf(state: SessionState, gates: readonly string[], now: Date): Line[] {
  if (gates.length === 0) return [];
  const wanted = Object.entries(state.validation).filter(([gate]) => gates.includes(gate));
  return describeChecks(
    { ...state, validation: Object.fromEntries(wanted) as SessionState["validation"] },
    { now, ran: [] },
  );
}

const SHOWN = { violations: 20, output: 20 };

/** One result as a sentence: `Tests: FAIL (npm run test, exit 1, 3.4 s)`. */
export function resultLine(
  gate: string,
  result: GateResult,
  detail: GateDetail | undefined,
  now?: Date,
): string {
  const said: string[] = [];
  if (detail?.command !== undefined && detail.tree !== undefined) said.push(detail.command);
  if (typeof detail?.exit_code === "number" && detail.exit_code !== 0) said.push(`exit ${detail.exit_code}`);
  // Of one that was stopped the reason says after how long.
  if (detail?.duration_ms !== undefined && result !== "not_run")
    said.push(`${(detail.duration_ms / 1000).toFixed(1)} s`);
  const how = said.length === 0 ? "" : ` (${said.join(", ")})`;
  const reason = detail?.reason === undefined ? "" : `: ${detail.reason}`;
  return `${checkName(gate, detail)}: ${result === "stale" ? staleWords(detail, now) : wordFor(result, detail)}${how}${reason}`;
}

function wordFor(result: GateResult, detail: GateDetail | undefined): string {
  // It ran, and was stopped before it had an answer.
  return result === "not_run" && detail?.reason?.startsWith("stopped after") ? "not finished" : WORDS[result];
}

function staleWords(detail: GateDetail | undefined, now?: Date): string {
  const at = detail?.at;
  const when = at === undefined ? "at an unknown time" : now === undefined ? `at ${at}` : spokenTime(at, now);
  const was = detail === undefined ? "" : `, ${WORDS[detail.result]} ${when}`;
  const changed = detail?.files_changed;
  return `stale${was}, ${changed === undefined ? "files" : count(changed, "file")} changed since`;
}

/** All that the gates found, as `validate` shows it. */
export function describeMeasured(measured: Measured, now: Date): Line[] {
  const { validation, details, failed } = measured;
  const lines: Line[] = describeResults(measured, now);
  for (const [gate, result] of inOrder(validation, failed)) {
    const detail = details[gate];
    const isFailed = failed.includes(gate);
    if (detail === undefined || (result === "stale" && !isFailed)) continue;
    lines.push(...describeViolations(detail));
    if (isFailed) lines.push(...describeOutput(gate, detail));
  }
  return lines;
}

/** The results alone, a line each. */
export function describeResults(
  { validation, details, failed, ran }: Measured,
  now: Date,
): { kind: "ok" | "warn" | "fail" | "note"; text: string }[] {
  const ofProject = inOrder(validation, failed).filter(([gate]) => details[gate]?.applies !== false);
  return ofProject.map(([gate, result]) => ({
    kind: failed.includes(gate) ? "fail" : KINDS[result],
    text: `${resultLine(gate, result, details[gate], now)}${since(asMeasured(gate, result, details[gate], { now, ran }))}`,
  }));
}

function since(age: string): string {
  return age === "" ? "" : `${age}: nothing has changed since`;
}

function describeViolations(detail: GateDetail): Line[] {
  const all = detail.violations ?? [];
  const strict = all.filter((violation) => violation.level === "STRICT");
  const flexible = all.filter((violation) => violation.level === "FLEXIBLE");
  const totals = {
    strict: strictViolations(detail),
    flexible: detail.violation_totals?.FLEXIBLE ?? flexible.length,
  };
  return [
    ...listed("STRICT violations, to be fixed", strict, totals.strict, ""),
    ...listed("FLEXIBLE ones, for a person to look at", flexible, totals.flexible, "[ ] "),
  ];
}

function listed(title: string, violations: readonly Violation[], total: number, mark: string): Line[] {
  if (total === 0) return [];
  const shown = violations.slice(0, SHOWN.violations);
  const rest = total - shown.length;
  return [
    { kind: "text", text: "" },
    { kind: "title", text: `${title} (${total}):` },
    ...shown.map((violation): Line => ({ kind: "item", text: `${mark}${violationLine(violation)}` })),
    ...(rest === 0 ? [] : [{ kind: "note", text: `    and ${rest} more` } as const]),
  ];
}

function violationLine({ rule, file, line, text, message, fix }: Violation): string {
  const where = line === undefined ? file : `${file}:${line}`;
  return `${where}${text === undefined ? "" : `: ${text}`}  [${rule}] ${message}${fix === undefined ? "" : ` Fix: ${fix}`}`;
}

function describeOutput(gate: string, detail: GateDetail): Line[] {
  const tail = (detail.output_tail ?? []).slice(-SHOWN.output);
  if (tail.length === 0) return [];
  return [
    { kind: "text", text: "" },
    { kind: "title", text: `The end of what ${checkName(gate, detail)} printed:` },
    { kind: "raw", text: tail.map((line) => `   ${line}`).join("\n") },
  ];
}
