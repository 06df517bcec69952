import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { SessionSummary } from "../../schema/transcript.ts";
import { errorCode } from "../base/errors.ts";
import { isInside } from "../base/files.ts";
import type { SummaryCache } from "./adapter.ts";

/** Decides which recorded folders belong to a repository. Links are resolved once for each folder. */
export class Belonging {
  readonly #roots: readonly string[] | null;
  readonly #known = new Map<string, boolean>();

  constructor(roots: readonly string[] | null) {
    this.#roots = roots;
  }

  /** True for every folder when there are no roots to choose by. */
  has(cwd: string | null): boolean {
    if (this.#roots === null) return true;
    if (cwd === null) return false;
    const known = this.#known.get(cwd);
    if (known !== undefined) return known;
    const real = realFolder(cwd);
    const belongs = this.#roots.some((root) => isInside(root, real));
    this.#known.set(cwd, belongs);
    return belongs;
  }
}

// A folder that is gone, such as a removed worktree, is where its nearest existing parent is.
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!["ENOENT", "ENOTDIR", "EACCES", "ELOOP"].includes(errorCode(error) ?? "")) throw error;
    const parent = dirname(path);
    return parent === path ? path : join(realFolder(parent), basename(path));
  }
}

/** What `summarise` says about the file, or what the cache remembers while the file did not change. */
export function summaryOf(
  path: string,
  cache: SummaryCache | undefined,
  summarise: (path: string) => SessionSummary | null,
): SessionSummary | null {
  if (cache === undefined) return summarise(path);
  const stamp = statSync(path, { throwIfNoEntry: false });
  if (stamp === undefined) return null;
  const known = cache.get(path, stamp);
  if (known !== undefined) return known;
  const summary = summarise(path);
  cache.set(path, { size: stamp.size, mtimeMs: stamp.mtimeMs }, summary);
  return summary;
}
