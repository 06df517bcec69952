import type { FileChange } from "../../schema/git-facts.ts";
import type { Repository } from "./repository.ts";
import { git, tryGit } from "./run.ts";
import { records } from "./status-parser.ts";

/** True for what may be handed to git as a commit: it may be abbreviated, and it is no option and no expression. */
export function isOid(text: string): boolean {
  return /^[0-9a-f]{4,64}$/.test(text);
}

export const KINDS: Record<string, FileChange["kind"]> = { A: "created", D: "deleted", U: "conflicted" };

/**
 * How the working tree's tracked files (or the commit `tip`) differ from the commit `base`, or, where that is null,
 * from having no commit at all: path → kind. Null when there is no such commit here.
 */
export async function changesSince(
  repository: Repository,
  base: string | null,
  tip: string | null = null,
): Promise<Map<string, FileChange["kind"]> | null> {
  // What a state file says may be anything, and an option of git is no commit.
  if ([base, tip].some((oid) => oid !== null && !isOid(oid))) return null;
  const call = { cwd: repository.root, env: repository.env };
  const from = base ?? (await git(["hash-object", "-t", "tree", "--stdin"], call)).trim();
  const result = await tryGit(
    [
      "diff",
      "--name-status",
      "-z",
      "--no-renames",
      "--no-ext-diff",
      from,
      ...(tip === null ? [] : [tip]),
      "--",
    ],
    call,
  );
  if (result.code !== 0) return null;
  const items = records(result.stdout);
  const changes = new Map<string, FileChange["kind"]>();
  for (let i = 0; i + 1 < items.length; i += 2) {
    const path = items[i + 1] ?? "";
    changes.set(path, KINDS[items[i] ?? ""] ?? "modified");
  }
  return changes;
}
