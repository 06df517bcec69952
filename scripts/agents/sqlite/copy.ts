import { constants, copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { EXIT, errorCode, UserError } from "../../base/errors.ts";

/** Bytes of a database that are copied at most: more would take long, and the temporary folder may be memory. */
const LARGEST_COPY = 1024 * 1024 * 1024;
const MOST_TRIES = 5;
const LOG_HEADER = 32;

/** A database's own copy, with what its write-ahead log held, in a folder that nobody else reads. */
export interface DatabaseCopy {
  path: string;
  remove(): void;
}

/** Null when the database is too large to be copied. */
export async function copyDatabase(path: string): Promise<DatabaseCopy | null> {
  if (sizeOf(path) + sizeOf(`${path}-wal`) > LARGEST_COPY) return null;
  const folder = mkdtempSync(join(tmpdir(), "baton-sqlite-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    await copyConsistently(path, copy);
    return { path: copy, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

// While the log is not begun anew, whatever a running client moves from it into the database is in the log, too.
// The database copied first and the log after it are then one consistent state; a log begun anew has a new header.
async function copyConsistently(from: string, to: string): Promise<void> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const before = await logHeader(from);
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    rmSync(`${to}-wal`, { force: true });
    copyIfExists(`${from}-wal`, `${to}-wal`);
    copyIfExists(`${from}-journal`, `${to}-journal`);
    if ((await logHeader(from)) === before) return;
  }
  throw new UserError(
    `${from} changes faster than it can be copied.`,
    "Wait until its program pauses, then run the same command again; or use Node 22.15 or newer, which needs no copy.",
    EXIT.failed,
  );
}

async function logHeader(path: string): Promise<string> {
  try {
    const file = await open(`${path}-wal`, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOG_HEADER), 0, LOG_HEADER, 0);
      return buffer.toString("hex", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
}

function copyIfExists(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
