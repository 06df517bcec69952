import { constants } from "node:fs";
import { copyFile, link, lstat, mkdir, readdir, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { errorCode } from "../base/errors.ts";
import { explainWriteFailure } from "../base/file-errors.ts";
import { readTextIfExists } from "../base/files.ts";

/** Previous states that are kept per agent. */
const KEPT = 50;

/**
 * Keeps the file at `path` as the newest entry of `folder`, under a number that grows by one each time.
 * Does nothing when there is no such file, or when the newest entry is the same: a write that failed may be tried
 * again and again, and must not push the older states out. Call it with the store's lock held.
 */
export async function keepPrevious(path: string, folder: string): Promise<void> {
  const text = await readTextIfExists(path);
  if (text === null) return;
  const entries = await historyEntries(folder);
  const newest = entries.at(-1);
  if (newest !== undefined && (await readTextIfExists(join(folder, newest))) === text) return;
  const number = newest === undefined ? 1 : Number.parseInt(newest, 10) + 1;
  const entry = join(folder, `${String(number).padStart(8, "0")}-${basename(path)}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await linkOrCopy(path, entry);
  } catch (error) {
    throw explainWriteFailure(entry, error);
  }
  for (const old of entries.slice(0, Math.max(0, entries.length + 1 - KEPT))) {
    await unlink(join(folder, old)).catch(ignoreAbsent);
  }
}

/**
 * A second name for a file's content; throws EEXIST where that name is taken. A link costs nothing and cannot be
 * half-written. Other file systems than the file's own need a copy, and so does what is itself a symbolic link, which
 * would lead nowhere from elsewhere.
 */
export async function linkOrCopy(path: string, entry: string): Promise<void> {
  if (!(await lstat(path)).isSymbolicLink()) {
    try {
      return await link(path, entry);
    } catch (error) {
      if (!["EXDEV", "EPERM", "ENOTSUP", "EMLINK"].includes(errorCode(error) ?? "")) throw error;
    }
  }
  await copyFile(path, entry, constants.COPYFILE_EXCL);
}

/** File names in `folder`, oldest first. An absent folder has none. */
async function historyEntries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^\d{8}-/.test(name)).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** The texts of the kept states, newest first, read one at a time. */
export async function* keptStates(folder: string): AsyncGenerator<{ path: string; text: string }> {
  for (const name of (await historyEntries(folder)).reverse()) {
    const path = join(folder, name);
    const text = await readTextIfExists(path);
    if (text !== null) yield { path, text };
  }
}

function ignoreAbsent(error: unknown): void {
  if (errorCode(error) !== "ENOENT") throw error;
}
