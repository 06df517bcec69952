import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../base/errors.ts";
import { explainWriteFailure } from "../base/file-errors.ts";
import { exists, fileStamp, isProcessAlive, writeFileAtomic } from "../base/files.ts";
import { makeFolder, removeEmpty, verifyInside } from "./add-file.ts";

/** Drafts that are younger may be in the making in a container that shares the folder, whose processes are not seen here. */
const YOUNG_MS = 60_000;

/** A folder that was added to an agent's store. */
export interface AddedFolder {
  /** Takes back the folder, and those that were made for it, unless someone has changed or added something in it. */
  undo(): Promise<void>;
}

/**
 * Puts a new folder with these files, by their names, at `path`, for its owner's eyes only, whole or not at all: it is
 * made under another name first. Throws `UserError` when it would not lie inside of `within`, and when it cannot be
 * written: then nothing is left behind.
 */
export async function addFolder(
  path: string,
  files: Record<string, string>,
  within: string,
): Promise<AddedFolder> {
  const parent = dirname(path);
  const draft = join(parent, `.${basename(path)}.tmp-${process.pid}-${randomBytes(6).toString("hex")}`);
  const made: string[] = [];
  try {
    await makeFolder(within, made);
    await verifyInside(within, parent);
    await makeFolder(parent, made);
    if (await exists(path)) throw new Error(`${path} exists, which its random id rules out.`);
    await mkdir(draft, { mode: 0o700 });
    made.unshift(draft);
    for (const [name, content] of Object.entries(files))
      await writeFileAtomic(join(draft, name), content, { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    if (made[0] === draft) await rm(draft, { recursive: true, force: true });
    await removeEmpty(made);
    throw explainWriteFailure(path, error);
  }
  await sweepDrafts(parent);
  return {
    async undo() {
      if (await isUntouched(path, files)) {
        // In one step out of the agent's sight, where the disk has room for that.
        const isHidden = await rename(path, draft).then(
          () => true,
          () => false,
        );
        await rm(isHidden ? draft : path, { recursive: true });
      }
      await removeEmpty(made);
    },
  };
}

// The agent may have taken up the session by now, and written on.
async function isUntouched(path: string, files: Record<string, string>): Promise<boolean> {
  const names = await readdir(path).catch(absent);
  if (names === null || names.some((name) => !(name in files))) return false;
  for (const [name, content] of Object.entries(files)) {
    if ((await fileStamp(join(path, name)))?.size !== Buffer.byteLength(content)) return false;
  }
  return true;
}

// What runs that were killed left behind.
async function sweepDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\..+\.tmp-(\d+)-[0-9a-f]{12}$/.exec(name)?.[1];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    const draft = join(folder, name);
    const age = Date.now() - ((await fileStamp(draft))?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (age > YOUNG_MS) await rm(draft, { recursive: true, force: true });
  }
}

function absent(error: unknown): null {
  if (errorCode(error) === "ENOENT") return null;
  throw error;
}
