import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { lstat, mkdir, open, readdir, realpath, rename, rm, stat, unlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { EXIT, errorCode, UserError } from "./errors.ts";
import { explainReadFailure, explainWriteFailure, isSystemError, writeFailure } from "./file-errors.ts";
import { shellLine } from "./text.ts";

/** What people write by hand, and what we write about a repository, is far smaller. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** For a file that holds a whole conversation: about what fits into one text. */
export const MAX_DOCUMENT_BYTES = 500 * 1024 * 1024;

export interface ReadOptions {
  /** Larger files are refused. Default 16 MiB. */
  maxBytes?: number;
  /** Refuse when the file, with links resolved, is not inside this folder, or lies in a git folder. */
  within?: string;
}

/**
 * The file as UTF-8 text, or null when it does not exist. Reads regular files of a bounded size only: a pipe or a
 * device might never answer, or never end. Throws `UserError` for anything else that is at `path`, and for what
 * cannot be read.
 */
export async function readTextIfExists(path: string, options: ReadOptions = {}): Promise<string | null> {
  return readTextSync(path, options);
}

/** `readTextIfExists` at once: for short files the way through the thread pool costs more than the read itself. */
export function readTextSync(
  path: string,
  { encoding = "utf8", ...options }: ReadOptions & { encoding?: BufferEncoding } = {},
): string | null {
  return readBytesSync(path, options)?.toString(encoding) ?? null;
}

/** `readTextSync` for what may not be text. */
export function readBytesSync(
  path: string,
  { maxBytes = MAX_TEXT_BYTES, within }: ReadOptions = {},
): Buffer | null {
  try {
    if (within !== undefined) verifyWithin(within, path);
    const file = openRegularFile(path);
    try {
      return readToEnd(file, path, maxBytes);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw explainReadFailure(path, error);
  }
}

/**
 * Opens a file for reading, without waiting for anybody. Throws `UserError` when it is a pipe, a device, a socket or
 * a folder, and system errors as they are.
 */
export function openRegularFile(path: string): number {
  // Without O_NONBLOCK, opening a pipe waits for a writer, and not even Ctrl-C ends that.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  const stats = fstatSync(file);
  if (stats.isFile()) return file;
  closeSync(file);
  throw noRegularFile(path, stats);
}

function noRegularFile(path: string, stats: Stats): UserError {
  const what = stats.isDirectory() ? "a folder" : stats.isFIFO() ? "a named pipe" : "a device";
  const away = stats.isDirectory() ? ["mv", path, `${path}.away`] : ["rm", path];
  return new UserError(
    `Could not read ${path}: it is ${what}, and not a file.`,
    `Move it away, then run the same command again: ${shellLine(away)}`,
    EXIT.failed,
  );
}

function readToEnd(file: number, path: string, maxBytes: number): Buffer {
  // One byte more than there should be: a file that grows, or says that it is empty, is read to its end or to the limit.
  let buffer = Buffer.allocUnsafe(Math.min(fstatSync(file).size, maxBytes) + 1);
  let filled = 0;
  for (;;) {
    const bytes = readSync(file, buffer, filled, buffer.length - filled, null);
    filled += bytes;
    if (filled > maxBytes) throw tooLarge(path, maxBytes);
    if (bytes === 0) return buffer.subarray(0, filled);
    if (filled === buffer.length)
      buffer = Buffer.concat([buffer], Math.min(2 * Math.max(filled, 4096), maxBytes + 1));
  }
}

function tooLarge(path: string, maxBytes: number): UserError {
  return new UserError(
    `Could not read ${path}: it is larger than ${Math.round(maxBytes / 1024)} KiB.`,
    `Move it away, then run the same command again: ${shellLine(["mv", path, `${path}.away`])}`,
    EXIT.failed,
  );
}

/** A repository may bring a link to what is private elsewhere, or in its own git folder: nothing of that may be read. */
function verifyWithin(root: string, path: string): void {
  const [realRoot, realFile] = [realpathSync(root), realpathSync(path)];
  if (isInside(realRoot, realFile) && !isInGitFolder(realRoot, realFile)) return;
  throw leadsOut(path, realRoot, realFile);
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

/**
 * Where `file` really lies below `root`, when its folder is a link: relative to `root`, with `/`. Null when that is
 * outside of it. `root` must be resolved already.
 */
export function realPlace(root: string, file: string): string | null {
  try {
    const folder = realpathSync.native(dirname(join(root, file)));
    if (!isInside(root, folder)) return null;
    return relative(root, join(folder, basename(file))).replaceAll(sep, "/");
  } catch (error) {
    // There is no such folder yet, or its link leads nowhere.
    if (isSystemError(error)) return file;
    throw error;
  }
}

/** Whether `path` lies in the git folder of a repository within `root`. Both must be absolute and already resolved. */
function isInGitFolder(root: string, path: string): boolean {
  return relative(root, path).split(sep).includes(".git");
}

function leadsOut(path: string, root: string, real: string): UserError {
  // Where one of the folders is the link, `rm` would take what it leads to.
  const isLink = lstatSync(path).isSymbolicLink();
  return new UserError(
    isInside(root, real)
      ? `${path} leads into the git folder.`
      : `${path} leads out of the repository, to ${real}.`,
    isLink
      ? `Only a file of the repository itself is used here. Remove the link: ${shellLine(["rm", path])}`
      : `Only a file of the repository itself is used here. See which folder is the link: ${shellLine(["ls", "-ld", dirname(dirname(path)), dirname(path)])}`,
    EXIT.failed,
  );
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

/** A new folder for what is needed while a command runs, beside `path`; `sweepTemporaries(path)` removes those that were left. */
export async function temporaryFolder(path: string): Promise<string> {
  const folder = temporaryName(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Removes the temporary files and folders that writers of `path` left behind when they were killed. */
export async function sweepTemporaries(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.tmp-`;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split("-")[0]);
    const temporary = join(folder, name);
    // Young ones may be in the making in a container that shares the folder, whose processes are not seen here.
    if (Number.isInteger(pid) && !isProcessAlive(pid) && (await ageInMs(temporary)) > 60_000)
      await rm(temporary, { recursive: true, force: true }).catch(() => {});
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
  if (realKnown !== null && isInside(realRoot, realKnown) && !isInGitFolder(realRoot, realKnown)) return;
  const why =
    realKnown === null
      ? `${known} is a link that leads nowhere.`
      : isInside(realRoot, realKnown)
        ? `${folder} leads into the git folder, to ${realKnown}.`
        : `${folder} leads out of the repository, to ${realKnown}.`;
  throw new UserError(
    why,
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
