import type { Commit, FileChange } from "./git-facts.ts";

/** Where a session stood when it was last saved. */
export interface WorkBefore {
  /** Where HEAD was when the session began; null before the first commit, undefined when nobody recorded it. */
  base: string | null | undefined;
  /** When that was; ISO 8601. */
  baseAt: string;
  /** The branch that its work was on; null for a detached HEAD. */
  branch: string | null;
  /** Object ids of its own commits, newest first; null when nobody recorded them. */
  commits: readonly string[] | null;
}

/** What a session itself did to the repository, without what merges, pulls and rebases brought in from others. */
export interface OwnWork {
  /** Where HEAD was when the session began; null before the first commit. */
  base: string | null;
  /** When that was; ISO 8601. */
  baseAt: string;
  /** The branch that the session's work is on, which need not be checked out now; null for a detached HEAD. */
  branch: string | null;
  /** Newest first, at most `MAX_COMMITS`. Null when it cannot be known which commits are the session's. */
  commits: { listed: Commit[]; total: number } | null;
  /** What its commits and the uncommitted changes did to each file. Only the latter when `commits` is null. */
  files: ReadonlyMap<string, FileChange["kind"]>;
  /** What of this cannot be known, and why, in words; null when all is known. */
  unknown: string | null;
}
