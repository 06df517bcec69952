import { basename, join } from "node:path";
import type { GitFacts, GitOperation } from "../../schema/git-facts.ts";
import { exists, readTextIfExists } from "../base/files.ts";
import { currentBranch } from "./branch.ts";
import { openRepository, type Repository } from "./repository.ts";
import { GitFailure, type GitResult, tryGit } from "./run.ts";
import { parseStatus, type Status } from "./status-parser.ts";

const STATUS = [
  "status",
  "--porcelain=v2",
  "--branch",
  "--show-stash",
  "-z",
  // Each file by its name: a folder's name would hide what is new in it.
  "--untracked-files=all",
  // A rename is told as a deletion and a creation: looking for pairs costs much with many changes.
  "--no-renames",
];

export interface Measured {
  repository: Repository;
  facts: GitFacts;
}

/** A look at the repository that has begun. Both promises reject with `UserError` where there is no working tree. */
export interface Measuring {
  /** There at once: what needs only the repository need not wait for the rest. */
  repository: Promise<Repository>;
  measured: Promise<Measured>;
  /** Ends what still runs of it, for when nobody waits any more. */
  stop(): void;
}

/** Opens the repository that `cwd` is in and measures it with one `git status`. */
export function beginMeasuring(cwd: string, env: Record<string, string | undefined>): Measuring {
  const controller = new AbortController();
  const call = { cwd, env, signal: controller.signal };
  // Side by side, since status does not need to know where the root is; it first, since it takes longest.
  const asking = tryGit(STATUS, call);
  const repository = openRepository(cwd, env);
  const measured = combine(repository, asking);
  // Who waits for them hears of a failure; and who began may find that there is nothing to wait for.
  for (const promise of [repository, measured]) promise.catch(() => {});
  return { repository, measured, stop: () => controller.abort() };
}

async function combine(opens: Promise<Repository>, asks: Promise<GitResult>): Promise<Measured> {
  const [opening, asking] = await Promise.allSettled([opens, asks]);
  if (opening.status === "rejected") throw opening.reason;
  if (asking.status === "rejected") throw asking.reason;
  const repository = opening.value;
  const result = asking.value;
  const status = result.code === 0 ? parseStatus(result.stdout) : await withoutStatus(repository);
  return {
    repository,
    facts: {
      ...(result.code === 0 ? {} : { unseen: new GitFailure(STATUS, result).reason }),
      root: repository.root,
      branch: status.branch,
      head: status.head,
      shortHead: repository.shortHead,
      upstream: status.upstream,
      ahead: status.ahead,
      behind: status.behind,
      operation: await operationUnderWay(repository),
      worktree: repository.gitDir === repository.commonDir ? null : worktreeName(repository),
      shallow: repository.shallow,
      stashes: status.stashes,
      changes: status.changes,
    },
  };
}

/**
 * What can be said where `git status` fails, such as with a broken index: a state that is saved must be readable there
 * too, and a task can be handed over.
 */
async function withoutStatus(repository: Repository): Promise<Status> {
  const call = { cwd: repository.root, env: repository.env };
  const [branch, head] = await Promise.all([
    currentBranch(repository),
    tryGit(["rev-parse", "--verify", "--quiet", "HEAD"], call),
  ]);
  const oid = head.code === 0 ? head.stdout.toString("utf8").trim() : null;
  return { branch, head: oid, upstream: null, ahead: null, behind: null, stashes: 0, changes: [] };
}

function worktreeName(repository: Repository): string {
  return basename(repository.gitDir);
}

// In this order, because a rebase may stop in the middle of a pick and leave that one's mark too.
const OPERATION_MARKS: readonly [file: string, operation: GitOperation][] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply/applying", "am"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
];

async function operationUnderWay(repository: Repository): Promise<GitOperation | null> {
  const found = await Promise.all(OPERATION_MARKS.map(([file]) => exists(join(repository.gitDir, file))));
  return OPERATION_MARKS[found.indexOf(true)]?.[1] ?? seriesUnderWay(repository);
}

// Between two picks or reverts of a series nothing but the list of what is left tells of it.
async function seriesUnderWay(repository: Repository): Promise<GitOperation | null> {
  const left = await readTextIfExists(join(repository.gitDir, "sequencer", "todo"));
  if (left === null) return null;
  return left.startsWith("revert") ? "revert" : "cherry-pick";
}
