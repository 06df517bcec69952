import type { BriefRequest } from "../../../schema/brief.ts";
import type { Reason, SessionState } from "../../../schema/session-state.ts";
import { arrayOf, objectOf } from "../../base/json.ts";
import { utcTime } from "../../base/time.ts";
import { workElsewhere } from "../session-files.ts";
import { stashCommand } from "../stash.ts";
import { isReadFromSession, pendingHandoff } from "../taken-over.ts";
import { askedLines } from "./asked-lines.ts";
import { checkLines } from "./checks.ts";
import { driftLines } from "./drift-lines.ts";
import type { Cutter } from "./limits.ts";
import { code, fence, inline } from "./quote.ts";

/** The placeholders of a template; docs/briefs.md lists them. A value that is null or empty makes its section disappear. */
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
  const { state, drift, carriedOverInto } = request;
  const isCarried = carriedOverInto !== null;
  const { task, context } = state;
  // The provider of the agent that did the work, as `from` is its name.
  const handoff = pendingHandoff(state);
  const provider = handoff === null ? state.provider : (handoff.source_provider ?? "unknown");
  const stash = stashCommand(state);
  const steps = cutter
    .list("next steps", context.next_steps)
    .map((step, i) => ({ number: i + 1, text: cutter.line("a step", step) }));
  // What was done and what failed stands in the conversation, where that was carried over.
  const completed = isCarried ? [] : (context.completed_steps ?? []);
  const tried = isCarried ? [] : (context.tried ?? []);
  return {
    from: cutter.line("the agent's name", request.fromLabel),
    to: request.toLabel === null ? null : cutter.line("the agent's name", request.toLabel),
    provider: provider === "unknown" ? null : cutter.line("the provider", provider),
    saved_at: cutter.line("the time", utcTime(state.timestamp)),
    is_from_session: isReadFromSession(state),
    carried_over: isCarried ? cutter.line("the session's id", carriedOverInto) : null,
    reason: request.reason === null ? null : REASONS[request.reason],
    why: whyBlock(request, cutter),
    task: task.description === undefined ? null : cutter.line("task", task.description),
    status: task.status,
    is_completed: task.status === "completed",
    ...askedLines(state, isCarried, cutter),
    priority: task.priority ?? null,
    time: timeLine(task, cutter),
    first_step: steps[0]?.text ?? null,
    // The newest ask as the only step has been said already.
    has_steps: steps.length > 0 && context.steps_from !== "newest_ask",
    steps,
    has_completed: completed.length > 0,
    completed: cutter.list("completed steps", completed).map((step) => cutter.line("a completed step", step)),
    files: fileLines(state, cutter),
    has_files: fileCount(state) > 0 || state.git.changes_unknown !== undefined,
    own_commits: ownCommits(state, cutter),
    commits_unknown:
      state.git.commits_unknown === undefined ? null : cutter.line("a reason", state.git.commits_unknown),
    work_branch: workPlace(state, cutter),
    branch: state.git.branch === null ? null : cutter.code("the branch", state.git.branch),
    last_commit:
      state.git.last_commit === null ? null : cutter.line("the last commit", state.git.last_commit),
    operation: state.git.operation == null ? null : cutter.line("the operation", state.git.operation),
    stash: stash === null ? null : code(stash),
    ...checkLines(state, cutter),
    ...driftLines(drift, state, cutter),
    attempts: state.escalation?.attempts ?? failedAttempts(state),
    notes: blockOf(cutter.list("notes", context.notes ?? []).map((note) => cutter.text("a note", note))),
    tried: blockOf(
      cutter
        .list("failed attempts", tried)
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
      typeof state.github?.fetchedAt === "string"
        ? cutter.line("a time", utcTime(state.github.fetchedAt))
        : null,
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

function blockOf(lines: readonly string[]): string | null {
  return lines.length === 0 ? null : fence(lines);
}

/** What was said about the time. Neither is measured, so nothing is reckoned from it. */
function timeLine(task: SessionState["task"], cutter: Cutter): string | null {
  const estimate = task.estimated_time ? cutter.line("the estimate", task.estimated_time) : null;
  if (task.time_spent === undefined) return estimate === null ? null : `estimated ${estimate}`;
  const spent = cutter.line("the time spent", task.time_spent);
  return estimate === null ? `${spent} spent` : `${spent} spent of an estimated ${estimate}`;
}

/** Subjects are what anybody may have written: they are quoted. */
function ownCommits({ git, truncated }: SessionState, cutter: Cutter): string | null {
  const commits = git.commits ?? [];
  const shown = cutter.list("commits", commits, "items", truncated?.["git.commits"] ?? commits.length);
  return blockOf(
    shown.map(
      ({ oid, subject }) => `${inline(oid.slice(0, 10))} ${cutter.line("a commit's subject", subject)}`,
    ),
  );
}

/** Named only where the work is not where HEAD was. */
function workPlace(state: SessionState, cutter: Cutter): string | null {
  const place = workElsewhere(state);
  if (place === null) return null;
  return "branch" in place
    ? cutter.code("the branch", place.branch)
    : `no branch, but at the commit ${cutter.code("the commit", place.commit)}`;
}

function fileCount({ context }: SessionState): number {
  return context.files_modified.length + context.files_created.length + (context.files_deleted ?? []).length;
}

function fileLines(state: SessionState, cutter: Cutter): string[] {
  const staged = new Set(state.git.staged_files);
  const escaped = new Set(state.git.escaped_paths);
  const conflicted = new Set(state.git.conflicted_files);
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
        ...(conflicted.has(path) ? ["in conflict, to be resolved"] : []),
        ...(kind === "modified" ? [] : [kind]),
        ...(staged.has(path) ? ["staged"] : []),
        ...(escaped.has(path) ? ["its name is not UTF-8, bytes are escaped"] : []),
      ];
      lines.push(`${cutter.code("a path", path)}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}`);
    }
  }
  return lines;
}
