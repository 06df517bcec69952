import type { FileChange } from "../../schema/git-facts.ts";
import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";
import { records } from "./status-parser.ts";

const KINDS: Record<string, FileChange["kind"]> = { A: "created", D: "deleted", U: "conflicted" };

/** How the working tree's tracked files differ from the commit `base`: path → kind. Null when there is no such commit here. */
export async function changesSince(
  repository: Repository,
  base: string,
): Promise<Map<string, FileChange["kind"]> | null> {
  const result = await tryGit(["diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", base, "--"], {
    cwd: repository.root,
    env: repository.env,
  });
  if (result.code !== 0) return null;
  const items = records(result.stdout);
  const changes = new Map<string, FileChange["kind"]>();
  for (let i = 0; i + 1 < items.length; i += 2) {
    const path = items[i + 1] ?? "";
    changes.set(path, KINDS[items[i] ?? ""] ?? "modified");
  }
  return changes;
}
