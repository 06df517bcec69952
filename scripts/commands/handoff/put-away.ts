import type { FileChange } from "../../../schema/git-facts.ts";
import type { Cell, Line } from "../../../schema/report.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import { EXIT, isUserError, UserError } from "../../base/errors.ts";
import { count, list, oneLine, truncate } from "../../base/text.ts";
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

/** File names in the report; git can list the others. */
const SHOWN = 3;

/** A submodule, or an untracked repository inside this one, which git names with a slash at the end. */
function isRepository({ submodule, path }: FileChange): boolean {
  return submodule || path.endsWith("/");
}

/** What neither a commit nor a stash can take along. */
function staying(changes: readonly FileChange[]): Cell[] {
  return changes.filter(isRepository).map(({ path }) => ({
    kind: "warn",
    text: `${path} is a repository of its own: the changes in it stay there, untouched`,
  }));
}

/** Step 2 of a handoff, in words. */
export function describeGit(
  { facts }: Workplace,
  done: PutAway | null,
  { putAway: choice, dryRun }: HandoffRequest,
): Line[] {
  const { changes, operation } = facts;
  const cells: Cell[] = [];
  if (operation !== null)
    cells.push({
      kind: "warn",
      text: `a ${operation} is under way: the next agent must finish it or give it up first`,
    });
  if (changes.length === 0) cells.push({ kind: "ok", text: "nothing uncommitted" });
  else if (done !== null) {
    const files = changes.filter((change) => !isRepository(change));
    cells.push(
      {
        kind: "ok",
        text: `${done.kind === "commit" ? "committed" : "stashed"} ${count(files.length, "file")} (${done.oid.slice(0, 7)}): ${oneLine(done.message)}`,
      },
      ...(done.note === undefined ? [] : [{ kind: "warn", text: done.note } as const]),
      ...staying(changes),
      { kind: "note", text: "to take it back:" },
    );
  }
  // It was asked for, and there was nothing that git could put away.
  else if (choice !== null && !dryRun) cells.push(...staying(changes));
  else cells.push(...leftAsTheyAre(changes, choice));
  const row: Line = { kind: "row", label: "2 Git", cells };
  // On a line of its own, so that it can be copied whole.
  return done === null ? [row] : [row, { kind: "command", text: done.undo }];
}

function leftAsTheyAre(changes: readonly FileChange[], choice: PutAwayChoice): Cell[] {
  const names = changes.slice(0, SHOWN).map(({ path, staged, untracked }) => {
    const mark = staged ? " (staged)" : untracked ? " (untracked)" : "";
    return `${truncate(oneLine(path), 40)}${mark}`;
  });
  if (changes.length > SHOWN) names.push(`${changes.length - SHOWN} more`);
  return [
    { kind: "warn", text: `${count(changes.length, "file")} uncommitted: ${list(names)}` },
    choice === null
      ? {
          kind: "note",
          text:
            changes.length === 1
              ? "it stays as it is (--commit or --stash puts it away)"
              : "they stay as they are (--commit or --stash puts them away)",
        }
      : { kind: "text", text: `would ${choice} them` },
  ];
}
