import type { Commit, FileChange } from "../../schema/git-facts.ts";
import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";
import { isOid, KINDS } from "./since.ts";
import { records } from "./status-parser.ts";

/** A commit with what tells it from others after it was rewritten. */
export interface CommitDetails extends Commit {
  email: string;
  /** Seconds since 1970. */
  authored: string;
  parents: string[];
  /** Against its parent. Of a merge only what differs from all of its parents. Not asked for in lists of history. */
  changes?: Map<string, FileChange["kind"]>;
}

// Three items, each ended by a NUL: the last two may hold anything else.
const FORMAT = "%H%x09%h%x09%cI%x09%at%x09%P%x00%ae%x00%s";
const ITEMS = 3;

// More than anybody makes in a session; a state file may name a base at the very beginning of a history.
const MAX_WALKED = 50_000;

/**
 * The commits that `tip` has and `base` has not (null: all), newest first, children before their parents.
 * Null when one of them is not in this repository.
 */
export async function commitsBetween(
  repository: Repository,
  base: string | null,
  tip: string,
): Promise<CommitDetails[] | null> {
  if (!isOid(tip) || (base !== null && !isOid(base))) return null;
  const { code, stdout } = await tryGit(
    [
      "log",
      "-z",
      "--topo-order",
      "--no-show-signature",
      `--max-count=${MAX_WALKED}`,
      `--format=${FORMAT}`,
      "--end-of-options",
      base === null ? tip : `${base}..${tip}`,
      "--",
    ],
    { cwd: repository.root, env: repository.env },
  );
  if (code !== 0) return null;
  const items = records(stdout);
  const commits: CommitDetails[] = [];
  for (let i = 0; i + ITEMS <= items.length; i += ITEMS) commits.push(commitFrom(items, i));
  return commits;
}

/** What is known of each of these commits, with the files that it changed. Those that are gone are left out. */
export async function detailsOf(
  repository: Repository,
  oids: readonly string[],
): Promise<Map<string, CommitDetails>> {
  const commits = new Map<string, CommitDetails>();
  if (oids.length === 0) return commits;
  // Unlike `git log`, it passes over commits that are not there.
  const { stdout } = await tryGit(
    [
      "diff-tree",
      "--stdin",
      "--always",
      "--root",
      "-c",
      "-r",
      "-z",
      "--name-status",
      "--no-renames",
      `--format=${MARK}${FORMAT}`,
    ],
    { cwd: repository.root, env: repository.env, input: `${oids.join("\n")}\n` },
  );
  const items = records(stdout);
  let changes = new Map<string, FileChange["kind"]>();
  for (let i = 0; i < items.length; ) {
    const item = items[i] ?? "";
    const status = /^\n?([A-Z]+)$/.exec(item)?.[1];
    if (item.startsWith("\x01")) {
      changes = new Map();
      const commit = commitFrom([item.slice(1), ...items.slice(i + 1, i + ITEMS)], 0);
      commits.set(commit.oid, { ...commit, changes });
      i += ITEMS;
    } else if (status !== undefined) {
      // A merge has a letter for each parent.
      const isAlike = [...status].every((letter) => letter === status[0]);
      changes.set(items[i + 1] ?? "", (isAlike ? KINDS[status[0] ?? ""] : undefined) ?? "modified");
      i += 2;
    } else i++;
  }
  return commits;
}

// Where a status or the next commit may stand, no path can.
const MARK = "%x01";

function commitFrom(items: readonly string[], at: number): CommitDetails {
  const [oid = "", shortOid = "", time = "", authored = "", parents = ""] = (items[at] ?? "").split("\t");
  return {
    oid,
    shortOid,
    time,
    authored,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    email: items[at + 1] ?? "",
    subject: items[at + 2] ?? "",
  };
}
