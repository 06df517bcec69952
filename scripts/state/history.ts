import { copyFile, link, mkdir, readdir, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { errorCode } from "../base/errors.ts";
import { readTextIfExists } from "../base/files.ts";

/** Previous states that are kept per agent. */
const KEPT = 50;

/**
 * Keeps the file at `path` as the newest entry of `folder`, under a number that grows by one each time.
 * Does nothing when there is no such file. Call it with the store's lock held.
 */
export async function keepPrevious(path: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const entries = await historyEntries(folder);
  const number = entries.length === 0 ? 1 : Number.parseInt(entries.at(-1) ?? "0", 10) + 1;
  if (!(await copyOrLink(path, join(folder, `${String(number).padStart(8, "0")}-${basename(path)}`)))) return;
  for (const old of entries.slice(0, Math.max(0, entries.length + 1 - KEPT))) {
    await unlink(join(folder, old)).catch(ignoreAbsent);
  }
}

// A link costs nothing and cannot be half-written; other file systems than the state's own need a copy.
async function copyOrLink(path: string, entry: string): Promise<boolean> {
  try {
    await link(path, entry);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    if (!["EXDEV", "EPERM", "ENOTSUP", "EMLINK"].includes(errorCode(error) ?? "")) throw error;
  }
  await copyFile(path, entry);
  return true;
}

/** File names in `folder`, oldest first. An absent folder has none. */
export async function historyEntries(folder: string): Promise<string[]> {
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
