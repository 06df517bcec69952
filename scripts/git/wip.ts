import { isUtf8 } from "node:buffer";
import { copyFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, errorMessage, UserError } from "../base/errors.ts";
import { exists, isProcessAlive } from "../base/files.ts";
import { shellLine } from "../base/text.ts";
import type { Repository } from "./repository.ts";
import { GitFailure, git, tryGit } from "./run.ts";
import { stashTrees } from "./stash-trees.ts";
import { type IndexCall, listed, readable, recordWork, Unmerged, type WorkTrees } from "./work-trees.ts";
import { writableGit } from "./write.ts";

/** Uncommitted work that was put somewhere safe, and the command that takes it back. */
export interface PutAway {
  kind: "commit" | "stash";
  oid: string;
  message: string;
  /** Brings files and index back as they were. It fails, and loses nothing, where HEAD has moved on from a commit. */
  undo: string;
  /** What the undo does not bring back, in words. */
  note?: string;
}

/**
 * Commits everything that is not ignored. The repository's own commit hooks run and may refuse.
 * Null when nothing is there that git could commit: all of the changes lie inside submodules.
 * Throws `UserError`, with files and index as they were, when git or a hook says no, and beforehand when the undo
 * could not bring the index back.
 */
export async function commitWork(repository: Repository, message: string): Promise<PutAway | null> {
  return withWork(repository, "commit", async (work) => {
    if (work.nested.length > 0) throw nestedRepository(work.nested);
    const markAgain = await markingLine(work);
    if (work.filesTree === work.baseTree) {
      if (work.indexTree === work.baseTree) return null;
      throw new UserError(
        "The files are as in the last commit, but other content is staged (git diff --cached): a commit would be empty. Nothing was changed.",
        "Use --stash, which keeps what is staged, or unstage it (git reset), or hand over without.",
        EXIT.refused,
      );
    }
    const index = await rememberIndex(repository, work);
    try {
      await writableGit(repository).add("--all").commit(message);
    } catch (error) {
      // Ctrl-C in a hook that runs afterwards ends git when the commit is there already.
      if ((await headOid(repository)) === (work.base ?? "")) {
        await index.restore();
        throw refusal("commit", error, "--stash");
      }
    }
    const oid = await headOid(repository);
    await keepIndex(work, oid);
    const committed = await tryGit(["rev-parse", `${oid}^{tree}`], work.call);
    const isChanged = committed.stdout.toString("utf8").trim() !== work.filesTree;
    const back = work.base === null ? ["-d", "HEAD", oid] : ["HEAD", work.base, oid];
    const undo = `${shellLine(["git", "update-ref", ...back])} && git read-tree --reset ${work.indexTree}${markAgain}`;
    return { kind: "commit", oid, message, undo, ...(isChanged ? { note: CHANGED_BY_HOOK } : {}) };
  });
}

const CHANGED_BY_HOOK =
  "A commit hook changed what was committed. Taking the commit back leaves the files as the hook left them.";

/**
 * Stashes everything that is not ignored, untracked files included, in a form from which `git stash apply --index`
 * brings all of it back. Repositories inside this one stay where they are. Null when there is nothing to stash.
 * Throws `UserError` before anything is touched when git cannot, or when something would not come back as it is; with
 * `details.stash` when the work is in the stash and only the files stayed.
 */
export async function stashWork(repository: Repository, message: string): Promise<PutAway | null> {
  if (repository.shortHead === null) {
    throw new UserError(
      "There is no commit yet, so git cannot stash.",
      "Use --commit instead.",
      EXIT.refused,
    );
  }
  return withWork(repository, "stash", async (work) => {
    const [marked] = work.markedOnly;
    if (marked !== undefined) throw onlyMarked(marked);
    const trees = await stashTrees(work, repository.root);
    if ("why" in trees) {
      throw new UserError(
        `${quoted(trees.path)} ${trees.why}: a stash cannot keep it as it is. Nothing was changed.`,
        "Use --commit, which leaves the files as they are, or hand over without.",
        EXIT.refused,
      );
    }
    if (trees.all === work.baseTree && work.indexTree === work.baseTree) return null;
    const clear = ["-c", "submodule.recurse=false", "read-tree", "--no-sparse-checkout", "-m", "-u"];
    // Asked first, so that nothing is stashed that could not be cleared away.
    if (await exists(join(repository.gitDir, "index.lock"))) throw locked(repository);
    await git([...clear, "--dry-run", trees.all, work.baseTree], work.call);
    const oid = await makeStash(work, trees, message);
    try {
      await git([...clear, trees.all, work.baseTree], work.call);
      await git(["read-tree", "--no-sparse-checkout", "--reset", work.baseTree], ownIndex(work));
      const left = (await listed(LEFT, ownIndex(work))).find((record) => isLeft(record, trees.added));
      if (left !== undefined) throw new Error(`${quoted(left.slice(3))} is still changed.`);
    } catch (error) {
      throw new UserError(
        `git stashed the work, but could not clear all of it away. ${itSaid(error)}`,
        `See what is still there: git status. All of it is in the stash too: ${stashApply(oid)}`,
        EXIT.failed,
        { cause: error, details: { stash: oid } },
      );
    }
    return { kind: "stash", oid, message, undo: stashApply(oid) };
  });
}

const LEFT = [
  "status",
  "--porcelain",
  "-z",
  "--untracked-files=all",
  "--no-renames",
  "--ignore-submodules=all",
];

/** Not what stays on purpose: other repositories, and files that a stashed rule of .gitignore has covered. */
function isLeft(record: string, added: ReadonlySet<string>): boolean {
  return !record.startsWith("?? ") || added.has(record.slice(3));
}

/**
 * The line that brings a stash back. By its own name: `git stash pop` would take the newest one by then, and working
 * trees share them. git takes a name of digits alone for the number of a stash, however long it is.
 */
export function stashApply(oid: string): string {
  return shellLine(["git", "stash", "apply", "--index", /^\d+$/.test(oid) ? `${oid}^0` : oid]);
}

const LEFTOVER = /^baton-index-(\d+)$/;

/** Removes temporary files of runs that were killed. What cannot be removed stays, and stops nothing. */
export async function sweepLeftovers({ gitDir }: Repository): Promise<void> {
  const names = await readdir(gitDir);
  const left = names.filter((name) => {
    const pid = LEFTOVER.exec(name)?.[1];
    return pid !== undefined && !isProcessAlive(Number(pid));
  });
  await Promise.allSettled(left.map((name) => rm(join(gitDir, name), { recursive: true, force: true })));
}

/** Records the work, does something with it, and removes the temporary files. git's refusals become `UserError`. */
async function withWork(
  repository: Repository,
  what: "commit" | "stash",
  run: (work: WorkTrees) => Promise<PutAway | null>,
): Promise<PutAway | null> {
  const folder = join(repository.gitDir, `baton-index-${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  try {
    return await run(await recordWork(repository, folder));
  } catch (error) {
    if (error instanceof Unmerged) throw unmerged(error.paths);
    if (!(error instanceof GitFailure)) throw error;
    throw refusal(what, error, what === "commit" ? "--stash" : "--commit");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function headOid({ root, env }: Repository): Promise<string> {
  const head = await tryGit(["rev-parse", "--verify", "--quiet", "HEAD"], { cwd: root, env });
  return head.stdout.toString("utf8").trim();
}

/** The same place, with the person's own index. */
function ownIndex({ call: { cwd, env } }: WorkTrees) {
  return { cwd, env };
}

/** A copy of the index, and the way back to it: `git add` has run by the time a hook refuses the commit. */
async function rememberIndex({ gitDir }: Repository, { folder }: WorkTrees) {
  const index = join(gitDir, "index");
  const copy = join(folder, "before");
  const hadIndex = await exists(index);
  if (hadIndex) await copyFile(index, copy);
  return { restore: () => (hadIndex ? copyFile(copy, index) : rm(index, { force: true })) };
}

/**
 * What marks files again that are only marked to be added, for the end of the undo; an empty text where there are
 * none. Tried out first: throws `UserError` when the marks would not come back.
 */
async function markingLine(work: WorkTrees): Promise<string> {
  if (work.markedOnly.length === 0) return "";
  const [first = ""] = work.markedOnly;
  const isSayable = work.markedOnly.every((path) => isUtf8(Buffer.from(path, "latin1")));
  const words = [
    "add",
    "-f",
    "-N",
    "--",
    ...work.markedOnly.map((path) => `:(top,literal)${readable(path)}`),
  ];
  const trial = { ...work.call, set: { GIT_INDEX_FILE: join(work.folder, "trial") } };
  const steps = [["read-tree", work.indexTree], words];
  if (!isSayable || work.markedOnly.length > MAX_MARKED || !(await allSucceed(steps, trial))) {
    throw onlyMarked(first);
  }
  const entries = ["ls-files", "--stage", "-z"];
  const [before, after] = await Promise.all([listed(entries, ownIndex(work)), listed(entries, trial)]);
  if (before.join("\0") !== after.join("\0")) throw onlyMarked(first);
  return ` && ${shellLine(["git", ...words])}`;
}

// More would be a line that nobody wants to copy.
const MAX_MARKED = 20;

async function allSucceed(steps: readonly string[][], call: IndexCall): Promise<boolean> {
  for (const step of steps) if ((await tryGit(step, call)).code !== 0) return false;
  return true;
}

const UNDO_REFS = "refs/baton/undo/";
const UNDO_REFS_KEPT = 20;

/**
 * Keeps what was staged from git's own clean-up, as long as it may be wanted back. Where it stands in the commit
 * anyway, nothing is done; and that it cannot be kept is no failure: it is there for two weeks in any case.
 */
async function keepIndex(work: WorkTrees, oid: string): Promise<void> {
  if (work.indexTree === work.baseTree || work.indexTree === work.filesTree) return;
  const own = ownIndex(work);
  const parents = work.base === null ? [] : ["-p", work.base];
  const made = await tryGit(["commit-tree", work.indexTree, ...parents, "-m", `index before ${oid}`], own);
  if (made.code !== 0) return;
  await tryGit(["update-ref", `${UNDO_REFS}${oid}`, made.stdout.toString("utf8").trim()], own);
  const refs = await tryGit(
    ["for-each-ref", "--sort=-committerdate", "--format=delete %(refname)", UNDO_REFS],
    own,
  );
  const old = refs.stdout.toString("utf8").split("\n").slice(UNDO_REFS_KEPT).join("\n");
  if (old.trim() !== "") await tryGit(["update-ref", "--stdin"], { ...own, input: old });
}

/** Makes the commits of a stash and enters it into git's list. Its id. Throws `GitFailure` with nothing entered. */
async function makeStash(
  work: WorkTrees,
  trees: { tracked: string; untracked: string | null },
  message: string,
): Promise<string> {
  const own = ownIndex(work);
  const branch = (await tryGit(["symbolic-ref", "--short", "--quiet", "HEAD"], own)).stdout
    .toString("utf8")
    .trim();
  const on = branch === "" ? "(no branch)" : branch;
  const set = await nameForStash(work);
  const commit = async (tree: string, parents: readonly string[], said: string) => {
    const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", said];
    return (await git(args, { ...own, set })).trim();
  };
  const base = work.base ?? "";
  const index = await commit(work.indexTree, [base], `index on ${on}`);
  const untracked =
    trees.untracked === null ? [] : [await commit(trees.untracked, [], `untracked files on ${on}`)];
  const said = `On ${on}: ${message}`;
  const oid = await commit(trees.tracked, [base, index, ...untracked], said);
  await git(["stash", "store", "--message", said, oid], { ...own, set });
  return oid;
}

/** Nobody's name is needed for a stash: git takes this one where it does not know the person. */
async function nameForStash(work: WorkTrees): Promise<Record<string, string>> {
  const known = await Promise.all(
    ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"].map((name) => tryGit(["var", name], ownIndex(work))),
  );
  if (known.every(({ code }) => code === 0)) return {};
  const [name, email] = ["git stash", "git@stash"];
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

function quoted(path: string): string {
  return shellLine([readable(path)]);
}

function nestedRepository(nested: readonly string[]): UserError {
  const [first = ""] = nested.map((path) => readable(path));
  const more = nested.length === 1 ? "" : ` (and ${nested.length - 1} more)`;
  return new UserError(
    `${shellLine([first])} is a git repository inside this one${more}: a commit would not hold its content. Nothing was changed.`,
    `Let git ignore it in this clone: ${shellLine(["echo", `/${first}`])} >> "$(git rev-parse --git-path info/exclude)"\n   or make it a submodule, or use --stash, which leaves it where it is, or hand over without.`,
    EXIT.refused,
  );
}

function onlyMarked(path: string): UserError {
  return new UserError(
    `${quoted(path)} is only marked to be added (git add --intent-to-add), and that mark would not come back. Nothing was changed.`,
    `Stage the file: ${shellLine(["git", "add", "--", readable(path)])}\n   or take the mark away: ${shellLine(["git", "reset", "-q", "--", readable(path)])}\n   Then run this again, or hand over without.`,
    EXIT.refused,
  );
}

function unmerged(paths: readonly string[]): UserError {
  const [first = ""] = paths;
  const more = paths.length === 1 ? "" : ` (and ${paths.length - 1} more)`;
  return new UserError(
    `${quoted(first)} has conflicts that are not resolved${more}. Nothing was changed.`,
    `Resolve them, then: ${shellLine(["git", "add", "--", readable(first)])}\n   or hand over without: the files stay as they are.`,
    EXIT.refused,
  );
}

function locked({ gitDir }: Repository): UserError {
  return new UserError(
    "Another git command is at work here, or one was ended: the index is locked. Nothing was changed.",
    `Run this again when it has ended. If none runs: ${shellLine(["rm", join(gitDir, "index.lock")])}`,
    EXIT.failed,
  );
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
    `Fix that, or use ${instead}, or hand over without: the files stay as they are.`,
    EXIT.failed,
    { cause: error },
  );
}

function itSaid(error: unknown): string {
  const said = (error instanceof GitFailure ? error.stderr : errorMessage(error)).trim();
  return said === "" ? "It gave no reason." : `It said:\n${said}`;
}
