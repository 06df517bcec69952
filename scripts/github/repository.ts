import { type RemotePlace, remotePlace } from "./remote-url.ts";

/** Environment variables, as the door found them. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface Remote {
  name: string;
  /** With `insteadOf` already applied, as `git remote -v` shows it. */
  url: string;
  pushUrl?: string;
}

export interface GitHubRepository {
  host: string;
  owner: string;
  name: string;
  /** Base of the REST API, without a slash at the end. */
  apiUrl: string;
  /** The repository's page, without a slash at the end. */
  webUrl: string;
}

export interface FoundRepository {
  repository: GitHubRepository;
  /** The remote named `upstream`, where it is another repository on the same host. Only GitHub knows whether it is the parent. */
  upstream: GitHubRepository | null;
  /** Whose branches ours is among: the owner that pushes go to. */
  pushOwner: string;
}

/** `worthSaying` is false where a person would expect silence: the repository simply is not on GitHub. */
export interface NoRepository {
  repository: null;
  reason: string;
  worthSaying: boolean;
}

/**
 * The GitHub repository that the remotes name: `origin` if it is on GitHub, else `upstream`, else the first that is.
 * `resolveHost` turns an ssh alias into a host name (see `sshHostName`); null means that it knows no better.
 */
export function githubRepository(
  remotes: readonly Remote[],
  env: Env,
  resolveHost: (alias: string) => string | null = () => null,
): FoundRepository | NoRepository {
  const override = apiOverride(env);
  if (override === "invalid") {
    return none("GITHUB_API_URL is not an https address, so GitHub is not asked.", true);
  }
  const locate = (url: string): GitHubRepository | null => {
    const place = remotePlace(url);
    if (place === null) return null;
    const host = githubHost(place, env, resolveHost);
    if (host === null) return null;
    const { owner, name } = place;
    const webUrl = `https://${host}/${owner}/${name}`;
    return { host, owner, name, webUrl, apiUrl: override ?? apiUrlOf(host) };
  };

  const inOrder = [...remotes].sort((a, b) => rank(a.name) - rank(b.name));
  for (const remote of inOrder) {
    const repository = locate(remote.url);
    if (repository === null) continue;
    const second = remotes.find((other) => other.name === "upstream");
    const upstream = second === undefined ? null : locate(second.url);
    return {
      repository,
      upstream:
        upstream !== null && upstream.host === repository.host && !isSame(upstream, repository)
          ? upstream
          : null,
      pushOwner: (remote.pushUrl === undefined ? null : locate(remote.pushUrl)?.owner) ?? repository.owner,
    };
  }
  return none(remotes.length === 0 ? "There is no remote." : "No remote is on GitHub.", false);
}

/** GitHub's names do not depend on case. */
export function isSame(
  a: { owner: string; name: string },
  b: { owner: string; name: string } | string,
): boolean {
  const other = typeof b === "string" ? b : `${b.owner}/${b.name}`;
  return `${a.owner}/${a.name}`.toLowerCase() === other.toLowerCase();
}

/** `owner/name`; on Enterprise with the host before it. */
export function label({ host, owner, name }: GitHubRepository): string {
  return host === "github.com" ? `${owner}/${name}` : `${host}/${owner}/${name}`;
}

/** True for github.com and for the data-residency hosts below ghe.com, which GitHub runs itself. */
export function isHostedByGitHub(host: string): boolean {
  return host === "github.com" || host.endsWith(".ghe.com");
}

/** Hosts that the person's environment calls a GitHub server, in lower case. */
export function namedHosts(env: Env): Set<string> {
  const urls = [env.GITHUB_SERVER_URL, env.GITHUB_API_URL].filter((url) => url !== undefined);
  const hosts = urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).host);
  return new Set([env.GH_HOST ?? "", ...hosts].filter((host) => host !== "").map((h) => h.toLowerCase()));
}

function rank(name: string): number {
  return name === "origin" ? 0 : name === "upstream" ? 1 : 2;
}

function none(reason: string, worthSaying: boolean): NoRepository {
  return { repository: null, reason, worthSaying };
}

function githubHost(
  place: RemotePlace,
  env: Env,
  resolveHost: (alias: string) => string | null,
): string | null {
  const known = knownHost(place.host, env);
  if (known !== null || !place.ssh) return known;
  const resolved = resolveHost(place.host)?.toLowerCase();
  return resolved === undefined ? null : knownHost(resolved, env);
}

function knownHost(host: string, env: Env): string | null {
  // ssh.github.com is the same service behind port 443.
  if (["github.com", "www.github.com", "ssh.github.com"].includes(host)) return "github.com";
  if (isHostedByGitHub(host) || namedHosts(env).has(host)) return host;
  // The usual names of Enterprise servers. Such a host gets no token from the environment (see token.ts).
  return /^(github|ghe)\.(?!com\.)[a-z0-9-]+\./.test(host) ? host : null;
}

function apiUrlOf(host: string): string {
  if (host === "github.com") return "https://api.github.com";
  return host.endsWith(".ghe.com") ? `https://api.${host}` : `https://${host}/api/v3`;
}

function apiOverride(env: Env): string | null | "invalid" {
  const text = env.GITHUB_API_URL?.trim();
  if (text === undefined || text === "") return null;
  if (!URL.canParse(text)) return "invalid";
  const url = new URL(text);
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  // A token must not travel in the clear.
  const safe = url.protocol === "https:" || (url.protocol === "http:" && loopback);
  if (!safe || url.username !== "" || url.password !== "") return "invalid";
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
