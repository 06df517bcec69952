import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";

/** Whether a stash is still there: neither popped nor dropped. */
export async function isStashed({ root, env }: Repository, oid: string): Promise<boolean> {
  const listed = await tryGit(["stash", "list", "--format=%H"], { cwd: root, env });
  return listed.stdout.toString("utf8").split("\n").includes(oid);
}
