import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { remotePlace } from "../../scripts/github/remote-url.ts";
import { githubRepository, type Remote } from "../../scripts/github/repository.ts";
import { sshHostName } from "../../scripts/github/ssh-config.ts";

const origin = (url: string): Remote[] => [{ name: "origin", url }];
const DOT_COM = { host: "github.com", owner: "me", name: "x", apiUrl: "https://api.github.com" };
const GHES = { host: "git.acme.com", owner: "me", name: "x", apiUrl: "https://git.acme.com/api/v3" };

test.each([
  ["https://github.com/me/x.git", {}, DOT_COM],
  ["https://github.com/me/x", {}, DOT_COM],
  ["https://github.com/me/x/", {}, DOT_COM],
  ["https://GitHub.com/me/x.git", {}, DOT_COM],
  ["https://me:secret@github.com/me/x.git", {}, DOT_COM],
  ["http://www.github.com/me/x.git", {}, DOT_COM],
  ["git@github.com:me/x.git", {}, DOT_COM],
  ["github.com:me/x.git", {}, DOT_COM],
  ["git@github.com:/me/x.git", {}, DOT_COM],
  ["ssh://git@github.com/me/x.git", {}, DOT_COM],
  ["ssh://git@ssh.github.com:443/me/x.git", {}, DOT_COM],
  ["git+ssh://git@github.com/me/x", {}, DOT_COM],
  ["git://github.com/me/x.git", {}, DOT_COM],
  ["org-1234@github.com:me/x.git", {}, DOT_COM],
  ["https://github.com/me/my.dotted-name_1.git", {}, { ...DOT_COM, name: "my.dotted-name_1" }],
  ["git@git.acme.com:me/x.git", { GH_HOST: "git.acme.com" }, GHES],
  ["git@git.acme.com:me/x.git", { GITHUB_SERVER_URL: "https://git.acme.com" }, GHES],
  ["git@git.acme.com:me/x.git", { GITHUB_API_URL: "https://git.acme.com/api/v3/" }, GHES],
  ["ssh://git@git.acme.com:7999/me/x.git", { GH_HOST: "git.acme.com" }, GHES],
  [
    "https://git.acme.com:8443/me/x.git",
    { GH_HOST: "git.acme.com:8443" },
    { ...GHES, host: "git.acme.com:8443", apiUrl: "https://git.acme.com:8443/api/v3" },
  ],
  [
    "https://github.acme.com/me/x.git",
    {},
    { ...GHES, host: "github.acme.com", apiUrl: "https://github.acme.com/api/v3" },
  ],
  [
    "https://acme.ghe.com/me/x.git",
    {},
    { ...GHES, host: "acme.ghe.com", apiUrl: "https://api.acme.ghe.com" },
  ],
  [
    "https://github.com/me/x",
    { GITHUB_API_URL: "http://127.0.0.1:4001" },
    { ...DOT_COM, apiUrl: "http://127.0.0.1:4001" },
  ],
  [
    "http://localhost:4001/me/x.git",
    { GITHUB_API_URL: "http://localhost:4001/" },
    { ...DOT_COM, host: "localhost:4001", apiUrl: "http://localhost:4001" },
  ],
])("%s with %o is on GitHub", (url, env, expected) => {
  const { host, name } = expected;
  const found = githubRepository(origin(url), env);
  expect(found.repository).toEqual({ ...expected, webUrl: `https://${host}/me/${name}` });
});

test.each([
  "https://gitlab.com/me/x.git",
  "git@bitbucket.org:me/x.git",
  "https://notgithub.com/me/x",
  "https://github.com.evil.org/me/x",
  "https://evil.org/github.com/me/x",
  "https://github.io/me/x",
  "/srv/git/me/x.git",
  "../me/x",
  "file:///srv/github.com/me/x",
  "C:\\code\\x",
  "C:/me/x",
  "https://github.com/me",
  "https://github.com/me/x/y",
  "https://github.com/me/..",
  "https://github.com/-me/x",
  "https://github.com/me%2fyou/x",
  "git@github.com:x.git",
  "",
  "https://",
])("%s is not on GitHub, and nobody needs to hear of it", (url) => {
  expect(githubRepository(origin(url), {})).toMatchObject({ repository: null, worthSaying: false });
});

test.each(["http://api.acme.com", "ftp://x", "nonsense", "https://me:pw@api.acme.com"])(
  "a GITHUB_API_URL of %s is refused, and that is worth saying",
  (url) => {
    const found = githubRepository(origin("https://github.com/me/x"), { GITHUB_API_URL: url });
    expect(found).toMatchObject({ repository: null, worthSaying: true });
    expect(JSON.stringify(found)).not.toContain("pw@");
  },
);

test("an ssh alias is resolved, and one that nobody knows is not guessed", () => {
  const config = "Host github-work\n  HostName github.com\n  User git\n";
  const resolve = (alias: string) => sshHostName(config, alias);
  expect(githubRepository(origin("git@github-work:me/x.git"), {}, resolve).repository).toMatchObject(DOT_COM);
  expect(githubRepository(origin("git@github-home:me/x.git"), {}, resolve).repository).toBeNull();
  expect(githubRepository(origin("https://github-work/me/x.git"), {}, resolve).repository).toBeNull();
});

describe("of several remotes", () => {
  const remote = (name: string, owner: string, host = "github.com"): Remote => ({
    name,
    url: `https://${host}/${owner}/x`,
  });

  test.each([
    [[remote("backup", "a"), remote("upstream", "b"), remote("origin", "c")], "c", "b"],
    [[remote("backup", "a"), remote("upstream", "b")], "b", null],
    [[remote("backup", "a"), remote("origin", "c", "gitlab.com")], "a", null],
    [[remote("origin", "c"), remote("upstream", "C")], "c", null],
    [[remote("origin", "c"), remote("upstream", "b", "acme.ghe.com")], "c", null],
  ])("%j: %s is asked, and %s may be the parent", (remotes, owner, parent) => {
    const found = githubRepository(remotes, {});
    expect(found.repository?.owner).toBe(owner);
    expect(found.repository === null ? null : (found.upstream?.owner ?? null)).toBe(parent);
  });

  test("a branch belongs to the owner that pushes go to", () => {
    const remotes = [{ ...remote("origin", "big"), pushUrl: "git@github.com:me/x.git" }];
    expect(githubRepository(remotes, {})).toMatchObject({ repository: { owner: "big" }, pushOwner: "me" });
  });
});

test("no text whatever makes reading a remote throw, and what it finds is plain", () => {
  const pieces = fc.constantFrom(
    "git@",
    "https://",
    "ssh://",
    "github.com",
    ":",
    "/",
    "..",
    "%2f",
    ".git",
    "@",
  );
  const url = fc.array(fc.oneof(pieces, fc.string())).map((parts) => parts.join(""));
  fc.assert(
    fc.property(url, (text) => {
      const place = remotePlace(text);
      if (place === null) return;
      expect(place.owner).toMatch(/^[\w-]+$/);
      expect(place.name).toMatch(/^[\w.-]+$/);
      expect(place.name).not.toMatch(/^\.{1,2}$/);
    }),
  );
});

describe("ssh configuration", () => {
  test.each([
    ["Host work\n HostName github.com", "work", "github.com"],
    ["host WORK\n hostname=github.com", "work", "github.com"],
    ['Host "work" other\n\tHostName = "github.com"', "other", "github.com"],
    ["Host work\r\n  HostName github.com\r\n", "work", "github.com"],
    ["Host gh-*\n HostName ssh.github.com", "gh-me", "ssh.github.com"],
    ["Host g?\n HostName github.com", "gh", "github.com"],
    ["Host g?\n HostName github.com", "g", null],
    ["Host * !work\n HostName github.com", "work", null],
    ["Host * !work\n HostName github.com", "home", "github.com"],
    ["Host work\n HostName first.org\nHost *\n HostName second.org", "work", "first.org"],
    ["HostName all.org\nHost work\n HostName github.com", "work", "all.org"],
    ["Host *\n HostName %h.acme.com", "git", "git.acme.com"],
    ["Host *\n HostName 100%%", "git", "100%"],
    ["# Host work\nHost home\n HostName github.com", "work", null],
    ["Host a.b\n HostName github.com", "axb", null],
    ["Match host work\n HostName github.com", "work", "github.com"],
    ["Match originalhost home,work\n HostName github.com", "work", "github.com"],
    ["Match !host work\n HostName github.com", "work", null],
    ["Match all\n HostName github.com", "work", "github.com"],
    ['Match exec "true"\n HostName github.com', "work", null],
    ["Match host work user me\n HostName github.com", "work", null],
    ["Match\n HostName github.com", "work", null],
    ["Host work\n Port 22\n HostName", "work", null],
    ["Host w*r*k\n HostName github.com", "work", "github.com"],
    ["Host *rk*\n HostName github.com", "work", "github.com"],
    ["Host w*x*k\n HostName github.com", "work", null],
    ["Host *a*\n HostName github.com", "work", null],
    ["Host ????\n HostName github.com", "work", "github.com"],
    ["", "work", null],
  ])("%j gives %s the host %s", (config, alias, expected) => {
    expect(sshHostName(config, alias)).toBe(expected);
  });

  test("no text whatever makes it throw", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, alias) => {
        sshHostName(`Host ${text}\n HostName ${text}\nMatch host ${text}\n${text}`, alias);
      }),
    );
  });
});
