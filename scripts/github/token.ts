import { type Env, isHostedByGitHub, namedHosts } from "./repository.ts";

export interface Token {
  value: string;
  /** Where it came from, in words that may be printed: `GH_TOKEN`, `gh`. */
  source: string;
}

/**
 * The token for `host`, or null. github.com: `GH_TOKEN`, `GITHUB_TOKEN`; Enterprise: `GH_ENTERPRISE_TOKEN`,
 * `GITHUB_ENTERPRISE_TOKEN`; then what `ghAuthToken` answers. It must ask gh for this one host and without those
 * variables in its environment, or gh would hand an Enterprise token to any host.
 *
 * A cloned repository decides which host its remote names, so an Enterprise token from the environment
 * goes only to a host that the environment names too (`GH_HOST`, `GITHUB_SERVER_URL`, `GITHUB_API_URL`).
 */
export async function githubToken(
  env: Env,
  host: string,
  ghAuthToken: (host: string) => Promise<string | null>,
): Promise<Token | null> {
  for (const source of variablesFor(env, host)) {
    const value = usable(env[source]);
    if (value !== null) return { value, source };
  }
  const value = usable((await ghAuthToken(host)) ?? undefined);
  return value === null ? null : { value, source: "gh" };
}

/** One line for the person who has no token for `host`: what to set or type. */
export function howToGetToken(env: Env, host: string): string {
  if (isHostedByGitHub(host)) {
    const login = host === "github.com" ? "gh auth login" : `gh auth login --hostname ${host}`;
    return `set GH_TOKEN, or run: ${login}`;
  }
  const name = namedHosts(env).has(host) ? "" : ` together with GH_HOST=${host}`;
  return `set GH_ENTERPRISE_TOKEN${name}, or run: gh auth login --hostname ${host}`;
}

function variablesFor(env: Env, host: string): string[] {
  if (isHostedByGitHub(host)) return ["GH_TOKEN", "GITHUB_TOKEN"];
  if (!namedHosts(env).has(host)) return [];
  const enterprise = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
  // On an Enterprise server's own Actions runner, GITHUB_TOKEN is that server's.
  return host === env.GH_HOST?.toLowerCase() ? enterprise : [...enterprise, "GITHUB_TOKEN"];
}

// Anything else can't go into a header, and Node's complaint about it would quote it.
function usable(text: string | undefined): string | null {
  const value = text?.trim() ?? "";
  return /^[\x21-\x7e]{1,1000}$/.test(value) ? value : null;
}

/**
 * A copy of a JSON value without the token in any of its texts: a server may send back what it was sent.
 * What lies deeper than `depth` levels is dropped; no answer of GitHub goes so deep.
 */
export function withoutToken(value: unknown, token: string, depth = 20): unknown {
  if (typeof value === "string") return value.replaceAll(token, "[REDACTED:github-token]");
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  const inside = (item: unknown) => withoutToken(item, token, depth - 1);
  if (Array.isArray(value)) return value.map(inside);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item)]));
}
