import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";
import { records } from "./status-parser.ts";

/** The branch that is checked out, or null when HEAD is detached. Much faster than a `git status` of a large tree. */
export async function currentBranch(repository: Repository): Promise<string | null> {
  const result = await ask(repository, ["symbolic-ref", "--quiet", "--short", "HEAD"]);
  return result?.trim() ?? null;
}

/** Whether `commit` is HEAD or one of its ancestors; false where it is not in this repository, or not known. */
export async function isBelowHead(repository: Repository, commit: string | null): Promise<boolean> {
  // What a state file says may be anything, and an option of git is no commit.
  if (commit === null || !/^[0-9a-f]{4,64}$/.test(commit)) return false;
  return (await ask(repository, ["merge-base", "--is-ancestor", commit, "HEAD"])) !== null;
}

/** The commit that a local branch points to, or null when there is no such branch. The name may be anything. */
export async function branchTip(repository: Repository, branch: string): Promise<string | null> {
  const result = await ask(repository, ["show-ref", "--verify", "--hash", `refs/heads/${branch}`]);
  return result?.trim() ?? null;
}

/** Those of `paths` that a local branch has as files; none when there is no such branch. */
export async function filesOnBranch(
  repository: Repository,
  branch: string,
  paths: readonly string[],
): Promise<string[]> {
  const tip = paths.length === 0 ? null : await branchTip(repository, branch);
  if (tip === null) return [];
  const result = await tryGit(
    ["--literal-pathspecs", "ls-tree", "-r", "-z", "--name-only", "--full-tree", tip, "--", ...paths],
    {
      cwd: repository.root,
      env: repository.env,
    },
  );
  return result.code === 0 ? records(result.stdout) : [];
}

// Where branches usually leave from; the first that exists is taken.
const BASES = [
  "refs/remotes/origin/HEAD",
  "refs/remotes/origin/main",
  "refs/remotes/origin/master",
  "refs/heads/main",
  "refs/heads/master",
];

/** The messages of at most `max` commits since the branch left its base, newest first; none where no base is known. */
export async function messagesSinceBase(repository: Repository, max: number): Promise<string[]> {
  const known = await ask(repository, ["for-each-ref", "--format=%(refname)", ...BASES]);
  const refs = new Set(known?.split("\n"));
  const base = BASES.find((ref) => refs.has(ref));
  if (base === undefined) return [];
  const log = await ask(repository, [
    "log",
    `--max-count=${max}`,
    "--format=%B%x00",
    "--end-of-options",
    `${base}..HEAD`,
    "--",
  ]);
  return (log ?? "")
    .split("\0")
    .map((message) => message.trim())
    .filter((message) => message !== "");
}

async function ask(repository: Repository, args: readonly string[]): Promise<string | null> {
  const result = await tryGit(args, { cwd: repository.root, env: repository.env });
  return result.code === 0 ? result.stdout.toString("utf8") : null;
}
