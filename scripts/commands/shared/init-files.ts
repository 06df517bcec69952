import { createHash } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readTextIfExists } from "../../base/files.ts";
import { isObject, parseJson } from "../../base/json.ts";
import type { Repository } from "../../git/repository.ts";

// What `init` makes is a few lines or a script.
const MAX_BYTES = 256 * 1024;

/** Those of `paths` that `baton init` made in this repository and nobody has changed since: no session wrote them. */
export async function madeByInit(
  { root, commonDir }: Repository,
  paths: readonly string[],
): Promise<Set<string>> {
  const text = await readTextIfExists(join(commonDir, "baton", "init.json")).catch(() => null);
  const record = text === null ? null : parseJson(text);
  if (!isObject(record)) return new Set();
  const made = await Promise.all(
    paths.map(async (path) => {
      const entry = Object.hasOwn(record, path) ? record[path] : undefined;
      // What was there before is somebody's file, of which only a part is ours.
      if (!isObject(entry) || entry.before !== null) return false;
      return entry.after === (await digestOf(join(root, path)));
    }),
  );
  return new Set(paths.filter((_, i) => made[i]));
}

async function digestOf(path: string): Promise<string | null> {
  try {
    const info = await lstat(path);
    if (!info.isFile() || info.size > MAX_BYTES) return null;
    return createHash("sha256")
      .update(await readFile(path, "utf8"))
      .digest("hex");
  } catch {
    return null;
  }
}
