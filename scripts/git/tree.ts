import { constants } from "node:fs";
import { access, copyFile, mkdir, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "../base/errors.ts";
import { sweepTemporaries, temporaryFolder } from "../base/files.ts";
import type { Repository } from "./repository.ts";
import { GitFailure, git, tryGit } from "./run.ts";
import { records } from "./status-parser.ts";

const CHANGED_PATHS = [
  "status",
  "--porcelain",
  "-z",
  "--untracked-files=all",
  // With renames a record would be two paths.
  "--no-renames",
  // Which commit a submodule is at counts, whatever the config says; what is uncommitted in it has no id.
  "--ignore-submodules=dirty",
];

/**
 * The id of the git tree that a commit of everything here would have: staged, unstaged and untracked content, without
 * what is ignored. The same content has the same id, on every machine. `leaveOut` names files, relative to the root,
 * that do not count, whatever their suffix. Left out too, because git sees no content of theirs: what is changed
 * inside a submodule or an untracked nested repository, and files that nobody may read.
 *
 * The index and the refs stay as they are. Of the objects only trees are written, which hold names and ids, no
 * content; they let `filesChangedBetween` compare, until git's own clean-up takes them. Where the object folder
 * cannot be written, they go with a temporary one.
 */
export async function workingTreeId(
  repository: Repository,
  leaveOut: readonly string[] = [],
): Promise<string> {
  const folder = await scratchFolder(repository);
  try {
    const call = {
      cwd: repository.root,
      env: repository.env,
      set: { GIT_INDEX_FILE: join(folder, "index"), ...(await objectFolder(repository, folder)) },
    };
    await copyIndex(join(repository.gitDir, "index"), join(folder, "index"));
    const { present, deleted } = await changedPaths(call, leaveOut);
    if (deleted.length > 0) await updateIndex(["--force-remove"], deleted, call);
    await addToIndex(present, call, leaveOut);
    // The blobs are not there, nor need they be.
    return (await git([...ONE_FILE, "write-tree", "--missing-ok"], call)).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The files whose content differs between two trees, or null when one of the trees is not in this repository (any more).
 */
export async function filesChangedBetween(
  repository: Repository,
  a: string,
  b: string,
): Promise<string[] | null> {
  if (a === b) return [];
  const result = await tryGit(
    ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--end-of-options", a, b],
    {
      cwd: repository.root,
      env: repository.env,
      // A partial clone would ask the network for a tree that it does not have.
      set: { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" },
    },
  );
  return result.code === 0 ? records(result.stdout).filter((path) => path !== "") : null;
}

// In the git folder, where the next run finds what a killed one left; elsewhere where that is read-only.
async function scratchFolder(repository: Repository): Promise<string> {
  const place = join(repository.gitDir, "baton", "tree");
  try {
    await sweepTemporaries(place);
    return await temporaryFolder(place);
  } catch (error) {
    if (!["EACCES", "EROFS", "EPERM", "ENOTDIR", "EEXIST"].includes(errorCode(error) ?? "")) throw error;
    return temporaryFolder(join(tmpdir(), "baton-tree"));
  }
}

interface IndexCall {
  cwd: string;
  env: Repository["env"];
  set: Record<string, string>;
}

async function objectFolder(repository: Repository, folder: string): Promise<Record<string, string>> {
  const objects = join(repository.commonDir, "objects");
  try {
    await access(objects, constants.W_OK);
    return {};
  } catch (error) {
    if (!["EACCES", "EROFS", "EPERM"].includes(errorCode(error) ?? "")) throw error;
    const own = join(folder, "objects");
    // git takes a repository without an object folder for none at all.
    await mkdir(own);
    return { GIT_OBJECT_DIRECTORY: own, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects };
  }
}

/** Copies an index so that git trusts the copy as it trusts the original. Where there is none, nothing is made. */
export async function copyIndex(from: string, to: string): Promise<void> {
  try {
    const [{ mtimeMs }] = await Promise.all([stat(from), copyFile(from, to)]);
    // git trusts a file's times only where they are older than the index. The copy must not look newer than its
    // original, and a Date's rounding could make it so by less than a microsecond.
    const time = mtimeMs / 1000 - 0.000_002;
    await utimes(to, time, time);
  } catch (error) {
    // Nothing was ever staged here.
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/**
 * Paths whose content in the working tree is not what the index says. Bytes as latin1 text, so that a name in any
 * encoding comes through.
 */
async function changedPaths(
  call: IndexCall,
  leaveOut: readonly string[],
): Promise<{ present: string[]; deleted: string[] }> {
  const result = await tryGit(CHANGED_PATHS, call);
  if (result.code !== 0) throw new GitFailure(CHANGED_PATHS, result);
  const left = leaveOut.map(latin1);
  const present: string[] = [];
  const deleted: string[] = [];
  for (const record of result.stdout.toString("latin1").split("\0")) {
    const path = record.slice(3);
    // A slash ends the name of a repository within this one, which git would not look into.
    if (record === "" || record[1] === " " || path.endsWith("/")) continue;
    if (left.some((own) => path === own || path.startsWith(`${own}.`))) continue;
    // In a conflict a D tells what one side did; the file itself may be there.
    if (/^[^UD]D/.test(record)) deleted.push(path);
    else present.push(path);
  }
  return { present, deleted };
}

async function addToIndex(
  paths: readonly string[],
  call: IndexCall,
  leaveOut: readonly string[],
): Promise<void> {
  const how = [
    // For somebody who tracks a state file.
    ...(leaveOut.length === 0 ? [] : ["--force-remove", ...leaveOut, "--no-force-remove"]),
    // Ids alone: no content goes into the object folder.
    "--info-only",
    "--add",
    // For what vanishes while this goes on.
    "--remove",
    // A file where a folder was, and the other way round.
    "--replace",
  ];
  try {
    await updateIndex(how, paths, call);
  } catch (error) {
    const readable = await readableOf(paths, call.cwd);
    if (readable.length === paths.length) throw error;
    await updateIndex(how, readable, call);
  }
}

// One file instead of two, of which the other would be written beside the user's own.
const ONE_FILE = ["-c", "core.splitIndex=false"];

async function updateIndex(how: readonly string[], paths: readonly string[], call: IndexCall): Promise<void> {
  await git([...ONE_FILE, "update-index", ...how, "-z", "--stdin"], {
    ...call,
    input: Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1"),
  });
}

async function readableOf(paths: readonly string[], root: string): Promise<string[]> {
  const readable: string[] = [];
  for (const path of paths) {
    try {
      await access(Buffer.from(`${latin1(root)}/${path}`, "latin1"), constants.R_OK);
      readable.push(path);
    } catch (error) {
      if (errorCode(error) !== "EACCES") readable.push(path);
    }
  }
  return readable;
}

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
