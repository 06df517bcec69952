import { expect, test } from "vitest";
import { githubToken, howToGetToken, withoutToken } from "../../scripts/github/token.ts";
import { TOKEN } from "./support.ts";

const all = {
  GH_TOKEN: "gh",
  GITHUB_TOKEN: "github",
  GH_ENTERPRISE_TOKEN: "ghe",
  GITHUB_ENTERPRISE_TOKEN: "enterprise",
};
const { GH_TOKEN: _, ...withoutGhToken } = all;
const { GH_ENTERPRISE_TOKEN: __, ...withoutGhEnterprise } = all;

test.each([
  ["github.com", all, "GH_TOKEN"],
  ["github.com", withoutGhToken, "GITHUB_TOKEN"],
  ["github.com", { ...all, GH_TOKEN: "" }, "GITHUB_TOKEN"],
  ["github.com", { ...all, GH_TOKEN: "two words" }, "GITHUB_TOKEN"],
  ["github.com", { ...all, GH_TOKEN: "line\nfeed" }, "GITHUB_TOKEN"],
  ["github.com", { GH_ENTERPRISE_TOKEN: "ghe" }, "gh"],
  ["acme.ghe.com", all, "GH_TOKEN"],
  ["git.acme.com", { ...all, GH_HOST: "git.acme.com" }, "GH_ENTERPRISE_TOKEN"],
  ["git.acme.com", { ...all, GH_HOST: "Git.Acme.com" }, "GH_ENTERPRISE_TOKEN"],
  ["git.acme.com", { ...withoutGhEnterprise, GH_HOST: "git.acme.com" }, "GITHUB_ENTERPRISE_TOKEN"],
  ["git.acme.com", { GH_TOKEN: "gh", GITHUB_TOKEN: "github", GH_HOST: "git.acme.com" }, "gh"],
  ["git.acme.com", { GITHUB_TOKEN: "t", GITHUB_SERVER_URL: "https://git.acme.com" }, "GITHUB_TOKEN"],
  ["git.acme.com", { GH_TOKEN: "t", GITHUB_SERVER_URL: "https://git.acme.com" }, "gh"],
  // A cloned repository could name this host to be sent the token.
  ["github.evil.org", all, "gh"],
  ["github.evil.org", { ...all, GH_HOST: "git.acme.com" }, "gh"],
])("for %s with %o the token is that of %s", async (host, env, source) => {
  const token = await githubToken(env, host, async (asked) => `from-gh-for-${asked}`);
  expect(token?.source).toBe(source);
  if (source === "gh") expect(token?.value).toBe(`from-gh-for-${host}`);
});

test("there is none when gh has none either", async () => {
  expect(await githubToken({}, "github.com", async () => null)).toBeNull();
  expect(await githubToken({}, "github.com", async () => "")).toBeNull();
});

test("a line feed at the end of a token is no part of it", async () => {
  expect(await githubToken({}, "github.com", async () => `${TOKEN}\n`)).toEqual({
    value: TOKEN,
    source: "gh",
  });
});

test.each([
  ["github.com", {}, "set GH_TOKEN, or run: gh auth login"],
  ["acme.ghe.com", {}, "set GH_TOKEN, or run: gh auth login --hostname acme.ghe.com"],
  [
    "git.acme.com",
    { GH_HOST: "git.acme.com" },
    "set GH_ENTERPRISE_TOKEN, or run: gh auth login --hostname git.acme.com",
  ],
  [
    "github.acme.com",
    {},
    "set GH_ENTERPRISE_TOKEN together with GH_HOST=github.acme.com, or run: gh auth login --hostname github.acme.com",
  ],
])("whoever has none for %s learns what to do", (host, env, words) => {
  expect(howToGetToken(env, host)).toBe(words);
});

test("the token is taken out of every text of a value, however deep, and the rest stays", () => {
  const value = { a: [`x${TOKEN}y`, 1, null, true], b: { c: TOKEN, d: "fine" } };
  expect(withoutToken(value, TOKEN)).toEqual({
    a: ["x[REDACTED:github-token]y", 1, null, true],
    b: { c: "[REDACTED:github-token]", d: "fine" },
  });
});
