import type { KeptAnswer } from "../../schema/github-api.ts";
import { withBudget } from "./budget.ts";
import type { GitHubApi } from "./client.ts";
import { GitHubFailure, githubFailure } from "./failure.ts";
import { type Env, type GitHubRepository, label, type Remote } from "./repository.ts";
import { githubToken, howToGetToken } from "./token.ts";

/** Everything that this room may know about the world outside. */
export interface GitHubRequest {
  remotes: readonly Remote[];
  /** Null when HEAD is detached. */
  branch: string | null;
  /** Of the commits since the branch left its base, newest first. */
  commitMessages: readonly string[];
  env: Env;
  /** Absolute path of a folder that is ours alone, below the git common dir. */
  cacheFolder: string;
  now: Date;
  /** Ctrl-C. */
  signal: AbortSignal;
  /** Milliseconds for everything together. */
  budgetMs?: number;
  /** See `githubToken`. Called only when the environment has no token; null where gh is missing or not logged in. */
  ghAuthToken: (host: string, signal: AbortSignal) => Promise<string | null>;
  /** See `githubRepository`. */
  resolveHost?: (alias: string) => string | null;
}

/**
 * What `work` answers with a connection to the repository's API, within the budget. Throws `GitHubFailure` for
 * whatever GitHub or the way there is to blame for, and the signal's reason on Ctrl-C.
 */
export async function withGitHub<T>(
  request: GitHubRequest & { budgetMs: number },
  repository: GitHubRepository,
  kept: Record<string, KeptAnswer>,
  work: (api: GitHubApi) => Promise<T>,
): Promise<T> {
  const { env, now } = request;
  const { host, apiUrl } = repository;
  let tokenSource = "gh";
  try {
    return await withBudget(request.budgetMs, request.signal, async (budget) => {
      const token = await githubToken(env, host, (name) => request.ghAuthToken(name, budget.signal));
      if (token === null) {
        const what = `GitHub was not asked: there is no token for ${host} (${howToGetToken(env, host)})`;
        throw new GitHubFailure("no_token", what);
      }
      tokenSource = token.source;
      const { connect } = await import("./client.ts");
      return await work(connect({ apiUrl, token: token.value, budget, kept }));
    });
  } catch (error) {
    throw githubFailure(error, { repository: label(repository), tokenSource, now }) ?? error;
  }
}
