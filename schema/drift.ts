import type { Commit, GitOperation } from "./git-facts.ts";

/** How the repository differs from what a state recorded. Lists are bounded; `total` is the true number. */
export interface Drift {
  /** Set when another branch is checked out now; null stands for a detached HEAD. */
  branch: { saved: string | null; now: string | null } | null;
  /** Commits made since, newest first. */
  commits: { listed: Commit[]; total: number };
  /**
   * How HEAD moved: `none`; `forward` along the same line; `back` to an ancestor; `rewritten`, when the two have
   * gone different ways; `elsewhere`, when another branch is checked out that does not have the saved commit;
   * `unknown`, when the saved commit is not in this repository.
   */
  head: "none" | "forward" | "back" | "rewritten" | "elsewhere" | "unknown";
  /** Files with uncommitted work when the state was saved, whose content is different now. */
  changed: string[];
  /** The same, but not there any more. */
  vanished: string[];
  /** Files with uncommitted work that the state does not know. */
  appeared: string[];
  /** Staged now, and not then. */
  staged: string[];
  /** Staged then, and not now, although there is no new commit. */
  unstaged: string[];
  operation: GitOperation | null;
  /** Checks whose result no longer applies, because the files have changed since. */
  checks: string[];
  /** Age of the state in ms. */
  ageMs: number;
}
