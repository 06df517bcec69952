import { join } from "node:path";
import type { GitHubFacts } from "../../../schema/github-facts.ts";
import type { Line } from "../../../schema/report.ts";
import { readTextIfExists } from "../../base/files.ts";
import { currentBranch, messagesSinceBase } from "../../git/branch.ts";
import { listRemotes } from "../../git/remotes.ts";
import type { Repository } from "../../git/repository.ts";
import type { GitHubRequest } from "../../github/session.ts";
import type { Input, OptionSpec, World } from "../command.ts";
import { DEFAULTS } from "./defaults.ts";

export const GITHUB_OPTION: OptionSpec = { flags: "--no-github", about: "do not ask GitHub" };

const MAX_COMMITS = 50;

/**
 * What GitHub knows about the branch, or null where it is not to be asked or there is nothing on GitHub.
 * Never fails for GitHub's sake: facts that could not be had are the remembered ones, and `note` says so.
 */
export async function gatherGitHub(
  repository: Repository,
  world: World,
  { options }: Input,
): Promise<GitHubFacts | null> {
  if (options.github === false || !((await world.config()).github ?? DEFAULTS.github)) return null;
  const request = await githubRequest(repository, world);
  if (request.remotes.length === 0) return null;
  const { readGitHubFacts } = await import("../../github/facts.ts");
  const facts = await readGitHubFacts(request);
  return facts.outcome === "no_repository" && facts.note === null ? null : facts;
}

export async function githubRequest(repository: Repository, world: World): Promise<GitHubRequest> {
  const { signal, env } = world;
  const remotes = await listRemotes(repository);
  const base = {
    remotes,
    branch: null,
    commitMessages: [],
    env,
    signal,
    now: world.now(),
    cacheFolder: join(repository.commonDir, "baton", "github"),
  };
  // Without a remote there is nothing to ask about: most of what follows need not be loaded.
  if (remotes.length === 0) return { ...base, ghAuthToken: async () => null };
  const [branch, commitMessages, sshConfig, { ghAuthToken }, { sshHostName }] = await Promise.all([
    currentBranch(repository),
    messagesSinceBase(repository, MAX_COMMITS),
    readTextIfExists(join(world.home, ".ssh", "config")).catch(() => null),
    import("../../github/gh.ts"),
    import("../../github/ssh-config.ts"),
  ]);
  return {
    ...base,
    branch,
    commitMessages,
    ghAuthToken: ghAuthToken(env),
    ...(sshConfig === null ? {} : { resolveHost: (alias: string) => sshHostName(sshConfig, alias) }),
  };
}

/** The facts as the state keeps them; null leaves the previous ones, where nothing new was learned. */
export function githubForState(
  facts: GitHubFacts | null,
): { issues: string[]; prs: string[]; details: Record<string, unknown> } | null {
  if (facts === null || facts.source === "none") return null;
  const { note: _, ...details } = facts;
  return {
    issues: facts.issues.map(({ number }) => `#${number}`),
    prs: facts.prs.map(({ number }) => `#${number}`),
    details: { ...details },
  };
}

export function describeGitHub(facts: GitHubFacts | null): Line[] {
  if (facts === null || facts.note === null) return [];
  return [{ kind: facts.outcome === "no_token" ? "note" : "warn", text: facts.note }];
}
