import type { Drift } from "../../../schema/drift.ts";
import type { Line } from "../../../schema/report.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import { count, oneLine } from "../../base/text.ts";
import { spokenTime } from "../../base/time.ts";
import { describeDrift } from "../../state/brief/drift-lines.ts";
import { Cutter } from "../../state/brief/limits.ts";
import { stashCommand } from "../../state/stash.ts";
import { pendingHandoff } from "../../state/taken-over.ts";

/** How many entries of a list are shown on a screen. */
const SHOWN = { files: 20, items: 10, chars: 300 };

/** An agent with its provider or model, where that is known: `claude (claude-sonnet-4-5)`. */
export function withProvider(agent: string, provider: string | undefined): string {
  return provider === undefined || provider === "unknown" ? agent : `${agent} (${provider})`;
}

/** A saved state as `restore` and `handoff` show it, just saved or as it looks at `now`. */
export function describeState(state: SessionState, now = new Date(state.timestamp)): Line[] {
  const { context, git, task } = state;
  const handoff = pendingHandoff(state);
  const lines: Line[] = [{ kind: "rule", text: "" }];
  const field = (icon: string, label: string, value: string) =>
    lines.push({ kind: "text", icon, text: `${label}: ${oneLine(value)}` });
  field("🕐", "Session saved", spokenTime(state.timestamp, now));
  if (handoff === null) field("🤖", "Agent", withProvider(state.agent, state.provider));
  else {
    field(
      "🤖",
      "Previous agent",
      `${withProvider(handoff.source_agent, handoff.source_provider)}, handed to ${withProvider(state.agent, state.provider)}`,
    );
  }
  if (task.description !== undefined) field("🎯", "Task", task.description);
  field(
    "🚦",
    "Status",
    [
      task.status,
      task.priority === undefined ? "" : `priority ${task.priority}`,
      task.time_spent === undefined ? "" : `${task.time_spent} spent`,
      task.estimated_time === undefined ? "" : `${task.estimated_time} estimated`,
    ]
      .filter((part) => part !== "")
      .join(", "),
  );
  field(
    "🌿",
    "Git branch",
    git.branch ?? (git.last_commit === null ? "not recorded" : "none (detached HEAD)"),
  );
  field("📝", "Last commit", git.last_commit ?? (git.head === undefined ? "not recorded" : "none yet"));
  if (git.operation) field("🚧", "Under way", `a ${git.operation}`);
  if (git.stash !== undefined) {
    const how = stashCommand(state);
    field(
      "📦",
      "Stashed",
      `${git.stash.message}; ${how === null ? "see git stash list" : `bring it back: ${how}`}`,
    );
  }
  const lists: [icon: string, label: string, field: string, paths: readonly string[]][] = [
    ["📁", "Modified files", "context.files_modified", context.files_modified],
    ["✨", "Created files", "context.files_created", context.files_created],
    ["🗑️ ", "Deleted files", "context.files_deleted", context.files_deleted ?? []],
  ];
  const total = (name: string, paths: readonly string[]) => state.truncated?.[name] ?? paths.length;
  for (const [icon, label, name, paths] of lists) {
    if (paths.length > 0 || label === "Modified files") field(icon, label, String(total(name, paths)));
  }
  const staged = new Set(git.staged_files);
  const escaped = new Set(git.escaped_paths);
  const conflicted = new Set(git.conflicted_files);
  const marks = (path: string) =>
    [
      conflicted.has(path) ? " (in conflict)" : "",
      staged.has(path) ? " (staged)" : "",
      escaped.has(path) ? " (not UTF-8)" : "",
    ].join("");
  for (const [, label, name, paths] of lists) {
    addList(
      lines,
      label,
      paths.map((path) => path + marks(path)),
      SHOWN.files,
      total(name, paths),
    );
  }
  if (context.next_steps.length > 0) {
    lines.push({ kind: "text", text: "" }, { kind: "text", text: "Next steps:" });
    for (const [i, step] of context.next_steps.entries())
      lines.push({ kind: "text", text: ` ${i + 1}. ${oneLine(step)}` });
  }
  addList(lines, "Done", context.completed_steps ?? [], SHOWN.items);
  addList(lines, "Notes", context.notes ?? [], SHOWN.items);
  if (state.escalation !== undefined) {
    lines.push(
      { kind: "text", text: "" },
      {
        kind: "warn",
        text: `Escalated after ${count(state.escalation.attempts, "attempt")}: ${oneLine(state.escalation.reason)}`,
      },
    );
  }
  lines.push({ kind: "rule", text: "" });
  return lines;
}

function addList(
  lines: Line[],
  label: string,
  items: readonly string[],
  max: number,
  total = items.length,
): void {
  if (items.length === 0) return;
  lines.push({ kind: "text", text: "" }, { kind: "text", text: `${label}:` });
  for (const item of items.slice(0, max)) lines.push({ kind: "item", text: item });
  if (total > max) lines.push({ kind: "note", text: `    and ${total - Math.min(max, items.length)} more` });
}

/** What changed since, or that nothing did. */
export function describeDriftLines(drift: Drift, details: SessionState["validation_details"]): Line[] {
  const cutter = new Cutter(SHOWN);
  const differences = describeDrift(drift, details, cutter);
  if (differences.length === 0)
    return [{ kind: "ok", text: "Nothing has changed since: the repository is as it was saved." }];
  const lines: Line[] = [{ kind: "warn", text: "Changed since this was saved:" }];
  for (const { text, isOfCommits } of differences) {
    lines.push({ kind: "item", text: text.replaceAll("`", "") });
    if (isOfCommits) lines.push(...commitLines(drift, cutter));
  }
  return lines;
}

function commitLines(drift: Drift, cutter: Cutter): Line[] {
  const lines: Line[] = [];
  for (const commit of cutter.list("commits", drift.commits.listed, "items", drift.commits.total)) {
    lines.push({ kind: "text", text: `      ${commit.shortOid} ${oneLine(commit.subject)}` });
  }
  if (drift.commits.total > SHOWN.items)
    lines.push({ kind: "note", text: `      and ${drift.commits.total - SHOWN.items} more` });
  return lines;
}
