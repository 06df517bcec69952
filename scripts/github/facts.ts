import type { CachedFacts, KeptAnswer } from "../../schema/github-api.ts";
import type { GitHubFacts, GitHubIssue, GitHubOutcome } from "../../schema/github-facts.ts";
import { isUserError } from "../base/errors.ts";
import { formatDuration, timestamp } from "../base/time.ts";
import {
  type Cache,
  forgetThatTokenWasMissing,
  isNewsThatTokenIsMissing,
  openCache,
  writeCache,
} from "./cache.ts";
import type { GitHubApi } from "./client.ts";
import { GitHubFailure } from "./failure.ts";
import { type FoundRepository, githubRepository, label } from "./repository.ts";
import { type GitHubRequest, withGitHub } from "./session.ts";

const FACTS_BUDGET_MS = 3000;

/**
 * What GitHub knows about the branch: live, else as remembered for this repository and branch, else nothing;
 * `outcome` and `note` say why. Takes at most `budgetMs` (default 3 s) plus a few local file operations.
 * Throws only on Ctrl-C (the signal's reason) and for faults of our own; never anything that holds the token.
 */
export async function readGitHubFacts(request: GitHubRequest): Promise<GitHubFacts> {
  const { remotes, env, branch, now, cacheFolder, budgetMs = FACTS_BUDGET_MS } = request;
  const found = githubRepository(remotes, env, request.resolveHost);
  if (found.repository === null) return nothing("no_repository", found.worthSaying ? found.reason : null);
  const { repository } = found;
  const cache = await openCache(cacheFolder, repository, branch, now);
  const remembered = cache.kept?.facts ?? null;
  const seen: Seen = { viewer: null };
  try {
    const kept = cache.kept?.answers ?? {};
    const { facts, answers } = await withGitHub({ ...request, budgetMs }, repository, kept, async (api) => {
      let facts = await askGitHub(api, found, request, seen);
      if (remembered !== null && remembered.viewer !== facts.viewer) {
        // Answers that were kept for another user must not vouch for this one's.
        api.forget();
        facts = await askGitHub(api, found, request, seen);
      }
      return { facts, answers: api.answers };
    });
    const note = await remember(request, found, cache, facts, answers);
    return { ...facts, source: "live", age_ms: null, outcome: "ok", note: sentence(note, cache) };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    if (error.outcome === "no_token") {
      const note = (await isNews(cacheFolder)) ? `${error.message}.` : null;
      return { ...nothing("no_token", note), repository: label(repository) };
    }
    const isOfAnother = seen.viewer !== null && seen.viewer !== remembered?.viewer;
    if (remembered === null || isOfAnother) {
      const note = `${error.message}; nothing is known from earlier`;
      return { ...nothing(error.outcome, sentence(note, cache)), repository: label(repository) };
    }
    const age_ms = Math.max(0, now.getTime() - Date.parse(remembered.fetchedAt));
    const note = `${error.message}; issues and pull requests are as of ${formatDuration(age_ms)} ago`;
    return { ...remembered, source: "cache", age_ms, outcome: error.outcome, note: sentence(note, cache) };
  }
}

/** The login that GitHub named in this run, so far: it is known even when the rest fails. */
interface Seen {
  viewer: string | null;
}

async function askGitHub(
  api: GitHubApi,
  found: FoundRepository,
  { branch, commitMessages, now }: GitHubRequest,
  seen: Seen,
): Promise<CachedFacts> {
  const { assignedIssues, branchPulls, namedIssues, pullRequest, targetRepository, viewerLogin } =
    await import("./lookup.ts");
  const repository = await targetRepository(api, found);
  const ofViewer = async (): Promise<GitHubIssue[]> => {
    seen.viewer = await viewerLogin(api);
    return seen.viewer === null ? [] : assignedIssues(api, repository, seen.viewer);
  };
  const ofBranch = async () => {
    const pulls = await branchPulls(api, repository, found.pushOwner, branch);
    return Promise.all(pulls.map((pull) => pullRequest(api, repository, pull)));
  };
  const [assigned, named, prs] = await Promise.all([
    ofViewer(),
    namedIssues(api, repository, branch, commitMessages),
    ofBranch(),
  ]);
  const already = new Set(named.map(({ number }) => number));
  const issues = [...named, ...assigned.filter(({ number }) => !already.has(number))];
  return {
    repository: label(repository),
    viewer: seen.viewer,
    issues,
    prs,
    fetchedAt: timestamp(now),
  };
}

// Facts are good even when they can't be kept: then the next run is only slower.
async function remember(
  { branch, cacheFolder }: GitHubRequest,
  { repository }: FoundRepository,
  cache: Cache,
  facts: CachedFacts,
  answers: Record<string, KeptAnswer>,
): Promise<string | null> {
  try {
    await writeCache(cache, { repository, branch }, facts, answers);
    await forgetThatTokenWasMissing(cacheFolder);
    return null;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return `GitHub's facts can't be kept for later: ${error.message}`;
  }
}

async function isNews(cacheFolder: string): Promise<boolean> {
  try {
    return await isNewsThatTokenIsMissing(cacheFolder);
  } catch (error) {
    if (!isUserError(error)) throw error;
    return true;
  }
}

function sentence(note: string | null, cache: Cache): string | null {
  const damaged =
    cache.setAside === null ? null : `a damaged cache of GitHub's facts was set aside as ${cache.setAside}`;
  const parts = [note, damaged].filter((part) => part !== null);
  if (parts.length === 0) return null;
  const text = parts.join("; ");
  return `${text[0]?.toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}

function nothing(outcome: GitHubOutcome, note: string | null): GitHubFacts {
  return {
    repository: null,
    viewer: null,
    issues: [],
    prs: [],
    fetchedAt: null,
    source: "none",
    age_ms: null,
    outcome,
    note,
  };
}
