import { join } from "node:path";
import { readTextIfExists, writeFileAtomic } from "../base/files.ts";
import { withLock } from "../base/lock.ts";
import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";

/** An ignore rule for exactly this path, relative to the root. */
export function ruleFor(path: string): string {
  // These would mean something else than themselves; a space at the end would be nothing.
  return `/${path.replace(/[\\*?[\]]/g, "\\$&").replace(/ $/, "\\ ")}`;
}

/** Which of `paths` no ignore rule covers, tracked or not. */
export async function notIgnored(repository: Repository, paths: readonly string[]): Promise<string[]> {
  const result = await tryGit(["check-ignore", "--no-index", "-z", "--stdin"], {
    cwd: repository.root,
    env: repository.env,
    input: paths.map((path) => `${path}\0`).join(""),
  });
  const ignored = new Set(result.stdout.toString("utf8").split("\0"));
  return paths.filter((path) => !ignored.has(path));
}

/**
 * Makes git ignore `lines` in this clone alone, through `info/exclude`: nothing that others share is changed.
 * The lines must be patterns already; those that stand there are not added twice.
 */
export async function excludeLocally(repository: Repository, lines: readonly string[]): Promise<void> {
  await withLock(join(repository.commonDir, "baton", "exclude.lock"), () =>
    addLines(join(repository.commonDir, "info", "exclude"), lines),
  );
}

async function addLines(path: string, lines: readonly string[]): Promise<void> {
  const text = (await readTextIfExists(path)) ?? "";
  const there = new Set(text.split(/\r?\n/));
  const missing = lines.filter((line) => !there.has(line));
  if (missing.length === 0) return;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  await writeFileAtomic(path, `${text}${gap}# Baton's session states\n${missing.join("\n")}\n`);
}

/** Which of `paths` are tracked. */
export async function trackedAmong(
  repository: Pick<Repository, "root" | "env">,
  paths: readonly string[],
): Promise<string[]> {
  const result = await tryGit(["--literal-pathspecs", "ls-files", "-z", "--", ...paths], {
    cwd: repository.root,
    env: repository.env,
  });
  return result.stdout
    .toString("utf8")
    .split("\0")
    .filter((path) => path !== "");
}
