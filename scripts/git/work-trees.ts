import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Repository } from "./repository.ts";
import { type GitCall, GitFailure, git, tryGit } from "./run.ts";
import { copyIndex } from "./tree.ts";

/** A path as git gives it: its bytes as latin1 text, so that a name in any encoding comes through. */
export type PathBytes = string;

/**
 * The uncommitted work of a working tree, written into git's object store. Neither the person's index nor a file
 * is touched for it.
 */
export interface WorkTrees {
  /** The commit that the work stands on, and its tree; null and the empty tree before the first commit. */
  base: string | null;
  baseTree: string;
  /** The tree of the index as it is. Marks of `git add --intent-to-add` are not in it. */
  indexTree: string;
  /** The tree of all files that git does not ignore. */
  filesTree: string;
  /** Files that are only marked to be added (`git add --intent-to-add`). */
  markedOnly: PathBytes[];
  /** Untracked repositories inside this one, with a slash at the end: git cannot hold what is in them. */
  nested: PathBytes[];
  /** For git calls with an index of their own, which agrees with `filesTree`. */
  call: IndexCall;
  /** A folder for temporary files, in git's own folder. */
  folder: string;
}

export interface IndexCall extends GitCall {
  set: { GIT_INDEX_FILE: string };
}

/** The files whose conflicts are not resolved: git has no tree for an index with conflicts. */
export class Unmerged extends Error {
  readonly paths: PathBytes[];

  constructor(paths: PathBytes[]) {
    super("the index has conflicts");
    this.paths = paths;
  }
}

const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"];
// Fields before the path of an unmerged record: `u XY sub m1 m2 m3 mW h1 h2 h3 path`.
const UNMERGED = /^u (?:[^ ]+ ){9}/;

/**
 * Records the work, with temporary files in `folder`, which must not exist yet; the caller removes it.
 * Throws `Unmerged`, and `GitFailure` when git cannot read a file.
 */
export async function recordWork(repository: Repository, folder: string): Promise<WorkTrees> {
  const { root, env } = repository;
  await mkdir(folder, { mode: 0o700 });
  const call = { cwd: root, env, set: { GIT_INDEX_FILE: join(folder, "index") } };
  await copyIndex(join(repository.gitDir, "index"), call.set.GIT_INDEX_FILE);
  const [status, head] = await Promise.all([
    listed(STATUS, call),
    tryGit(["rev-parse", "HEAD^{commit}", "HEAD^{tree}"], call),
  ]);
  const unmerged = status.filter((record) => UNMERGED.test(record));
  if (unmerged.length > 0) throw new Unmerged(unmerged.map((record) => record.replace(UNMERGED, "")));
  const nested = status
    .filter((record) => record.startsWith("? ") && record.endsWith("/"))
    .map((r) => r.slice(2));

  const indexTree = await writeTree(call);
  const emptyTree = () => git(["hash-object", "-t", "tree", "-w", "--stdin"], { ...call, input: "" });
  const [base = "", baseTree = ""] = head.code === 0 ? head.stdout.toString("utf8").trim().split("\n") : [];
  const markedOnly = await listed(
    ["diff-index", "--cached", "--ita-visible-in-index", "--name-only", "-z", indexTree],
    call,
  );
  await git([...ONE_FILE, "add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul"], {
    ...call,
    input: bytes([".", ...nested.map((path) => `:(exclude,literal)${path.replace(/\/$/, "")}`)]),
  });
  return {
    base: base === "" ? null : base,
    baseTree: baseTree === "" ? (await emptyTree()).trim() : baseTree,
    indexTree,
    filesTree: await writeTree(call),
    markedOnly,
    nested,
    call,
    folder,
  };
}

// One file instead of two, of which the other would be written beside the person's own.
const ONE_FILE = ["-c", "core.splitIndex=false"];

/** The tree of an index. */
export async function writeTree(call: IndexCall): Promise<string> {
  return (await git([...ONE_FILE, "write-tree"], call)).trim();
}

/** The items that git lists with `-z`, as bytes. Throws `GitFailure`. */
export async function listed(args: readonly string[], call: GitCall): Promise<PathBytes[]> {
  const result = await tryGit(args, call);
  if (result.code !== 0) throw new GitFailure(args, result);
  return result.stdout
    .toString("latin1")
    .split("\0")
    .filter((path) => path !== "");
}

/** Paths for git's standard input, with a NUL after each. */
export function bytes(paths: readonly PathBytes[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1");
}

/** A path for people: as UTF-8 where it is that. */
export function readable(path: PathBytes): string {
  return Buffer.from(path, "latin1").toString("utf8");
}
