import { join, relative } from "node:path";
import type { Brief } from "../../../schema/brief.ts";
import type { Finding } from "../../../schema/finding.ts";
import type { Cell, Line, Report } from "../../../schema/report.ts";
import type { Reason, SessionState } from "../../../schema/session-state.ts";
import { EXIT } from "../../base/errors.ts";
import { count, oneLine, truncate } from "../../base/text.ts";
import type { PutAway } from "../../git/wip.ts";
import type { StoredState } from "../../state/store.ts";
import { withProvider } from "../shared/describe.ts";
import { briefFile, type Workplace } from "../shared/workplace.ts";
import type { Transferred } from "../transfer/transfer.ts";
import { type Measuring, shortChecks } from "../validate/describe.ts";
import type { CommentOutcome } from "./comment.ts";
import { describeGit } from "./put-away.ts";
import type { HandoffRequest } from "./request.ts";
import type { Start } from "./start.ts";

export interface HandoffOutcome {
  before: Workplace;
  request: HandoffRequest;
  /** Where the person is: paths are shown from there. */
  cwd: string;
  source: SessionState;
  target: SessionState;
  /** What the target's place held before. */
  targetBefore: StoredState | null;
  done: PutAway | null;
  brief: Brief;
  start: Start;
  comment: CommentOutcome | null;
  /** What became of the conversation, in words and in figures. */
  carried: readonly Cell[];
  transferred: Transferred | null;
  findings: readonly Finding[];
  /** When the checks were run, and which of them just now. */
  measuring: Measuring;
  notices: Line[];
}

/** The five steps of a handoff, in a line or two each, and the one command to type, last. */
export function handoffReport(outcome: HandoffOutcome): Report {
  const { source, target, findings, request, start } = outcome;
  const { from, to, dryRun: isDryRun, printBrief } = request;
  const lines: Line[] = [
    ...title(outcome),
    row("1 Saved", saved(outcome)),
    ...describeGit(outcome.before, outcome.done, request),
    row("3 Checks", [...shortChecks(target, outcome.measuring), ...advice(findings)]),
    row("4 Handed over", [written(outcome, to.stateFile), ...outcome.carried, ...replaced(outcome)]),
    row("5 Brief", aboutBrief(outcome)),
    ...(printBrief
      ? ([
          { kind: "text", text: "" },
          { kind: "raw", text: outcome.brief.text.trimEnd() },
        ] as const)
      : []),
    ...(outcome.comment?.lines ?? []),
    ...howToGoOn(outcome),
  ];
  return {
    ok: true,
    exitCode: EXIT.done,
    lines,
    // Of a dry run the plan is the answer: there is nothing to go on with.
    ...(isDryRun ? {} : { answer: start.line }),
    notices: outcome.notices,
    data: {
      dry_run: isDryRun,
      source: { agent: from.name, path: from.stateFile, state: source },
      target: { agent: to.name, path: to.stateFile, state: target },
      git: { uncommitted: outcome.before.facts.changes.length, put_away: outcome.done },
      brief: outcome.brief.text,
      cut: outcome.brief.cut,
      launch: start.argv,
      next_command: isDryRun ? null : start.line,
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

function row(label: string, cells: Cell[]): Line {
  return { kind: "row", label, cells };
}

const REASONS: Record<Reason, string> = {
  rate_limit: "rate limit",
  escalation: "escalation",
  offline: "offline draft, to be validated",
  research: "research needed",
  cost: "cost",
  other: "other",
};

function title({
  request: { from, to, reason, why, dryRun: isDryRun },
  source,
  target,
}: HandoffOutcome): Line[] {
  const agents = `${withProvider(from.name, source.provider)} → ${withProvider(to.name, target.provider)}`;
  const { description } = target.task;
  const what = description === undefined ? "" : `: ${truncate(oneLine(description), 200)}`;
  const said = [reason === null ? null : REASONS[reason], why].filter((part) => part !== null).join(": ");
  return [
    { kind: "title", icon: "🔄", text: `${oneLine(agents)}${what}`, cut: true },
    ...(said === "" ? [] : [{ kind: "note", text: `   Reason: ${oneLine(said)}` } as const]),
    ...(isDryRun ? [{ kind: "warn", text: "Dry run: nothing is written" } as const] : []),
  ];
}

function saved(outcome: HandoffOutcome): Cell[] {
  const { from } = outcome.request;
  const { branch, last_commit: commit } = outcome.source.git;
  const at = commit === null ? "no commit yet" : `at ${commit}`;
  return [written(outcome, from.stateFile), { kind: "note", text: `(${branch ?? "detached HEAD"}, ${at})` }];
}

function written(outcome: HandoffOutcome, file: string): Cell {
  const { dryRun: isDryRun } = outcome.request;
  return isDryRun
    ? { kind: "text", text: `would write ${fromHere(outcome, file)}` }
    : { kind: "ok", text: fromHere(outcome, file) };
}

/** A path of the repository as it can be typed where the person is. */
function fromHere({ before, cwd }: HandoffOutcome, file: string): string {
  return relative(cwd, join(before.repository.root, file));
}

/** What to do about the checks. That one failed has been said already. */
function advice(findings: readonly Finding[]): Cell[] {
  return findings
    .filter((finding) => finding.level !== "fail")
    .flatMap(({ message, fix }): Cell[] => [
      { kind: "warn", text: message },
      ...(fix === undefined ? [] : [{ kind: "note", text: fix } as const]),
    ]);
}

function replaced({ request: { from, to, dryRun: isDryRun }, targetBefore }: HandoffOutcome): Cell[] {
  if (targetBefore === null || from.name === to.name) return [];
  const what = targetBefore.state.task.description ?? `saved ${targetBefore.state.timestamp}`;
  const verb = isDryRun ? "would go" : "went";
  return [
    {
      kind: "note",
      text: `what ${to.name} had before (${truncate(oneLine(what), 50)}) ${verb} to the history`,
    },
  ];
}

function aboutBrief(outcome: HandoffOutcome): Cell[] {
  const { request, target } = outcome;
  const { to, dryRun: isDryRun, printBrief } = request;
  const [first, ...others] = target.context.next_steps;
  const more = others.length === 0 ? "" : ` (and ${count(others.length, "more step")})`;
  const cells: Cell[] = [
    written(outcome, briefFile(to)),
    {
      kind: "text",
      text: first === undefined ? "no next step recorded" : `next: ${truncate(oneLine(first), 60)}${more}`,
    },
  ];
  if (printBrief) return cells;
  const print = isDryRun ? "--print-brief shows it" : `to print it: baton restore ${to.name} --prompt`;
  // Where that is the line to type next, it stands below already.
  return outcome.start.missing !== null && !isDryRun
    ? cells
    : [...cells, { kind: "note", text: `(${print})` }];
}

function howToGoOn({ request: { to, dryRun: isDryRun }, start }: HandoffOutcome): Line[] {
  if (isDryRun) return [];
  const { missing } = start;
  return [
    { kind: "text", text: "" },
    ...(missing === null
      ? ([{ kind: "title", icon: "✨", text: `Continue in ${to.name}:` }] as const)
      : ([{ kind: "warn", text: `${missing.why}: ${missing.fix}:` }] as const)),
    { kind: "command", text: start.line },
  ];
}
