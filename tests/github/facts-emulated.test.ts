import { expect, test } from "vitest";
import { readGitHubFacts } from "../../scripts/github/facts.ts";
import { BRANCH, emulatedGitHub, YOURS } from "./emulated-github.ts";
import { everythingIn, NOW, requestTo, TOKEN } from "./support.ts";

test("names the issue of the branch, the assigned one, and the pull request with its review and checks", async () => {
  const github = await emulatedGitHub();
  await github.addIssue("The brief is too long");
  await github.addIssue("Not mine", ["you"]);
  await github.addIssue("Mine", ["me"]);
  const head_sha = await github.addPull();
  await github.api("POST", "/check-runs", {
    name: "ci",
    head_sha,
    status: "completed",
    conclusion: "success",
  });
  await github.api("POST", "/pulls/4/reviews", { event: "REQUEST_CHANGES", body: "Shorter" }, YOURS);
  const facts = await readGitHubFacts(await requestTo(github.url, { branch: BRANCH }));
  expect(facts).toMatchObject({ source: "live", outcome: "ok", note: null, viewer: "me" });
  expect(facts.issues.map(({ number, title, why, state }) => [number, title, why, state])).toEqual([
    [1, "The brief is too long", "branch", "open"],
    [3, "Mine", "assigned", "open"],
  ]);
  expect(facts.prs).toEqual([
    {
      number: 4,
      title: "Cut the brief",
      url: "https://github.com/me/x/pull/4",
      state: "open",
      draft: false,
      review: "changes_requested",
      checks: "success",
    },
  ]);
});

test("follows what happens: a running check, an approval, a closed issue, a merge", async () => {
  const github = await emulatedGitHub();
  await github.addIssue("The brief is too long");
  const head_sha = await github.addPull();
  await github.api("POST", "/check-runs", { name: "ci", head_sha, status: "in_progress" });
  const request = await requestTo(github.url, { branch: BRANCH });
  expect(await readGitHubFacts(request)).toMatchObject({
    issues: [{ number: 1, state: "open" }],
    prs: [{ number: 2, state: "open", review: "none", checks: "pending" }],
  });
  await github.api("POST", "/pulls/2/reviews", { event: "APPROVE" }, YOURS);
  await github.api("PATCH", "/issues/1", { state: "closed" });
  await github.api("PUT", "/pulls/2/merge", {});
  expect(await readGitHubFacts(request)).toMatchObject({
    source: "live",
    issues: [{ number: 1, state: "closed" }],
    prs: [{ number: 2, state: "merged", review: "approved" }],
  });
});

test("has little to tell of a branch that GitHub has never seen", async () => {
  const github = await emulatedGitHub();
  const request = await requestTo(github.url, { branch: "spike", commitMessages: ["Fixes #99"] });
  expect(await readGitHubFacts(request)).toMatchObject({ source: "live", issues: [], prs: [], note: null });
});

test("says that the repository is unknown, or not for this token to see", async () => {
  const github = await emulatedGitHub();
  const remotes = [{ name: "origin", url: "https://github.com/me/nowhere" }];
  const facts = await readGitHubFacts(await requestTo(github.url, { remotes }));
  expect(facts).toMatchObject({ source: "none", outcome: "not_found", repository: "me/nowhere" });
  expect(facts.note).toBe(
    "GitHub knows no me/nowhere, or the token from GH_TOKEN may not see it (404); nothing is known from earlier.",
  );
});

test("gives the remembered facts, marked, when GitHub is away", async () => {
  const github = await emulatedGitHub();
  await github.addIssue("Mine", ["me"]);
  const request = await requestTo(github.url, { branch: BRANCH });
  const live = await readGitHubFacts(request);
  expect(live.issues).toHaveLength(1);
  await github.close();
  const facts = await readGitHubFacts({ ...request, now: new Date(NOW.getTime() + 90 * 60_000) });
  expect(facts).toEqual({
    ...live,
    source: "cache",
    age_ms: 5_400_000,
    outcome: "offline",
    note: "GitHub can't be reached (ECONNREFUSED); issues and pull requests are as of 1h 30m ago.",
  });
  expect(JSON.stringify(facts) + (await everythingIn(request.cacheFolder))).not.toContain(TOKEN);
});
