import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, errorMessage, UserError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import type { Repository } from "./repository.ts";
import { GitFailure, git, tryGit } from "./run.ts";

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
  const index = await rememberIndex(repository);
  try {
    await git(["add", "--all"], callIn(repository));
    await git(["commit", "--quiet", "--message", message], callIn(repository));
  } catch (error) {
    await index.restore();
    throw refusal("commit", error, "--stash");
  } finally {
    await index.forget();
  }
  const oid = (await git(["rev-parse", "HEAD"], callIn(repository))).trim();
  return { kind: "commit", oid, message, undo: isFirst ? "git update-ref -d HEAD" : "git reset HEAD~1" };
}

/**
 * Stashes everything that is not ignored, untracked files included.
 * Throws `UserError`, with nothing changed, when git cannot.
 */
export async function stashWork(repository: Repository, message: string): Promise<PutAway> {
  if (repository.shortHead === null) {
    throw new UserError("There is no commit yet, so git cannot stash.", "Use --commit instead.", EXIT.failed);
  }
  const before = await stashOid(repository);
  try {
    await git(["stash", "push", "--include-untracked", "--message", message], callIn(repository));
  } catch (error) {
    throw refusal("stash", error, "--commit");
  }
  const oid = await stashOid(repository);
  if (oid === null || oid === before) {
    throw new UserError("git stashed nothing.", "Look at what is there: git status", EXIT.failed);
  }
  return { kind: "stash", oid, message, undo: "git stash pop --index" };
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

async function stashOid(repository: Repository): Promise<string | null> {
  const result = await tryGit(["rev-parse", "--verify", "--quiet", "refs/stash"], callIn(repository));
  return result.code === 0 ? result.stdout.toString("utf8").trim() : null;
}

function callIn({ root, env }: Repository) {
  return { cwd: root, env };
}

function refusal(what: string, error: unknown, instead: string): UserError {
  const said = error instanceof GitFailure ? error.stderr.trim() : errorMessage(error);
  if (/tell me who you are|unable to auto-detect email/i.test(said)) {
    return new UserError(
      `git does not know who you are, so it cannot ${what}. Nothing was changed.`,
      'git config user.name "Your Name" && git config user.email you@example.com',
      EXIT.failed,
      { cause: error },
    );
  }
  return new UserError(
    `git refused to ${what}. Nothing was changed. It said:\n${said}`,
    `Mend that, or use ${instead}, or hand over without: the files stay as they are.`,
    EXIT.failed,
    { cause: error },
  );
}
