import { open } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../base/files.ts";
import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";

/** One move of HEAD in this working tree. */
export interface Move {
  /** Where HEAD was before; null before the first commit, and in a new working tree. */
  from: string | null;
  to: string;
  /** Seconds since 1970, by the clock of whoever moved it. */
  at: number;
  /** What git noted down, such as `commit (amend): Fix the login`. */
  action: string;
}

// About 20,000 moves. What is older stays unread.
const MAX_BYTES = 4 * 1024 * 1024;

const LINE = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) .*?> (\d+) [+-]\d{4}(?:\t(.*))?$/;

/** How HEAD of this working tree moved, oldest first. Null where git keeps no record of it. */
export async function readReflog(repository: Repository): Promise<Move[] | null> {
  const text = await readTail(join(repository.gitDir, "logs", "HEAD"));
  // git may keep its refs, and their logs, in another form than files.
  if (text === null)
    return (await exists(join(repository.gitDir, "reftable"))) ? askReflog(repository) : null;
  const moves = text.split("\n").flatMap((line) => {
    const [, from = "", to = "", at = "", action = ""] = LINE.exec(line) ?? [];
    return to === "" ? [] : [{ from: /^0+$/.test(from) ? null : from, to, at: Number(at), action }];
  });
  return moves.length === 0 ? null : moves;
}

/** The same, from git itself, whatever form it keeps them in. The first move of all has no `from` then. */
export async function askReflog(repository: Repository): Promise<Move[] | null> {
  const { code, stdout } = await tryGit(
    [
      "log",
      "--walk-reflogs",
      "--no-show-signature",
      "--date=unix",
      "--format=%H%x00%gd%x00%gs",
      "HEAD",
      "--",
    ],
    { cwd: repository.root, env: repository.env },
  );
  if (code !== 0) return null;
  const lines = stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .reverse();
  let from: string | null = null;
  return lines.map((line) => {
    const [to = "", selector = "", action = ""] = line.split("\0");
    const move = { from, to, at: Number(/\{(\d+)\}$/.exec(selector)?.[1] ?? 0), action };
    from = to;
    return move;
  });
}

async function readTail(path: string): Promise<string | null> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return null;
  try {
    const info = await file.stat();
    if (!info.isFile()) return null;
    const length = Math.min(info.size, MAX_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, info.size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A commit that was made here, as opposed to one that came from elsewhere. */
export interface Made {
  oid: string;
  /** The commit in whose place it came, when it is another version of that one. */
  replaces: string | null;
  /** False for a merge that git made by itself. */
  isByHand: boolean;
  /** The branch that it was made on; null on a detached HEAD. */
  branch: string | null;
}

/**
 * The commits that `moves` made, oldest first. `branch` is what is checked out after the last of them.
 * What rebases pick is left out: whose commits those are, only the commits themselves can say.
 */
export function madeIn(moves: readonly Move[], branch: string | null): Made[] {
  const made: Made[] = [];
  let on = branch;
  for (const { from, to, action } of moves.toReversed()) {
    const how = howMade(action);
    if (how !== null) made.push({ oid: to, ...how, replaces: how.isRewrite ? from : null, branch: on });
    const left = /^checkout: moving from (\S+) to \S+$/.exec(action)?.[1];
    if (left !== undefined) on = /^[0-9a-f]{40,64}$/.test(left) ? null : left;
  }
  return made.reverse();
}

function howMade(action: string): { isRewrite: boolean; isByHand: boolean } | null {
  if (action === "cherry-pick: fast-forward") return null;
  if (/^(commit( \((initial|merge|cherry-pick)\))?|cherry-pick|revert|am): /.test(action))
    return { isRewrite: false, isByHand: true };
  // The action of a pull holds what it was called with, in parentheses comes the step.
  if (/^commit \(amend\): |^(rebase|pull)\b[^(]*\((reword|squash|fixup|edit)\): /.test(action))
    return { isRewrite: true, isByHand: true };
  return /^(merge|pull)\b.*: Merge made by /.test(action) ? { isRewrite: false, isByHand: false } : null;
}
