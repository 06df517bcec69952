import { chmod, lstat, rmdir, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, isUserError, UserError } from "../../base/errors.ts";
import { readBytesSync, writeFileAtomic } from "../../base/files.ts";

/** A file as it is, or will be. `odd` is one that is not ours to edit; `why` says why. */
export type Look =
  | { kind: "absent" }
  | { kind: "text"; text: string; executable: boolean }
  | { kind: "odd"; why: string };

export interface Edit {
  path: string;
  /** Null: the file is not there. */
  before: string | null;
  after: string | null;
  executable: boolean;
  /** Whether there was nothing of ours in the file before. */
  isFirst: boolean;
  /** What the edit is about, in a few words. */
  about: string;
}

/** Files as they shall be. Everything is decided here; nothing is written before `apply`. */
export interface Draft {
  /** The file with the edits so far. */
  look(path: string): Promise<Look>;
  /** Makes, changes or (null) deletes a file. Writing what is there already is no edit. */
  put(
    path: string,
    text: string | null,
    edit: { about: string; isFirst?: boolean; executable?: boolean },
  ): Promise<void>;
  edits(): Edit[];
}

export function openDraft(): Draft {
  const edits = new Map<string, Edit>();
  return {
    async look(path) {
      const edit = edits.get(path);
      if (edit === undefined) return lookAt(path);
      return edit.after === null
        ? { kind: "absent" }
        : { kind: "text", text: edit.after, executable: edit.executable };
    },
    async put(path, text, { about, isFirst = false, executable = false }) {
      const there = await lookAt(path);
      const before = there.kind === "text" ? there.text : null;
      if (text === before) {
        edits.delete(path);
        return;
      }
      const earlier = edits.get(path);
      edits.set(path, {
        path,
        before,
        after: text,
        executable,
        isFirst: isFirst && (earlier?.isFirst ?? true),
        about: earlier === undefined || earlier.about === about ? about : `${earlier.about}, ${about}`,
      });
    },
    edits: () => [...edits.values()],
  };
}

async function lookAt(path: string): Promise<Look> {
  try {
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) return { kind: "odd", why: "is a link" };
    if (!stat.isFile()) return { kind: "odd", why: "is not a file" };
    const bytes = readBytesSync(path);
    if (bytes === null) return { kind: "absent" };
    const text = bytes.toString("utf8");
    if (!Buffer.from(text).equals(bytes)) return { kind: "odd", why: "is not UTF-8 text" };
    return { kind: "text", text, executable: (stat.mode & 0o111) !== 0 };
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return { kind: "absent" };
    throw error;
  }
}

/** Writes the edits, each in one step. Throws `UserError` that names what was written before one failed. */
export async function apply(edits: readonly Edit[]): Promise<void> {
  const done: string[] = [];
  for (const edit of edits) {
    try {
      await write(edit);
    } catch (error) {
      if (done.length === 0 || !isUserError(error)) throw error;
      throw new UserError(
        `${error.message} Written before that: ${done.join(", ")}.`,
        error.fix,
        error.code,
        {
          cause: error,
        },
      );
    }
    done.push(edit.path);
  }
}

async function write({ path, before, after, executable }: Edit): Promise<void> {
  if (after === null) {
    await unlink(path);
    await removeIfEmpty(dirname(path));
    return;
  }
  const mode = before === null ? null : (await lstat(path)).mode & 0o777;
  await writeFileAtomic(path, after, { mode: mode ?? (executable ? 0o755 : 0o644) });
  // The umask has taken its part of the mode that the file had.
  if (mode !== null) await chmod(path, mode);
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "EBUSY", "EPERM", "EACCES"].includes(errorCode(error) ?? "")) throw error;
  }
}
