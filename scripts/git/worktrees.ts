import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../base/files.ts";
import type { Repository } from "./repository.ts";
import { git } from "./run.ts";

/** The real paths of all working trees of the repository, this one first. Those whose folder is gone are left out. */
export async function workingTrees(repository: Repository): Promise<string[]> {
  // Most repositories have one, and then git need not be asked.
  if (!(await exists(join(repository.commonDir, "worktrees")))) return [repository.root];
  const output = await git(["worktree", "list", "--porcelain", "-z"], {
    cwd: repository.root,
    env: repository.env,
  });
  const roots = new Set([repository.root]);
  for (const entry of output.split("\0\0")) {
    const fields = entry.split("\0");
    const path = fields.find((field) => field.startsWith("worktree "))?.slice("worktree ".length);
    if (path === undefined || fields.includes("bare") || !(await exists(path))) continue;
    roots.add(await realpath(path));
  }
  return [...roots];
}
