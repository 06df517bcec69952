import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SimpleGit } from "simple-git";
import { EXIT, errorMessage, UserError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";
import { writableGit } from "./write.ts";

/** Uncommitted work that was put somewhere safe, and the command that takes it back. */
export interface PutAway {
  kind: "commit" | "stash";
  oid: string;
  message: string;
  undo: string;
}

/**
 * Commits everything that is not ignored. The repository's own commit hooks run and may refuse.
 * Throws `UserError`, with the index as it was before, when git or a hook says no.
 */
export async function commitWork(repository: Repository, message: string): Promise<PutAway> {
  const isFirst = repository.shortHead === null;
  const git = writableGit(repository);
  const before = await headOid(repository);
  const index = await rememberIndex(repository);
  try {
    await git.add("--all").commit(message);
  } catch (error) {
    // Ctrl-C in a hook that runs afterwards ends git when the commit is there already.
    if ((await headOid(repository)) === before) {
      await index.restore();
      throw refusal("commit", error, "--stash");
    }
  } finally {
    await index.forget();
  }
  const oid = await git.revparse("HEAD");
  return { kind: "commit", oid, message, undo: isFirst ? "git update-ref -d HEAD" : "git reset HEAD~1" };
}

/**
 * Stashes everything that is not ignored, untracked files included.
 * Throws `UserError` when git cannot: with nothing changed, or with `details.stash` when only the files stayed.
 */
export async function stashWork(repository: Repository, message: string): Promise<PutAway> {
  if (repository.shortHead === null) {
    throw new UserError("There is no commit yet, so git cannot stash.", "Use --commit instead.", EXIT.failed);
  }
  const git = writableGit(repository);
  const before = await stashOid(git);
  try {
    await git.stash(["push", "--include-untracked", "--message", message]);
  } catch (error) {
    const made = await stashOid(git);
    if (made === before) throw refusal("stash", error, "--commit");
    throw new UserError(
      `git stashed the work, but could not clear all of it away. ${itSaid(error)}`,
      `See what is still there: git status. All of it is in the stash too: ${takeBack(made)}`,
      EXIT.failed,
      { cause: error, details: { stash: made } },
    );
  }
  const oid = await stashOid(git);
  if (oid === "" || oid === before) {
    throw new UserError("git stashed nothing.", "Look at what is there: git status", EXIT.failed);
  }
  return { kind: "stash", oid, message, undo: takeBack(oid) };
}

/** By its own name: `git stash pop` would take whichever is the newest by then, and working trees share them. */
function takeBack(oid: string): string {
  return `git stash apply --index ${oid.slice(0, 12)}`;
}

async function headOid({ root, env }: Repository): Promise<string> {
  const head = await tryGit(["rev-parse", "--verify", "--quiet", "HEAD"], { cwd: root, env });
  return head.stdout.toString("utf8").trim();
}

/** A copy of the index, and the way back to it: `git add` has run by the time a hook refuses the commit. */
async function rememberIndex(repository: Repository) {
  const index = join(repository.gitDir, "index");
  const copy = join(repository.gitDir, `baton-index-${process.pid}`);
  const hadIndex = await exists(index);
  if (hadIndex) await copyFile(index, copy);
  return {
    restore: () => (hadIndex ? copyFile(copy, index) : rm(index, { force: true })),
    forget: () => rm(copy, { force: true }),
  };
}

/** The newest stash, or an empty text where there is none. */
function stashOid(git: SimpleGit): Promise<string> {
  // Unlike rev-parse it does not fail where there is none.
  return git.raw("for-each-ref", "--format=%(objectname)", "refs/stash").then((oid) => oid.trim());
}

function refusal(what: string, error: unknown, instead: string): UserError {
  if (/tell me who you are|unable to auto-detect email/i.test(errorMessage(error))) {
    return new UserError(
      `git does not know who you are, so it cannot ${what}. Nothing was changed.`,
      'git config user.name "Your Name" && git config user.email you@example.com',
      EXIT.failed,
      { cause: error },
    );
  }
  return new UserError(
    `git refused to ${what}. Nothing was changed. ${itSaid(error)}`,
    `Mend that, or use ${instead}, or hand over without: the files stay as they are.`,
    EXIT.failed,
    { cause: error },
  );
}

function itSaid(error: unknown): string {
  const said = errorMessage(error).trim();
  return said === "" ? "It gave no reason." : `It said:\n${said}`;
}
