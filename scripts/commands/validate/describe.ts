import type { Line } from "../../../schema/report.ts";
import type { GateDetail, GateResult, SessionState, Violation } from "../../../schema/session-state.ts";
import { count } from "../../base/text.ts";
import { spokenTime } from "../../base/time.ts";
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

/** The results of a state just saved, or as they look at `now`, a line each. Failures first: they must not be overlooked. */
export function describeChecks(state: SessionState, now = new Date(state.timestamp)): Line[] {
  const order: GateResult[] = ["fail", "stale", "not_run", "pending", "skipped", "pass"];
  return Object.entries(state.validation)
    .filter(([gate]) => isOfProject(state, gate))
    .sort(([, a], [, b]) => order.indexOf(a) - order.indexOf(b))
    .map(([gate, result]) => ({
      kind: KINDS[result],
      text: resultLine(gate, result, state.validation_details?.[gate], now),
    }));
}

/** The results of `gates` alone, a line each; none where there are none. */
export function describeChecksOf(state: SessionState, gates: readonly string[], now: Date): Line[] {
  if (gates.length === 0) return [];
  const wanted = Object.entries(state.validation).filter(([gate]) => gates.includes(gate));
  return describeChecks(
    { ...state, validation: Object.fromEntries(wanted) as SessionState["validation"] },
    now,
  );
}

const SHOWN = { violations: 20, output: 20 };

/** One result as a sentence: `Tests: FAIL (npm run test, exit 1, 3.4 s)`. */
export function resultLine(
  gate: string,
  result: GateResult,
  detail: GateDetail | undefined,
  now: Date,
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

function staleWords(detail: GateDetail | undefined, now: Date): string {
  const at = detail?.at === undefined ? "at an unknown time" : spokenTime(detail.at, now);
  const was = detail === undefined ? "" : `, ${WORDS[detail.result]} ${at}`;
  const changed = detail?.files_changed;
  return `stale${was}, ${changed === undefined ? "files" : count(changed, "file")} changed since`;
}

/** All that the gates found, as `validate` shows it. */
export function describeMeasured(measured: Measured, now: Date): Line[] {
  const { validation, details, failed, ran } = measured;
  const shown = Object.entries(validation).filter(([gate]) => details[gate]?.applies !== false);
  const lines: Line[] = shown.map(([gate, result]) => {
    const detail = details[gate];
    const isOld = detail?.tree !== undefined && !ran.includes(gate) && result !== "stale";
    const at = detail?.at === undefined ? "earlier" : spokenTime(detail.at, now);
    const since = isOld ? `, as measured ${at}: nothing has changed since` : "";
    const kind = failed.includes(gate) ? "fail" : KINDS[result];
    return { kind, text: `${resultLine(gate, result, detail, now)}${since}` };
  });
  for (const [gate, result] of Object.entries(validation)) {
    const detail = details[gate];
    const isFailed = failed.includes(gate);
    if (detail === undefined || (result === "stale" && !isFailed)) continue;
    lines.push(...describeViolations(detail));
    if (isFailed) lines.push(...describeOutput(gate, detail));
  }
  return lines;
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
