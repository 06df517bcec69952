import type { FileChange } from "../../../schema/git-facts.ts";
import type { Line } from "../../../schema/report.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import { EXIT, isUserError, UserError } from "../../base/errors.ts";
import { count, oneLine, truncate } from "../../base/text.ts";
import type { PutAway } from "../../git/wip.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { HandoffRequest, PutAwayChoice } from "./request.ts";

/** Refuses before anything is done where a commit or a stash would make a half-done operation worse. */
export function verifyPutAway(choice: PutAwayChoice, { facts }: Workplace): void {
  if (choice === null || facts.operation === null) return;
  const abort = facts.operation === "bisect" ? "git bisect reset" : `git ${facts.operation} --abort`;
  throw new UserError(
    `git ${facts.operation} is under way: a ${choice} now would get in its way. Nothing was written.`,
    `Finish it or give it up (${abort}), or hand over without --${choice}.`,
    EXIT.refused,
  );
}

/** Commits or stashes the uncommitted work. Null when there is none, or when that was not asked for. */
export async function putAway(
  choice: PutAwayChoice,
  place: Workplace,
  message: string,
  signal: AbortSignal,
): Promise<PutAway | null> {
  const { commitWork, stashWork, sweepLeftovers } = await import("../../git/wip.ts");
  await sweepLeftovers(place.repository);
  if (choice === null || place.facts.changes.length === 0) return null;
  try {
    return await (choice === "commit" ? commitWork : stashWork)(place.repository, message);
  } catch (error) {
    // A terminal sends Ctrl-C to git as well: then git has not refused anything.
    if (isUserError(error) && error.details.stash === undefined) signal.throwIfAborted();
    throw error;
  }
}

export function putAwayMessage(
  { putAway: choice, from, to }: HandoffRequest,
  { task }: SessionState,
): string {
  const what = task.description === undefined ? "work in progress" : truncate(oneLine(task.description), 50);
  return choice === "stash"
    ? `baton: ${what} (${from.name} to ${to.name})`
    : `wip: ${what} (handing over from ${from.name} to ${to.name})`;
}

/** A submodule, or an untracked repository inside this one, which git names with a slash at the end. */
function isRepository({ submodule, path }: FileChange): boolean {
  return submodule || path.endsWith("/");
}

/** What neither a commit nor a stash can take along. */
function staying(changes: readonly FileChange[]): Line[] {
  return changes.filter(isRepository).map(({ path }) => ({
    kind: "warn",
    text: `${path} is a repository of its own: the changes in it stay there, untouched.`,
  }));
}

const SHOWN = 10;

/** Step 2 of a handoff, in words. */
export function describeGit(
  { facts }: Workplace,
  done: PutAway | null,
  { putAway: choice, from, to, dryRun }: HandoffRequest,
): Line[] {
  const lines: Line[] = [];
  const { changes } = facts;
  if (facts.operation !== null)
    lines.push({
      kind: "warn",
      text: `git ${facts.operation} is under way: the next agent must finish it or give it up first.`,
    });
  if (changes.length === 0) return [...lines, { kind: "ok", text: "Nothing uncommitted" }];
  if (done !== null) {
    const verb = done.kind === "commit" ? "Committed" : "Stashed";
    const files = changes.filter((change) => !isRepository(change));
    lines.push(
      {
        kind: "ok",
        text: `${verb} ${count(files.length, "file")}: ${done.message} (${done.oid.slice(0, 7)})`,
      },
      { kind: "text", text: "   To take it back:" },
      { kind: "command", text: done.undo },
    );
    if (done.note !== undefined) lines.push({ kind: "warn", text: done.note });
    return [...lines, ...staying(changes)];
  }
  // It was asked for, and there was nothing that git could put away.
  if (choice !== null && !dryRun) return [...lines, ...staying(changes)];
  lines.push({ kind: "warn", text: `Uncommitted changes detected (${count(changes.length, "file")})` });
  for (const change of changes.slice(0, SHOWN)) {
    const marks = [
      change.kind === "modified" ? "" : change.kind,
      change.staged ? "staged" : "",
      change.untracked ? "untracked" : "",
    ].filter((mark) => mark !== "");
    lines.push({ kind: "item", text: `${change.path}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}` });
  }
  if (changes.length > SHOWN) lines.push({ kind: "note", text: `    and ${changes.length - SHOWN} more` });
  if (choice === null) {
    lines.push(
      {
        kind: "text",
        text: "   They stay as they are. For long work commit them, for a quick switch stash them:",
      },
      { kind: "command", text: `baton handoff ${from.name} ${to.name} --commit` },
      { kind: "command", text: `baton handoff ${from.name} ${to.name} --stash` },
    );
  } else {
    lines.push({ kind: "text", text: `   Would ${choice} them.` });
  }
  return lines;
}
