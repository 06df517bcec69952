import { constants } from "node:fs";
import { copyFile, link, lstat } from "node:fs/promises";
import { join } from "node:path";
import { MAX_STATE_BYTES } from "../../schema/session-state.ts";
import { errorCode } from "../base/errors.ts";
import { explainReadFailure, explainWriteFailure } from "../base/file-errors.ts";
import { fileStamp, readTextIfExists } from "../base/files.ts";

// Far larger than what is written: other tools may have added to it.
const MAX_READ_BYTES = 16 * MAX_STATE_BYTES;

/** Where an agent's state lies; paths relative to the working tree. */
export interface StatePlace {
  agent: string;
  file: string;
  /** Places of older writers: read when there is nothing at `file`. */
  olderFiles: readonly string[];
}

/** The file that holds an agent's state, whatever is in it, or null. Throws `UserError` where it cannot be read. */
export async function locate(
  root: string,
  place: StatePlace,
): Promise<{ path: string; file: string; text: string } | null> {
  for (const file of [place.file, ...place.olderFiles]) {
    const path = join(root, file);
    const text = await readBounded(root, path);
    if (text !== null) return { path, file, text };
  }
  return null;
}

async function readBounded(root: string, path: string): Promise<string | null> {
  try {
    const stamp = await fileStamp(path);
    if (stamp === null) return null;
    // What is that large is no state, and might not fit into memory.
    return stamp.size > MAX_READ_BYTES
      ? ""
      : await readTextIfExists(path, { within: root, maxBytes: MAX_READ_BYTES });
  } catch (error) {
    throw explainReadFailure(path, error);
  }
}

/** Gives a file that cannot be read a second name, so that at no moment there is neither it nor a better one. */
export async function keepAside(path: string): Promise<string> {
  const time = new Date().toISOString().replace(/[-:]/g, "").slice(0, 15);
  for (let attempt = 0; ; attempt++) {
    const aside = `${path}.corrupt-${time}${attempt === 0 ? "" : `-${attempt}`}`;
    try {
      await linkOrCopy(path, aside);
      return aside;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw explainWriteFailure(aside, error);
    }
  }
}

/**
 * A second name for a file's content; throws EEXIST where that name is taken. A link costs nothing and cannot be
 * half-written. Other file systems than the file's own need a copy, and so does what is itself a symbolic link, which
 * would lead nowhere from elsewhere.
 */
async function linkOrCopy(path: string, entry: string): Promise<void> {
  if (!(await lstat(path)).isSymbolicLink()) {
    try {
      return await link(path, entry);
    } catch (error) {
      if (!["EXDEV", "EPERM", "ENOTSUP", "EMLINK"].includes(errorCode(error) ?? "")) throw error;
    }
  }
  await copyFile(path, entry, constants.COPYFILE_EXCL);
}
