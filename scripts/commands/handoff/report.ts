import type { Brief } from "../../../schema/brief.ts";
import type { Finding } from "../../../schema/finding.ts";
import type { Line, Report } from "../../../schema/report.ts";
import type { Reason, SessionState } from "../../../schema/session-state.ts";
import { EXIT } from "../../base/errors.ts";
import { oneLine, shellLine } from "../../base/text.ts";
import type { PutAway } from "../../git/wip.ts";
import type { StoredState } from "../../state/store.ts";
import { describeState, withProvider } from "../shared/describe.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { Transferred } from "../transfer/transfer.ts";
import { describeChecks } from "../validate/describe.ts";
import type { CommentOutcome } from "./comment.ts";
import { describeGit } from "./put-away.ts";
import type { HandoffRequest } from "./request.ts";

export interface HandoffOutcome {
  before: Workplace;
  request: HandoffRequest;
  source: SessionState;
  target: SessionState;
  /** What the target's place held before. */
  targetBefore: StoredState | null;
  done: PutAway | null;
  brief: Brief;
  /** What starts the next agent; null when Baton does not know. */
  argv: readonly string[] | null;
  comment: CommentOutcome | null;
  /** What became of the conversation, in words and in figures. */
  carried: readonly Line[];
  transferred: Transferred | null;
  findings: readonly Finding[];
  notices: Line[];
}

/** The five steps of a handoff, as they are shown. */
export function handoffReport(outcome: HandoffOutcome): Report {
  const { source, target, findings } = outcome;
  const { from, to, dryRun: isDryRun } = outcome.request;
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
    ...describeGit(outcome.before, outcome.done, outcome.request),
    ...step(3, "Validation status"),
    ...describeChecks(target),
    ...advice(findings),
    ...step(4, `Restoring as ${to.name} session state`),
    { kind: "ok", text: `State ${would}written to ${to.stateFile}` },
    ...replaced(outcome),
    ...outcome.carried,
    ...describeState(target),
    ...step(5, isDryRun ? "What the next agent would read" : "Handoff complete"),
    ...summary(outcome),
    { kind: "text", text: "" },
    { kind: "title", text: "The brief:" },
    { kind: "raw", text: outcome.brief.text.trimEnd() },
    ...(outcome.comment?.lines ?? []),
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
      findings,
      comment: outcome.comment?.data ?? null,
      transfer: transferData(outcome.transferred),
    },
  };
}

function transferData(transferred: Transferred | null): Record<string, unknown> | null {
  if (transferred === null) return null;
  const { undo: _, ...data } = transferred;
  return data;
}

function step(n: number, what: string): Line[] {
  return [
    { kind: "text", text: "" },
    { kind: "step", text: `Step ${n}: ${what}` },
  ];
}

/** What to do about the checks. That one failed has been said already. */
function advice(findings: readonly Finding[]): Line[] {
  return findings
    .filter((finding) => finding.level !== "fail")
    .flatMap(({ message, fix }): Line[] => [
      { kind: "warn", text: message },
      ...(fix === undefined ? [] : [{ kind: "command", text: fix } as const]),
    ]);
}

function replaced({ request: { from, to, dryRun: isDryRun }, targetBefore }: HandoffOutcome): Line[] {
  if (targetBefore === null || from.name === to.name) return [];
  const what = targetBefore.state.task.description ?? `saved ${targetBefore.state.timestamp}`;
  return [
    {
      kind: "note",
      text: `   What ${to.name} had before (${oneLine(what)}) ${isDryRun ? "would go" : "went"} to the history.`,
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

function summary({ request: { from, to, reason, why }, source, target }: HandoffOutcome): Line[] {
  const files = (field: string, paths: readonly string[]) => target.truncated?.[field] ?? paths.length;
  const { context } = target;
  const inProgress =
    files("context.files_modified", context.files_modified) +
    files("context.files_created", context.files_created) +
    files("context.files_deleted", context.files_deleted ?? []);
  const said = [reason === null ? null : REASONS[reason], why].filter((part) => part !== null).join(": ");
  return [
    { kind: "title", icon: "📝", text: "Handoff summary:" },
    ...[
      `From: ${withProvider(from.name, source.provider)}`,
      `To: ${withProvider(to.name, target.provider)}`,
      `Reason: ${said === "" ? "not said" : said}`,
      `Files in progress: ${inProgress}`,
      `Next action: ${context.next_steps[0] ?? "not recorded"}`,
    ].map((text): Line => ({ kind: "text", text: `   ${oneLine(text)}` })),
  ];
}

function howToGoOn({ request: { to, dryRun: isDryRun }, argv, done }: HandoffOutcome): Line[] {
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
