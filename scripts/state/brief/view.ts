import type { BriefRequest } from "../../../schema/brief.ts";
import type { Reason, SessionState } from "../../../schema/session-state.ts";
import { arrayOf, objectOf } from "../../base/json.ts";
import { formatDuration, parseDuration } from "../../base/time.ts";
import { pendingHandoff } from "../taken-over.ts";
import { checkLines } from "./checks.ts";
import { driftLines } from "./drift-lines.ts";
import type { Cutter } from "./limits.ts";
import { code, fence, inline } from "./quote.ts";

/** The placeholders of a template; the README lists them. A value that is null or empty makes its section disappear. */
export type View = Record<string, unknown>;

const REASONS: Record<Reason, string> = {
  rate_limit: "it reached its rate limit",
  escalation: "the task needs a stronger agent",
  offline: "it was drafted offline",
  research: "a question has to be researched first",
  cost: "to save cost",
  other: "the person chose to",
};

export function viewOf(request: BriefRequest, cutter: Cutter): View {
  const { state, drift } = request;
  const { task, context } = state;
  // The provider of the agent that did the work, as `from` is its name.
  const handoff = pendingHandoff(state);
  const provider = handoff === null ? state.provider : (handoff.source_provider ?? "unknown");
  const steps = cutter
    .list("next steps", context.next_steps)
    .map((step, i) => ({ number: i + 1, text: cutter.line("a step", step) }));
  return {
    from: cutter.line("the agent's name", request.fromLabel),
    to: request.toLabel === null ? null : cutter.line("the agent's name", request.toLabel),
    provider: provider === "unknown" ? null : cutter.line("the provider", provider),
    saved_at: cutter.line("the time", state.timestamp),
    reason: request.reason === null ? null : REASONS[request.reason],
    why: whyBlock(request, cutter),
    task: task.description === undefined ? null : cutter.line("task", task.description),
    status: task.status,
    priority: task.priority ?? null,
    time: timeLine(task, cutter),
    first_step: steps[0]?.text ?? null,
    has_steps: steps.length > 0,
    steps,
    has_completed: (context.completed_steps ?? []).length > 0,
    completed: cutter
      .list("completed steps", context.completed_steps ?? [])
      .map((step) => cutter.line("a completed step", step)),
    files: fileLines(state, cutter),
    has_files: fileCount(state) > 0 || state.git.changes_unknown !== undefined,
    branch: state.git.branch === null ? null : cutter.code("the branch", state.git.branch),
    last_commit:
      state.git.last_commit === null ? null : cutter.line("the last commit", state.git.last_commit),
    operation: state.git.operation == null ? null : cutter.line("the operation", state.git.operation),
    stash: stashCommand(state),
    ...checkLines(state, cutter),
    ...driftLines(drift, cutter),
    attempts: state.escalation?.attempts ?? failedAttempts(state),
    notes: blockOf(cutter.list("notes", context.notes ?? []).map((note) => cutter.text("a note", note))),
    tried: blockOf(
      cutter
        .list("failed attempts", context.tried ?? [])
        .map(
          (t) =>
            `${cutter.line("an attempt", t.what)}${t.said === undefined ? "" : `\n  ${cutter.text("an attempt", t.said)}`}`,
        ),
    ),
    issues:
      cutter
        .list("issues", [...state.git.issues, ...state.git.prs])
        .map((id) => cutter.line("an issue", id))
        .join(", ") || null,
    github: githubBlock(state, cutter),
    github_as_of:
      typeof state.github?.fetchedAt === "string" ? cutter.line("a time", state.github.fetchedAt) : null,
    github_remembered: state.github?.source === "cache",
  };
}

function whyBlock({ why, state }: BriefRequest, cutter: Cutter): string | null {
  const text = why ?? pendingHandoff(state)?.why ?? state.escalation?.reason ?? null;
  return text === null ? null : fence([cutter.text("the reason", text)]);
}

/** Where nobody counted them, as many as the gates have failed on this task. */
function failedAttempts({ validation_attempts: attempts }: SessionState): number | null {
  const most = Math.max(0, ...Object.values(attempts ?? {}));
  return most === 0 ? null : most;
}

/** Titles come from whoever may open an issue: they are quoted, and lines of their own. */
function githubBlock({ github }: SessionState, cutter: Cutter): string | null {
  const entries = [...titled(github?.issues, "issue"), ...titled(github?.prs, "pull request")];
  return blockOf(cutter.list("issues and pull requests", entries));
}

function titled(items: unknown, kind: string): string[] {
  return arrayOf(items).map((item) => {
    const { number, title, state, review, checks } = objectOf(item);
    const marks = [state, review, checks === undefined ? undefined : `checks ${String(checks)}`];
    const said = marks.filter((mark) => typeof mark === "string" && !/none|unknown/.test(mark)).join(", ");
    return inline(`${kind} #${String(number)}: ${String(title)}${said === "" ? "" : ` (${said})`}`, 200);
  });
}

/** Only what Baton itself writes there: nobody is to run whatever a state file says. */
function stashCommand({ git }: SessionState): string | null {
  const restore = git.stash?.restore ?? "";
  return /^git stash (pop|apply)( --index)?( [\w@{}]+)?$/.test(restore) ? code(restore) : null;
}

function blockOf(lines: readonly string[]): string | null {
  return lines.length === 0 ? null : fence(lines);
}

/** Time spent, and what remains where the estimate is known too. */
function timeLine(task: SessionState["task"], cutter: Cutter): string | null {
  const estimated = task.estimated_time ?? null;
  if (task.time_spent === undefined)
    return estimated === null ? null : `estimated ${cutter.line("the estimate", estimated)}`;
  const spent = parseDuration(task.time_spent);
  const estimate = estimated === null ? null : parseDuration(estimated);
  const said = `${cutter.line("the time spent", task.time_spent)} in`;
  if (spent === null || estimate === null) return said;
  if (spent > estimate) return `${said}, ${formatDuration(spent - estimate)} over the estimate`;
  return spent === estimate
    ? `${said}, the estimate is used up`
    : `${said}, ${formatDuration(estimate - spent)} remaining`;
}

function fileCount({ context }: SessionState): number {
  return context.files_modified.length + context.files_created.length + (context.files_deleted ?? []).length;
}

function fileLines(state: SessionState, cutter: Cutter): string[] {
  const staged = new Set(state.git.staged_files);
  const escaped = new Set(state.git.escaped_paths);
  const lines: string[] = [];
  const why = state.git.changes_unknown;
  if (why !== undefined)
    lines.push(
      `git could not list the changes when this was saved (${cutter.code("why", why)}): see for yourself which files changed`,
    );
  const kinds = [
    ["modified", state.context.files_modified],
    ["created", state.context.files_created],
    ["deleted", state.context.files_deleted ?? []],
  ] as const;
  for (const [kind, paths] of kinds) {
    const total = state.truncated?.[`context.files_${kind}`] ?? paths.length;
    for (const path of cutter.list(`${kind} files`, paths, "files", total)) {
      const marks = [
        ...(kind === "modified" ? [] : [kind]),
        ...(staged.has(path) ? ["staged"] : []),
        ...(escaped.has(path) ? ["its name is not UTF-8, bytes are escaped"] : []),
      ];
      lines.push(`${cutter.code("a path", path)}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`);
    }
  }
  return lines;
}
