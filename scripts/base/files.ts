import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, readFile, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { EXIT, errorCode, UserError } from "./errors.ts";
import { explainWriteFailure, writeFailure } from "./file-errors.ts";
import { shellLine } from "./text.ts";

/** The file as UTF-8 text, or null when it does not exist. Any other failure is thrown. */
export async function readTextIfExists(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

/** Whether something, of whatever kind, is at `path`. A dangling link counts as something. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return false;
    throw error;
  }
}

/** True when `path` is `folder` or lies below it. Both must be absolute and already resolved. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export interface WriteOptions {
  /** Permission bits of the new file. Default 0o644. */
  mode?: number;
  /** Refuse when the folder, with links resolved, is not inside this one. */
  within?: string;
  /** False for what can be made again: it is then not forced to the disk, which costs some ms. Default true. */
  isDurable?: boolean;
}

/** A file's new content, complete and on the disk, but not yet in its place. */
export interface StagedFile {
  /** Puts it in its place in one step. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Puts `content` at `path` in one step: whoever reads sees the old file or the new one, never a part, and
 * a crash or a full disk leaves the old one. Makes missing folders. A link at `path` itself is replaced, not followed.
 * Throws `UserError` when a linked folder leads out of `within`, or when the place cannot be written.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  await (await stageFile(path, content, options)).publish();
}

/**
 * The first half of `writeFileAtomic`, for several files that belong together: nearly all that can go wrong goes
 * wrong here, while nothing has changed yet. Whoever does not publish it must discard it.
 */
export async function stageFile(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<StagedFile> {
  const folder = dirname(path);
  const temporary = temporaryName(path);
  const discard = () => unlink(temporary).catch(() => {});
  try {
    if (options.within !== undefined) await verifyInside(options.within, folder);
    await mkdir(folder, { recursive: true });
    if (options.within !== undefined) await verifyInside(options.within, folder);
    await verifyNoFolder(path);
    await writeTemporary(temporary, content, options);
  } catch (error) {
    await discard();
    throw explainWriteFailure(path, error);
  }
  return {
    discard,
    async publish() {
      try {
        await rename(temporary, path);
      } catch (error) {
        await discard();
        throw explainWriteFailure(path, error);
      }
      if (options.isDurable !== false) await syncFolder(folder);
      await sweepTemporaries(path);
    },
  };
}

async function writeTemporary(
  path: string,
  content: string | Uint8Array,
  { mode = 0o644, isDurable = true }: WriteOptions,
): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    await file.writeFile(content);
    if (isDurable) await file.sync();
  } finally {
    await file.close();
  }
}

async function verifyNoFolder(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isDirectory()) throw writeFailure(path, "EISDIR");
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

// The pid in the name lets `sweepTemporaries` tell a crashed writer's file from one in the making.
function temporaryName(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(6).toString("hex")}`;
}

/** Whether a file of this name is not in its place yet, or never will be because its writer was killed. */
export function isTemporary(name: string): boolean {
  return /\.tmp-\d+-[0-9a-f]{12}$/.test(name);
}

/** Removes the temporary files that writers of `path` left behind when they were killed. */
export async function sweepTemporaries(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.tmp-`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split("-")[0]);
    const temporary = join(folder, name);
    // Young ones may be in the making in a container that shares the folder, whose processes are not seen here.
    if (Number.isInteger(pid) && !isProcessAlive(pid) && (await ageInMs(temporary)) > 60_000)
      await unlink(temporary).catch(() => {});
  }
}

async function ageInMs(path: string): Promise<number> {
  return Date.now() - ((await fileStamp(path))?.mtimeMs ?? Number.POSITIVE_INFINITY);
}

/** True while a process with this id runs on this machine, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

// Without this a power cut can forget the rename. Some file systems refuse to open or sync a folder: then there is nothing to do.
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!["EISDIR", "EINVAL", "EPERM", "EACCES", "ENOTSUP"].includes(errorCode(error) ?? "")) throw error;
  }
}

async function verifyInside(root: string, folder: string): Promise<void> {
  // The deepest folder that exists decides: what is made below it is ours.
  let known = folder;
  while (!(await exists(known))) known = dirname(known);
  const [realRoot, realKnown] = await Promise.all([realpath(root), followLinks(known)]);
  if (realKnown !== null && isInside(realRoot, realKnown)) return;
  throw new UserError(
    realKnown === null
      ? `${known} is a link that leads nowhere.`
      : `${folder} leads out of the repository, to ${realKnown}.`,
    `Replace the link by a real folder: ${shellLine(["rm", known])} && ${shellLine(["mkdir", known])}`,
    EXIT.failed,
  );
}

async function followLinks(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ELOOP") return null;
    throw error;
  }
}

/** Size in bytes and modification time in ms, or null when there is no such file. */
export async function fileStamp(path: string): Promise<{ size: number; mtimeMs: number } | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { size, mtimeMs };
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
