import type { ApiCheckRuns, ApiCombinedStatus, ApiReview } from "../../schema/github-api.ts";
import type { CheckState, ReviewState } from "../../schema/github-facts.ts";

/**
 * What the reviews of a pull request come to: the latest decision of each reviewer counts, comments decide nothing.
 * `reviews` are oldest first; null when they could not be read, or not all of them.
 */
export function reviewState(reviews: readonly ApiReview[] | null, requested: number): ReviewState {
  if (reviews === null) return "unknown";
  const latest = new Map<string, string>();
  for (const { user, state } of reviews) {
    if (["APPROVED", "CHANGES_REQUESTED", "DISMISSED"].includes(state)) latest.set(user?.login ?? "", state);
  }
  const decisions = [...latest.values()];
  if (decisions.includes("CHANGES_REQUESTED")) return "changes_requested";
  if (decisions.includes("APPROVED")) return "approved";
  return requested > 0 ? "review_requested" : "none";
}

const FAILED = ["failure", "timed_out", "cancelled", "action_required", "startup_failure", "error"];
const PASSED = ["success", "neutral", "skipped"];

/**
 * Check runs and the older commit statuses as one. One failure is enough; a success needs all of both to be known.
 * Null stands for what the token may not read.
 */
export function checkState(runs: ApiCheckRuns | null, statuses: ApiCombinedStatus | null): CheckState {
  const results = (runs?.check_runs ?? []).map((run) =>
    run.status === "completed" ? (run.conclusion ?? "") : "",
  );
  // A commit without any status is said to be "pending".
  if (statuses !== null && statuses.total_count > 0) results.push(statuses.state);
  if (results.some((result) => FAILED.includes(result))) return "failure";
  if (runs === null || statuses === null || runs.total_count > runs.check_runs.length) return "unknown";
  if (results.length === 0) return "none";
  return results.every((result) => PASSED.includes(result)) ? "success" : "pending";
}
