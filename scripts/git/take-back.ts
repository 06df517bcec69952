import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Repository } from "./repository.ts";
import { gitEnvironment, tryGit } from "./run.ts";
import type { PutAway } from "./wip.ts";

/**
 * Takes a commit or stash of ours back, at once after it was made. It runs the very line that a person would be given, so
 * that both do the same. Throws when git refuses: then the work is still in the commit or stash.
 */
export async function takeBack({ root, env }: Repository, { kind, oid, undo }: PutAway): Promise<void> {
  const child = spawn("sh", ["-c", undo], {
    cwd: root,
    env: gitEnvironment(env),
    stdio: "ignore",
    // A terminal sends Ctrl-C to all that run in it: this is what sets things right again.
    detached: true,
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${undo} ended with ${code}`);
  if (kind !== "stash") return;
  const newest = await tryGit(["rev-parse", "--verify", "--quiet", "refs/stash"], { cwd: root, env });
  // Only the newest can be dropped without a number that others may have moved.
  if (newest.stdout.toString("utf8").trim() === oid)
    await tryGit(["stash", "drop", "--quiet"], { cwd: root, env });
}
