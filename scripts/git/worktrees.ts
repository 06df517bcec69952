import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../base/files.ts";
import type { Repository } from "./repository.ts";
import { git, tryGit } from "./run.ts";

/** The real paths of all working trees of the repository, this one first. Those whose folder is gone are left out. */
export async function workingTrees(repository: Repository): Promise<string[]> {
  // Most repositories have one, and then git need not be asked.
  if (!(await exists(join(repository.commonDir, "worktrees")))) return [repository.root];
  const call = { cwd: repository.root, env: repository.env };
  const LIST = ["worktree", "list", "--porcelain"];
  const asked = await tryGit([...LIST, "-z"], call);
  // git before 2.36 knows no -z here, and then cannot tell of paths with line breaks.
  const isOld = asked.code !== 0;
  const [output, end] = isOld ? [await git(LIST, call), "\n"] : [asked.stdout.toString("utf8"), "\0"];
  const roots = new Set([repository.root]);
  for (const entry of output.split(end + end)) {
    const fields = entry.split(end);
    const path = fields.find((field) => field.startsWith("worktree "))?.slice("worktree ".length);
    if (path === undefined || fields.includes("bare") || !(await exists(path))) continue;
    roots.add(await realpath(path));
  }
  return [...roots];
}
