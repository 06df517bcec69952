import { createHash } from "node:crypto";
import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../base/errors.ts";

// Reading more than this for one file would be felt; its size and time tell nearly as well.
const MAX_HASHED_BYTES = 1024 * 1024;

/** What a path without a file has for a fingerprint. */
export const ABSENT = "absent";

/** A short mark for each file's content that changes when the content does: path → mark. Paths are relative to `root`. */
export async function fingerprints(root: string, paths: readonly string[]): Promise<Record<string, string>> {
  const marks = await Promise.all(paths.map((path) => fingerprint(join(root, path))));
  return Object.fromEntries(paths.map((path, i) => [path, marks[i] ?? ABSENT]));
}

async function fingerprint(path: string): Promise<string> {
  try {
    const info = await lstat(path);
    if (info.isSymbolicLink()) return `link:${digest(await readlink(path))}`;
    if (!info.isFile()) return "folder";
    if (info.size > MAX_HASHED_BYTES) return `size:${info.size}:${Math.floor(info.mtimeMs)}`;
    return digest(await readFile(path));
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (["ENOENT", "ENOTDIR"].includes(code)) return ABSENT;
    // A file that cannot be read can still be told from one that can.
    if (["EACCES", "EPERM", "ELOOP", "ENAMETOOLONG"].includes(code)) return `unreadable:${code}`;
    throw error;
  }
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
