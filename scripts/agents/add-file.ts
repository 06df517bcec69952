import { mkdir, readdir, realpath, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EXIT, errorCode, UserError } from "../base/errors.ts";
import { explainWriteFailure } from "../base/file-errors.ts";
import { exists, fileStamp, isInside, sweepTemporaries, writeFileAtomic } from "../base/files.ts";

/** A file that was added to an agent's store. */
export interface AddedFile {
  path: string;
  /** Takes back the file and the folders that were made for it; what someone else has put there since then stays. */
  undo(): Promise<void>;
}

/**
 * Puts a new file at `path` for its owner's eyes only, whole or not at all; missing folders are made likewise. Throws
 * `UserError` when the folder, with links resolved, is not inside of `within`, and when it cannot be written: then
 * nothing is left behind.
 */
export async function addFile(path: string, content: string, within: string): Promise<AddedFile> {
  const folder = dirname(path);
  const made: string[] = [];
  try {
    await makeFolder(within, made);
    await verifyInside(within, folder);
    await makeFolder(folder, made);
    if (await exists(path)) throw new Error(`${path} exists, which its random id rules out.`);
    await writeFileAtomic(path, content, { mode: 0o600 });
  } catch (error) {
    await removeEmpty(made);
    throw explainWriteFailure(path, error);
  }
  await sweepFolder(folder);
  const size = Buffer.byteLength(content);
  return {
    path,
    async undo() {
      // The agent may have taken up the session by now, and written on.
      if ((await fileStamp(path))?.size === size) await unlink(path);
      await removeEmpty(made);
    },
  };
}

/** Records as lines of JSON, the last one ended too: the agent goes on behind it. */
export function jsonLines(records: readonly object[]): string {
  // Some clients take these for line breaks, which JSON does not.
  const escaped = (json: string) => json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  return records.map((record) => `${escaped(JSON.stringify(record))}\n`).join("");
}

/** `name` when it is one that can only lie in its folder; throws `UserError` (code 6) for `..`, a path, or none at all. */
export function plainName(name: string, from: string): string {
  if (name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name)) return name;
  throw new UserError(
    `${from} names the folder ${JSON.stringify(name)}, which would lie outside of the store.`,
    `Look at ${from}, and mend or remove that entry.`,
    EXIT.unknownFormat,
  );
}

/** Makes the folder, for its owner alone, and those above it that are missing; notes them in `made`, the innermost first. */
export async function makeFolder(folder: string, made: string[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let path = folder; isInside(first, path); path = dirname(path)) made.push(path);
  made.sort((a, b) => b.length - a.length);
}

/** Removes those of the folders that nobody has put anything into. */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) throw error;
    }
  }
}

/** Throws `UserError` when `folder`, with links resolved, is not inside of `within`, which must exist. */
export async function verifyInside(within: string, folder: string): Promise<void> {
  let known = folder;
  while (!(await exists(known))) known = dirname(known);
  const [root, real] = await Promise.all([realpath(within), realpath(known)]);
  if (isInside(root, real)) return;
  throw new UserError(
    `${known} leads out of the store, to ${real}.`,
    "Replace the link by a real folder, then run the same command again.",
    EXIT.failed,
  );
}

// What runs that were killed left behind, whatever session they were about to write.
async function sweepFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const target = /^(.+)\.tmp-\d+-[0-9a-f]+$/.exec(name)?.[1];
    if (target !== undefined) await sweepTemporaries(join(folder, basename(target)));
  }
}
