import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { EXIT, UserError } from "../base/errors.ts";
import { shellLine } from "../base/text.ts";
import { tryGit } from "./run.ts";

/** One working tree of a repository. All paths are absolute, links resolved. */
export interface Repository {
  root: string;
  /** This working tree's own git folder (`.git`, or `.git/worktrees/<name>`). */
  gitDir: string;
  /** The git folder that all working trees share. */
  commonDir: string;
  /** HEAD when the repository was opened, abbreviated as git would; null before the first commit. */
  shortHead: string | null;
  shallow: boolean;
  env: Record<string, string | undefined>;
}

// What is asked below, a line each, and what comes after the last line break.
const LINES = 7;

/**
 * The repository that `cwd` is in. GIT_* variables that point elsewhere are ignored.
 * Throws `UserError` outside a repository, in a bare one and inside a `.git` folder.
 */
export async function openRepository(
  cwd: string,
  env: Record<string, string | undefined>,
): Promise<Repository> {
  const result = await tryGit(
    [
      "rev-parse",
      "--is-inside-work-tree",
      "--is-shallow-repository",
      "--absolute-git-dir",
      "--git-common-dir",
      "--show-toplevel",
      // Last, because it fails before the first commit: what stands above it is printed all the same.
      "--short",
      "HEAD",
    ],
    { cwd, env },
  );
  const lines = result.stdout.toString("utf8").split("\n");
  if (lines[0] === "false") throw noWorkingTree(cwd);
  if (lines.length > LINES) throw lineBreakInPath(cwd);
  const [, shallow, gitDir = "", commonDir = "", root = "", shortHead = ""] = lines;
  if (root === "") throw explain(cwd, result.stderr);
  const [realRoot, realGitDir, realCommonDir] = await Promise.all([
    realpath(root),
    realpath(gitDir),
    realpath(resolve(cwd, commonDir)),
  ]);
  return {
    root: realRoot,
    gitDir: realGitDir,
    commonDir: realCommonDir,
    shortHead: result.code === 0 ? shortHead : null,
    shallow: shallow === "true",
    env,
  };
}

function noWorkingTree(cwd: string): UserError {
  return new UserError(
    `${cwd} has no working tree: it is a bare repository or a .git folder.`,
    "Run this in a working tree. To make one from here: git worktree add ../work",
    EXIT.failed,
  );
}

function lineBreakInPath(cwd: string): UserError {
  return new UserError(
    `There is a line break in the path of this repository: ${JSON.stringify(cwd)}.`,
    "git cannot tell such paths apart in its answers. Rename the folder, then run this again.",
    EXIT.failed,
  );
}

function explain(cwd: string, stderr: string): UserError {
  if (/dubious ownership/.test(stderr)) {
    // The folder that git asks about is the root, wherever below it the command was called.
    const root = /dubious ownership in repository at '(.*)'$/m.exec(stderr)?.[1] ?? cwd;
    return new UserError(
      `git does not trust ${root}, because another user owns it.`,
      `If you trust it: ${shellLine(["git", "config", "--global", "--add", "safe.directory", root])}`,
      EXIT.failed,
    );
  }
  if (/not a git repository/.test(stderr)) {
    return new UserError(
      `${cwd} is not in a git repository.`,
      "Go to your project and run this again, or make one here: git init",
      EXIT.failed,
    );
  }
  return new UserError(
    `git cannot work in ${cwd}: ${stderr.trim()}`,
    "Put that right, then run this again.",
    EXIT.failed,
  );
}
