import type { Brief } from "../../../schema/brief.ts";
import type { Line, Report } from "../../../schema/report.ts";
import type { GateResult, Reason, SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { EXIT } from "../../base/errors.ts";
import { shellLine } from "../../base/text.ts";
import type { PutAway } from "../../git/wip.ts";
import { checkLine } from "../../state/brief/checks.ts";
import { describeState } from "../shared/describe.ts";
import type { Workplace } from "../shared/workplace.ts";
import { describeGit, type PutAwayChoice } from "./put-away.ts";

export interface HandoffOutcome {
  before: Workplace;
  from: AgentAdapter;
  to: AgentAdapter;
  source: SessionState;
  target: SessionState;
  /** What the target's place held before. */
  targetBefore: SessionState | null;
  done: PutAway | null;
  choice: PutAwayChoice;
  brief: Brief;
  /** What starts the next agent; null when Baton does not know. */
  argv: readonly string[] | null;
  reason: Reason | null;
  why: string | null;
  isDryRun: boolean;
  notices: Line[];
}

/** The five steps of a handoff, as they are shown. */
export function handoffReport(outcome: HandoffOutcome): Report {
  const { from, to, source, target, isDryRun } = outcome;
  const would = isDryRun ? "would be " : "";
  const lines: Line[] = [
    {
      kind: "title",
      icon: "🔄",
      text: `Session handoff: ${from.name} → ${to.name}${isDryRun ? " (dry run: nothing is written)" : ""}`,
    },
    ...step(1, `Saving ${from.name} session state`),
    { kind: "ok", text: `Session ${would}saved to ${from.stateFile}` },
    ...step(2, "Git status check"),
    ...describeGit(outcome.before, outcome.done, outcome.choice),
    ...step(3, "Validation status"),
    ...describeChecks(target),
    ...step(4, `Restoring as ${to.name} session state`),
    { kind: "ok", text: `State ${would}written to ${to.stateFile}` },
    ...replaced(outcome),
    ...describeState(target),
    ...step(5, isDryRun ? "What the next agent would read" : "Handoff complete"),
    ...summary(outcome),
    { kind: "text", text: "" },
    { kind: "title", text: "The brief:" },
    { kind: "raw", text: outcome.brief.text.trimEnd() },
    ...howToGoOn(outcome),
  ];
  return {
    ok: true,
    exitCode: EXIT.done,
    lines,
    notices: outcome.notices,
    data: {
      dry_run: isDryRun,
      source: { agent: from.name, path: from.stateFile, state: source },
      target: { agent: to.name, path: to.stateFile, state: target },
      git: { uncommitted: outcome.before.facts.changes.length, put_away: outcome.done },
      brief: outcome.brief.text,
      cut: outcome.brief.cut,
      launch: outcome.argv,
    },
  };
}

function step(n: number, what: string): Line[] {
  return [
    { kind: "text", text: "" },
    { kind: "step", text: `Step ${n}: ${what}` },
  ];
}

const KINDS: Record<GateResult, "ok" | "warn" | "fail"> = {
  pass: "ok",
  fail: "fail",
  not_run: "warn",
  pending: "warn",
  skipped: "warn",
  stale: "warn",
};

/** Failures first: they are what must not be overlooked. */
function describeChecks(state: SessionState): Line[] {
  const order: GateResult[] = ["fail", "stale", "not_run", "pending", "skipped", "pass"];
  return Object.entries(state.validation)
    .sort(([, a], [, b]) => order.indexOf(a) - order.indexOf(b))
    .map(([gate, result]) => ({
      kind: KINDS[result],
      text: checkLine(gate, result, state.validation_details?.[gate]),
    }));
}

function replaced({ from, to, targetBefore, isDryRun }: HandoffOutcome): Line[] {
  if (targetBefore === null || from.name === to.name) return [];
  const what = targetBefore.task.description ?? `saved ${targetBefore.timestamp}`;
  return [
    {
      kind: "note",
      text: `   What ${to.name} had before (${what}) ${isDryRun ? "would go" : "went"} to the history.`,
    },
  ];
}

const REASONS: Record<Reason, string> = {
  rate_limit: "Rate limit",
  escalation: "Escalation",
  offline: "Offline draft, to be validated",
  research: "Research needed",
  cost: "Cost",
  other: "Other",
};

function summary({ from, to, source, target, reason, why }: HandoffOutcome): Line[] {
  const files = (field: string, paths: readonly string[]) => target.truncated?.[field] ?? paths.length;
  const { context } = target;
  const inProgress =
    files("context.files_modified", context.files_modified) +
    files("context.files_created", context.files_created) +
    files("context.files_deleted", context.files_deleted ?? []);
  const said = [reason === null ? null : REASONS[reason], why].filter((part) => part !== null).join(": ");
  return [
    { kind: "title", icon: "📝", text: "Handoff summary:" },
    { kind: "text", text: `   From: ${from.name} (${source.provider})` },
    { kind: "text", text: `   To: ${to.name} (${target.provider})` },
    { kind: "text", text: `   Reason: ${said === "" ? "not said" : said}` },
    { kind: "text", text: `   Files in progress: ${inProgress}` },
    { kind: "text", text: `   Next action: ${context.next_steps[0] ?? "not recorded"}` },
  ];
}

function howToGoOn({ to, argv, isDryRun, done }: HandoffOutcome): Line[] {
  if (isDryRun) return [];
  const lines: Line[] = [
    { kind: "text", text: "" },
    { kind: "title", icon: "✨", text: `Ready to continue in ${to.name}` },
  ];
  if (done?.kind === "stash")
    lines.push({ kind: "text", text: "   First bring the work back:" }, { kind: "command", text: done.undo });
  if (argv !== null)
    lines.push({ kind: "text", text: "   Run:" }, { kind: "command", text: shellLine(argv) });
  lines.push(
    { kind: "text", text: "   Or print the brief again:" },
    { kind: "command", text: `baton restore ${to.name} --prompt` },
  );
  return lines;
}
