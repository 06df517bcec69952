import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../base/errors.ts";
import { git, tryGit } from "./run.ts";
import {
  bytes,
  type IndexCall,
  listed,
  type PathBytes,
  readable,
  type WorkTrees,
  writeTree,
} from "./work-trees.ts";

/** What a stash holds, as `git stash apply --index` wants it. */
export interface StashTrees {
  /** All files of it, as they are in the working tree. */
  all: string;
  /** Those that the commit or the index knows. */
  tracked: string;
  /** The others; null where there are none. */
  untracked: string | null;
  /** The files of it that the commit does not have. */
  added: ReadonlySet<PathBytes>;
}

/** Why the work would not come back from a stash as it is, in words that follow the path. */
export interface Loss {
  path: PathBytes;
  why: string;
}

/**
 * The trees of a stash that gives all of the work back, or what it would lose. git's own `git stash push` loses a
 * folder that stands where a file was, a staged file that was deleted, and an ignored file that was tracked.
 * Throws `GitFailure`.
 */
export async function stashTrees(work: WorkTrees, root: string): Promise<StashTrees | Loss> {
  const { call } = work;
  const missing = await listed(
    [
      "diff-tree",
      "-r",
      "-z",
      "--no-renames",
      "--name-only",
      "--diff-filter=D",
      work.baseTree,
      work.filesTree,
    ],
    call,
  );
  const inTheWay = await standingInTheWay(missing, root, call);
  if ("why" in inTheWay) return inTheWay;
  const { files } = inTheWay;
  if (files.length > 0)
    await git(["update-index", "--add", "-z", "--stdin"], { ...call, input: bytes(files) });
  const all = files.length === 0 ? work.filesTree : await writeTree(call);

  const [sinceBase, sinceIndex] = await Promise.all([
    entriesBetween(work.baseTree, all, call),
    entriesBetween(work.indexTree, all, call),
  ]);
  const loss = await firstLoss(sinceBase, work, root);
  if (loss !== null) return loss;
  const newSinceIndex = new Set(sinceIndex.filter(({ isNew }) => isNew).map(({ path }) => path));
  const added = sinceBase.filter(({ isNew }) => isNew);
  const untracked = added.filter(({ path }) => newSinceIndex.has(path));
  const names = new Set(added.map(({ path }) => path));
  if (untracked.length === 0) return { all, tracked: all, untracked: null, added: names };
  const side = { ...call, set: { GIT_INDEX_FILE: join(work.folder, "side") } };
  await git(["read-tree", all], side);
  await git(["update-index", "--force-remove", "-z", "--stdin"], {
    ...side,
    input: bytes(untracked.map(({ path }) => path)),
  });
  const tracked = await writeTree(side);
  await git(["read-tree", "--empty"], side);
  await git(["update-index", "-z", "--index-info"], {
    ...side,
    input: bytes(untracked.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}`)),
  });
  return { all, tracked, untracked: await writeTree(side), added: names };
}

/**
 * What stands where files of the commit come back: ignored files by the same name (after `git rm --cached`), which
 * are taken along. Folders with ignored files and the like are a loss.
 */
async function standingInTheWay(
  missing: readonly PathBytes[],
  root: string,
  call: IndexCall,
): Promise<{ files: PathBytes[] } | Loss> {
  const files: PathBytes[] = [];
  const places = new Set<PathBytes>();
  for (const path of missing) {
    const there = await kindOf(root, path);
    if (there === "file") files.push(path);
    else if (there === "folder") places.add(path);
    else if (there === "other") return { path, why: "is neither a file nor a link" };
    else if (there === "below a file") {
      for (const above of foldersAbove(path)) if ((await kindOf(root, above)) === "file") places.add(above);
    }
  }
  for (const path of places) {
    if (!isUtf8(Buffer.from(path, "latin1"))) {
      return {
        path,
        why: "has a name that is not UTF-8, and stands where a file of the last commit has to come back",
      };
    }
    const [hidden] = await listed(
      ["--literal-pathspecs", "ls-files", "-z", "--others", "--", readable(path)],
      call,
    );
    if (hidden === undefined) continue;
    return {
      path: hidden,
      why: "is ignored by git, and stands where a file of the last commit has to come back",
    };
  }
  return { files };
}

type Kind = "file" | "folder" | "other" | "below a file" | "nothing";

async function kindOf(root: string, path: PathBytes): Promise<Kind> {
  try {
    const there = await lstat(fullPath(root, path));
    if (there.isDirectory()) return "folder";
    return there.isFile() || there.isSymbolicLink() ? "file" : "other";
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") return "below a file";
    if (errorCode(error) === "ENOENT") return "nothing";
    throw error;
  }
}

function foldersAbove(path: PathBytes): PathBytes[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

interface Entry {
  path: PathBytes;
  mode: string;
  oid: string;
  isNew: boolean;
}

const SUBMODULE = "160000";
const LINK = "120000";

/** What is in tree `b`, and not so in tree `a`. */
async function entriesBetween(a: string, b: string, call: IndexCall): Promise<Entry[]> {
  const parts = await listed(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", a, b], call);
  const entries: Entry[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    // `:100644 100755 <oid> <oid> M`, then the path.
    const [, mode = "", , oid = "", status] = (parts[i] ?? "").split(" ");
    if (status !== "D") entries.push({ path: parts[i + 1] ?? "", mode, oid, isNew: status === "A" });
  }
  return entries;
}

/** The first file that git would give back with other bytes: line ends and filters change them. */
async function firstLoss(entries: readonly Entry[], work: WorkTrees, root: string): Promise<Loss | null> {
  const files = await converted(
    entries.filter(({ mode }) => mode !== SUBMODULE && mode !== LINK).map(({ path }) => path),
    work.call,
  );
  if (files.length === 0) return null;
  const prefix = `${join(work.folder, "files")}/`;
  await git(["checkout-index", `--prefix=${prefix}`, "-z", "--stdin"], { ...work.call, input: bytes(files) });
  for (const path of files) {
    if (await sameBytes(fullPath(root, path), fullPath(prefix.slice(0, -1), path))) continue;
    return {
      path,
      why: "would come back with other bytes: git converts its line ends or filters its content",
    };
  }
  return null;
}

const CONVERTING = ["text", "crlf", "eol", "filter", "ident", "working-tree-encoding"];

/** Those of the files that git may convert on their way in and out. */
async function converted(paths: PathBytes[], call: IndexCall): Promise<PathBytes[]> {
  const autocrlf = await tryGit(["config", "core.autocrlf"], call);
  const isOff = /^(|false|no|off|0)$/i.test(autocrlf.stdout.toString("utf8").trim());
  if (!isOff || paths.length === 0) return paths;
  const answers = await listed(["check-attr", "-z", "--stdin", ...CONVERTING], {
    ...call,
    input: bytes(paths),
  });
  const found = new Set<PathBytes>();
  // Path, attribute, value.
  for (let i = 0; i + 2 < answers.length; i += 3) {
    if (!/^(unspecified|unset)$/.test(answers[i + 2] ?? "")) found.add(answers[i] ?? "");
  }
  return [...found];
}

const CHUNK = 64 * 1024;

async function sameBytes(a: Buffer, b: Buffer): Promise<boolean> {
  const opened: FileHandle[] = [];
  try {
    for (const path of [a, b]) opened.push(await open(path, constants.O_RDONLY | constants.O_NONBLOCK));
    const [one, two] = opened as [FileHandle, FileHandle];
    if ((await one.stat()).size !== (await two.stat()).size) return false;
    const [mine, other] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
    for (let at = 0; ; ) {
      const { bytesRead: n } = await one.read(mine, 0, CHUNK, at);
      const { bytesRead: m } = await two.read(other, 0, CHUNK, at);
      if (n !== m || mine.compare(other, 0, n, 0, n) !== 0) return false;
      if (n === 0) return true;
      at += n;
    }
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
}

function fullPath(root: string, path: PathBytes): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, "latin1")]);
}
