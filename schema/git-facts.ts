/** An operation that git left half-done in this working tree. */
export type GitOperation = "merge" | "rebase" | "cherry-pick" | "revert" | "bisect" | "am";

/** Paths are relative to the root of the working tree, with `/`, as git gives them with `-z`. */
export interface GitFacts {
  /** Absolute path of the root of this working tree. */
  root: string;
  /** Null when HEAD is detached. On an unborn branch it is the branch that the first commit will make. */
  branch: string | null;
  /** Full object id; null before the first commit. */
  head: string | null;
  /** Abbreviated as git would; null before the first commit. */
  shortHead: string | null;
  upstream: string | null;
  /** Commits relative to the upstream; null without one, or when the upstream branch is gone. */
  ahead: number | null;
  behind: number | null;
  operation: GitOperation | null;
  /** Name of the linked worktree (`git worktree add`), null in the main one. */
  worktree: string | null;
  shallow: boolean;
  stashes: number;
  changes: FileChange[];
  /** Why git could not list the changes: then they, the stashes and the upstream are unknown, and look like none. */
  unseen?: string;
}

export interface FileChange {
  path: string;
  /** Against HEAD, whatever is staged. */
  kind: "modified" | "created" | "deleted" | "conflicted";
  staged: boolean;
  unstaged: boolean;
  untracked: boolean;
  submodule: boolean;
  /** True when the name is not UTF-8: in `path`, bytes stand as `\xNN`. */
  escaped: boolean;
}

/** One commit, for lists. */
export interface Commit {
  oid: string;
  shortOid: string;
  subject: string;
  time: string;
}
