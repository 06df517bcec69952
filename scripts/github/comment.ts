import { type ApiComment, readComment, readComments } from "../../schema/github-api.ts";
import type { GitHubOutcome } from "../../schema/github-facts.ts";
import type { Redacted } from "../../schema/redacted.ts";
import { EXIT, UserError } from "../base/errors.ts";
import type { GitHubApi } from "./client.ts";
import { GitHubFailure, refusedStatus } from "./failure.ts";
import { type FoundRepository, type GitHubRepository, githubRepository } from "./repository.ts";
import { type GitHubRequest, withGitHub } from "./session.ts";
import { howToGetToken } from "./token.ts";

const COMMENT_BUDGET_MS = 15_000;

/** What `applyComment` will do: show it for `--dry-run`. */
export interface CommentPlan {
  repository: GitHubRepository;
  target: { kind: "pull request" | "issue"; number: number; url: string };
  action: "create" | "update";
  /** The comment to update; null for a new one. */
  commentId: number | null;
  body: string;
}

/** GitHub takes 65,536 characters. */
const MAX_BODY = 60_000;
const MAX_COMMENT_PAGES = 10;
const COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments";

/**
 * Where the summary belongs and whether our earlier comment is there. Only reads. The branch's open pull request
 * is first, then an issue that the branch or a commit names. Throws `UserError` when there is neither (exit 4),
 * or when GitHub does not answer.
 */
export async function planComment(request: GitHubRequest, summary: Redacted<string>): Promise<CommentPlan> {
  return onGitHub(request, async (api, found) => {
    const { viewerLogin, targetRepository } = await import("./lookup.ts");
    const [repository, viewer] = await Promise.all([targetRepository(api, found), viewerLogin(api)]);
    const target = await commentTarget(api, found, repository, request);
    const marker = markerOf(request.branch);
    const earlier = await earlierComment(api, repository, target.number, marker, viewer);
    const body = `${marker}\n${shorten(withoutMentions(summary))}`;
    return { repository, target, action: earlier === null ? "create" : "update", commentId: earlier, body };
  });
}

/** Does what the plan says, and answers with the comment's address. One that was deleted meanwhile is made anew. */
export async function applyComment(
  request: GitHubRequest,
  plan: CommentPlan,
): Promise<{ action: CommentPlan["action"]; url: string }> {
  const { repository, target, commentId, body } = plan;
  const place = { owner: repository.owner, repo: repository.name };
  return onGitHub(request, async (api) => {
    const updated = commentId === null ? null : await update(api, { ...place, comment_id: commentId, body });
    const done =
      updated ??
      (await api.send("POST", COMMENTS, { ...place, issue_number: target.number, body }, readComment));
    return { action: updated === null ? "create" : "update", url: `${target.url}#issuecomment-${done.id}` };
  });
}

async function update(api: GitHubApi, params: Record<string, string | number>): Promise<ApiComment | null> {
  try {
    return await api.send("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", params, readComment);
  } catch (error) {
    if (refusedStatus(error) === 404) return null;
    throw error;
  }
}

async function commentTarget(
  api: GitHubApi,
  found: FoundRepository,
  repository: GitHubRepository,
  { branch, commitMessages }: GitHubRequest,
): Promise<CommentPlan["target"]> {
  const { branchPulls, namedIssues } = await import("./lookup.ts");
  const [pulls, issues] = await Promise.all([
    branchPulls(api, repository, found.pushOwner, branch),
    namedIssues(api, repository, branch, commitMessages),
  ]);
  const pull = pulls[0];
  const issue = issues.find(({ state }) => state === "open") ?? issues[0];
  if (pull !== undefined && (pull.state === "open" || issue === undefined)) {
    return { kind: "pull request", number: pull.number, url: `${repository.webUrl}/pull/${pull.number}` };
  }
  if (issue !== undefined) return { kind: "issue", number: issue.number, url: issue.url };
  throw new UserError(
    `There is no pull request of ${branch ?? "a detached HEAD"} on GitHub, and neither the branch nor its commits name an issue.`,
    "Open one (gh pr create), or name the issue in a commit message (Fixes #42); then run the same command again.",
    EXIT.notFound,
  );
}

/** Only a comment that begins with the marker and that the token's own user wrote is ours. */
async function earlierComment(
  api: GitHubApi,
  { owner, name }: GitHubRepository,
  issue_number: number,
  marker: string,
  viewer: string | null,
): Promise<number | null> {
  const isOurs = ({ body, user }: ApiComment) =>
    body?.startsWith(marker) === true && (viewer === null ? user?.type === "Bot" : user?.login === viewer);
  for (let page = 1; page <= MAX_COMMENT_PAGES; page++) {
    const params = { owner, repo: name, issue_number, per_page: 100, page };
    const { value, more } = await api.get(COMMENTS, params, readComments);
    const ours = value.find(isOurs);
    if (ours !== undefined) return ours.id;
    if (!more) return null;
  }
  return null;
}

// The branch is in it, because several branches may work on one issue. encodeURIComponent leaves no ">".
function markerOf(branch: string | null): string {
  return `<!-- agent-baton:summary ${encodeURIComponent(branch ?? "").slice(0, 1000)} -->`;
}

/** Text from a transcript must not notify strangers. Code is left alone: GitHub sees no mentions there. */
function withoutMentions(text: string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/(?<!\w)@(?=[A-Za-z0-9])/g, "@\u200b")))
    .join("");
}

function shorten(text: string): string {
  if (text.length <= MAX_BODY) return text;
  const cut = text.slice(0, MAX_BODY).replace(/[\ud800-\udbff]$/, "");
  return `${cut}\n\n… cut here: the whole summary has ${text.length} characters.`;
}

async function onGitHub<T>(
  request: GitHubRequest,
  work: (api: GitHubApi, found: FoundRepository) => Promise<T>,
): Promise<T> {
  const { remotes, env, budgetMs = COMMENT_BUDGET_MS } = request;
  const found = githubRepository(remotes, env, request.resolveHost);
  if (found.repository === null) {
    const fix = "git remote add origin https://github.com/<owner>/<repository>.git";
    throw new UserError(found.reason, fix, EXIT.notFound);
  }
  const { repository } = found;
  try {
    return await withGitHub({ ...request, budgetMs }, repository, {}, (api) => work(api, found));
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    const fix =
      FIXES[error.outcome] ?? `Try again later. To set another token: ${howToGetToken(env, repository.host)}`;
    throw new UserError(`${error.message}.`, fix, EXIT.failed);
  }
}

const FIXES: Partial<Record<GitHubOutcome, string>> = {
  no_token: "Set one, then run the same command again.",
  bad_token: "Get a new token (gh auth login, or a new GH_TOKEN), then run the same command again.",
  forbidden: "Let the token read and write issues and pull requests of this repository.",
  not_found: "Check the remote (git remote -v) and that the token may read this repository.",
  offline: "Check the network, then run the same command again.",
  over_budget: "Run the same command again; GitHub or the network is slow.",
};
