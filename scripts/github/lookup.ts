import {
  type ApiIssue,
  type ApiPull,
  readCheckRuns,
  readCombinedStatus,
  readIssue,
  readIssues,
  readPulls,
  readRepository,
  readReviews,
  readUser,
} from "../../schema/github-api.ts";
import type { GitHubIssue, GitHubPullRequest } from "../../schema/github-facts.ts";
import { oneLine, truncate } from "../base/text.ts";
import type { GitHubApi } from "./client.ts";
import { refusedStatus } from "./failure.ts";
import { issueNumbers } from "./issue-numbers.ts";
import { type FoundRepository, type GitHubRepository, isSame } from "./repository.ts";
import { checkState, reviewState } from "./verdicts.ts";

const MAX_ASSIGNED = 30;
const MAX_PULLS = 3;
const MAX_TITLE = 200;

/** The repository that issues and pull requests belong to: `upstream` where GitHub says that it is the parent. */
export async function targetRepository(api: GitHubApi, found: FoundRepository): Promise<GitHubRepository> {
  const { repository, upstream } = found;
  if (upstream === null) return repository;
  const { value } = await api.get("/repos/{owner}/{repo}", place(repository), readRepository);
  const parent = value.fork ? value.parent?.full_name : undefined;
  return parent !== undefined && isSame(upstream, parent) ? upstream : repository;
}

/** Login of the token's user; null for a token that belongs to an app or an Actions run. */
export async function viewerLogin(api: GitHubApi): Promise<string | null> {
  // Whose facts the kept answers are depends on this one.
  const user = await unless(api.get("/user", {}, readUser, "fresh"), [403, 404]);
  const login = user?.value.login ?? "";
  return /^[A-Za-z0-9_[\]-]{1,60}$/.test(login) ? login : null;
}

/** Open issues assigned to `login`, the most recently updated first. */
export async function assignedIssues(
  api: GitHubApi,
  repository: GitHubRepository,
  login: string,
): Promise<GitHubIssue[]> {
  const params = {
    ...place(repository),
    assignee: login,
    state: "open",
    sort: "updated",
    per_page: MAX_ASSIGNED,
  };
  // 404 and 410: the repository has issues switched off.
  const issues = await unless(api.get("/repos/{owner}/{repo}/issues", params, readIssues), [404, 410]);
  return (issues?.value ?? []).filter(isIssue).map((issue) => toIssue(issue, repository, "assigned"));
}

/** The issues that branch and commits name, as far as they exist and are not pull requests. */
export async function namedIssues(
  api: GitHubApi,
  repository: GitHubRepository,
  branch: string | null,
  commitMessages: readonly string[],
): Promise<GitHubIssue[]> {
  const found = await Promise.all(
    issueNumbers(branch, commitMessages, repository).map(async ({ number, why }) => {
      const params = { ...place(repository), issue_number: number };
      const path = "/repos/{owner}/{repo}/issues/{issue_number}";
      const issue = (await unless(api.get(path, params, readIssue), [403, 404, 410]))?.value;
      // A transferred issue answers from its new place, under another number.
      if (issue === undefined || issue.number !== number || !isIssue(issue)) return null;
      return toIssue(issue, repository, why);
    }),
  );
  return found.filter((issue) => issue !== null);
}

/** Pull requests from `branch` of `owner`: the open ones, else the one that was updated last. */
export async function branchPulls(
  api: GitHubApi,
  repository: GitHubRepository,
  owner: string,
  branch: string | null,
): Promise<ApiPull[]> {
  if (branch === null) return [];
  const head = `${owner}:${branch}`;
  const params = {
    ...place(repository),
    head,
    state: "all",
    sort: "updated",
    direction: "desc",
    per_page: 10,
  };
  const { value } = await api.get("/repos/{owner}/{repo}/pulls", params, readPulls);
  const own = value.filter((pull) => pull.head.ref === branch);
  const open = own.filter((pull) => pull.state === "open");
  return (open.length > 0 ? open : own.slice(0, 1)).slice(0, MAX_PULLS);
}

/** One of `branchPulls`, with what its reviews and checks come to. */
export async function pullRequest(
  api: GitHubApi,
  repository: GitHubRepository,
  pull: ApiPull,
): Promise<GitHubPullRequest> {
  const { number, draft, merged_at, head } = pull;
  const ofPull = { ...place(repository), pull_number: number, per_page: 100 };
  const ofCommit = { ...place(repository), ref: head.sha, per_page: 100 };
  const [reviews, runs, statuses] = await Promise.all([
    unless(api.get("/repos/{owner}/{repo}/pulls/{pull_number}/reviews", ofPull, readReviews), [403]),
    readable(api.get("/repos/{owner}/{repo}/commits/{ref}/check-runs", ofCommit, readCheckRuns), {
      total_count: 0,
      check_runs: [],
    }),
    readable(api.get("/repos/{owner}/{repo}/commits/{ref}/status", ofCommit, readCombinedStatus), {
      total_count: 0,
      state: "pending",
    }),
  ]);
  const requested = (pull.requested_reviewers?.length ?? 0) + (pull.requested_teams?.length ?? 0);
  return {
    number,
    title: titleOf(pull),
    url: `${repository.webUrl}/pull/${number}`,
    state: merged_at == null ? pull.state : "merged",
    draft: draft ?? false,
    review: reviewState(reviews === null || reviews.more ? null : reviews.value, requested),
    checks: checkState(runs, statuses),
  };
}

function place({ owner, name }: GitHubRepository): { owner: string; repo: string } {
  return { owner, repo: name };
}

function isIssue(issue: ApiIssue): boolean {
  return issue.pull_request === undefined;
}

function toIssue(issue: ApiIssue, repository: GitHubRepository, why: GitHubIssue["why"]): GitHubIssue {
  const { number, state } = issue;
  // The address is made here: one from the answer could lead anywhere.
  return { number, title: titleOf(issue), url: `${repository.webUrl}/issues/${number}`, state, why };
}

function titleOf({ title }: { title: string }): string {
  return truncate(oneLine(title), MAX_TITLE);
}

/** Null where GitHub refuses with one of `statuses`. */
async function unless<T>(asked: Promise<T>, statuses: readonly number[]): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    const status = refusedStatus(error);
    if (status !== null && statuses.includes(status)) return null;
    throw error;
  }
}

/** Null where the token may not read it; `nothing` where there is no such thing, as on a server without Actions. */
async function readable<T>(asked: Promise<{ value: T }>, nothing: T): Promise<T | null> {
  try {
    return (await asked).value;
  } catch (error) {
    const status = refusedStatus(error);
    if (status === 404) return nothing;
    if (status === 403) return null;
    throw error;
  }
}
