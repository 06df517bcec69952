import { expect, test } from "vitest";
import { checkState, reviewState } from "../../scripts/github/verdicts.ts";

const by = (login: string | null, state: string) => ({ user: login === null ? null : { login }, state });

test.each([
  [[], 0, "none"],
  [[], 2, "review_requested"],
  [[by("a", "COMMENTED")], 0, "none"],
  [[by("a", "APPROVED")], 1, "approved"],
  [[by("a", "APPROVED"), by("a", "COMMENTED")], 0, "approved"],
  [[by("a", "CHANGES_REQUESTED"), by("a", "APPROVED")], 0, "approved"],
  [[by("a", "APPROVED"), by("a", "CHANGES_REQUESTED")], 0, "changes_requested"],
  [[by("a", "CHANGES_REQUESTED"), by("b", "APPROVED")], 0, "changes_requested"],
  [[by("a", "CHANGES_REQUESTED"), by("a", "DISMISSED")], 1, "review_requested"],
  [[by("a", "PENDING")], 0, "none"],
  [[by(null, "APPROVED")], 0, "approved"],
  [null, 3, "unknown"],
])("reviews %j with %i still requested come to %s", (reviews, requested, expected) => {
  expect(reviewState(reviews, requested)).toBe(expected);
});

const runs = (...conclusions: (string | null)[]) => ({
  total_count: conclusions.length,
  check_runs: conclusions.map((conclusion) => ({
    status: conclusion === null ? "in_progress" : "completed",
    conclusion,
  })),
});
const statuses = (state: string, total_count: number) => ({ state, total_count });
const noStatuses = statuses("pending", 0);

test.each([
  [runs(), noStatuses, "none"],
  [runs("success", "skipped", "neutral"), noStatuses, "success"],
  [runs("success", null), noStatuses, "pending"],
  [runs("success", "stale"), noStatuses, "pending"],
  [runs("success", "failure", null), noStatuses, "failure"],
  [runs("timed_out"), noStatuses, "failure"],
  [runs("cancelled"), noStatuses, "failure"],
  [runs("action_required"), noStatuses, "failure"],
  [runs(), statuses("success", 2), "success"],
  [runs(), statuses("pending", 1), "pending"],
  [runs("success"), statuses("failure", 1), "failure"],
  [runs("success"), statuses("error", 1), "failure"],
  [null, noStatuses, "unknown"],
  [null, statuses("success", 1), "unknown"],
  [null, statuses("failure", 1), "failure"],
  [runs("success"), null, "unknown"],
  [runs("failure"), null, "failure"],
  [{ ...runs("success"), total_count: 250 }, noStatuses, "unknown"],
  [{ ...runs("failure"), total_count: 250 }, noStatuses, "failure"],
])("checks %j with statuses %j come to %s", (checkRuns, commitStatuses, expected) => {
  expect(checkState(checkRuns, commitStatuses)).toBe(expected);
});
