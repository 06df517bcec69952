import type { Line } from "../../../schema/report.ts";
import type { GateDetail, GateResult, SessionState, Violation } from "../../../schema/session-state.ts";
import { count } from "../../base/text.ts";
import { strictViolations } from "../../gates/judge.ts";
import { checkName } from "../../state/brief/checks.ts";
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

/** The results of a state, a line each. Failures first: they are what must not be overlooked. */
export function describeChecks(state: SessionState): Line[] {
  const order: GateResult[] = ["fail", "stale", "not_run", "pending", "skipped", "pass"];
  return Object.entries(state.validation)
    .sort(([, a], [, b]) => order.indexOf(a) - order.indexOf(b))
    .map(([gate, result]) => ({
      kind: KINDS[result],
      text: resultLine(gate, result, state.validation_details?.[gate]),
    }));
}

const SHOWN = { violations: 20, output: 20 };

/** One result as a sentence: `Tests: FAIL (npm run test, exit 1, 3.4 s)`. */
export function resultLine(gate: string, result: GateResult, detail: GateDetail | undefined): string {
  const said: string[] = [];
  if (detail?.command !== undefined && detail.tree !== undefined) said.push(detail.command);
  if (typeof detail?.exit_code === "number" && detail.exit_code !== 0) said.push(`exit ${detail.exit_code}`);
  if (detail?.duration_ms !== undefined) said.push(`${(detail.duration_ms / 1000).toFixed(1)} s`);
  const how = said.length === 0 ? "" : ` (${said.join(", ")})`;
  const reason = detail?.reason === undefined ? "" : `: ${detail.reason}`;
  return `${checkName(gate)}: ${result === "stale" ? staleWords(detail) : WORDS[result]}${how}${reason}`;
}

function staleWords(detail: GateDetail | undefined): string {
  const was = detail === undefined ? "" : `, ${WORDS[detail.result]} at ${detail.at ?? "an unknown time"}`;
  const changed = detail?.files_changed;
  return `stale${was}, ${changed === undefined ? "files" : count(changed, "file")} changed since`;
}

/** All that the gates found, as `validate` shows it. */
export function describeMeasured(measured: Measured): Line[] {
  const { validation, details, failed, ran } = measured;
  const lines: Line[] = Object.entries(validation).map(([gate, result]) => {
    const detail = details[gate];
    const isOld = detail?.tree !== undefined && !ran.includes(gate) && result !== "stale";
    const since = isOld ? `, as measured ${detail?.at ?? "earlier"}: nothing has changed since` : "";
    const kind = failed.includes(gate) ? "fail" : KINDS[result];
    return { kind, text: `${resultLine(gate, result, detail)}${since}` };
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
    { kind: "title", text: `The end of what ${checkName(gate)} printed:` },
    { kind: "raw", text: tail.map((line) => `   ${line}`).join("\n") },
  ];
}
