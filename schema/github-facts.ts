/** What GitHub knows about the work on a branch. All text comes from outside: one line, bounded, no control characters. */
export interface GitHubFacts {
  /** `owner/name` of the repository that issues and pull requests belong to; `host/owner/name` on Enterprise. */
  repository: string | null;
  /** Login of the token's user; null when unknown, or when the token belongs to no person. */
  viewer: string | null;
  /** Named by the branch first, then by commits, then the open ones assigned to the viewer. */
  issues: GitHubIssue[];
  /** Of the branch: the open ones, else the latest that was merged or closed. */
  prs: GitHubPullRequest[];
  /** When GitHub said this, ISO 8601 in UTC; null when nothing is known. */
  fetchedAt: string | null;
  source: "live" | "cache" | "none";
  /** Milliseconds since `fetchedAt`; null unless `source` is `cache`. */
  age_ms: number | null;
  outcome: GitHubOutcome;
  /** One line that says what happened, or null when there is nothing to say. */
  note: string | null;
}

export interface GitHubIssue {
  number: number;
  title: string;
  url: string;
  state: "open" | "closed";
  why: "branch" | "commit" | "assigned";
}

export interface GitHubPullRequest {
  number: number;
  title: string;
  url: string;
  state: "open" | "closed" | "merged";
  draft: boolean;
  review: ReviewState;
  checks: CheckState;
}

/** `unknown`: the token may not read it, or there is more of it than was read. */
export type ReviewState = "approved" | "changes_requested" | "review_requested" | "none" | "unknown";
export type CheckState = "success" | "failure" | "pending" | "none" | "unknown";

export type GitHubOutcome =
  | "ok"
  | "no_repository"
  | "no_token"
  | "over_budget"
  | "offline"
  | "bad_token"
  | "rate_limited"
  | "forbidden"
  | "not_found"
  | "server_error"
  | "bad_answer";
