import { describe, expect, test } from "vitest";
import { EXIT, isUserError } from "../../scripts/base/errors.ts";
import { applyComment, planComment } from "../../scripts/github/comment.ts";
import { BRANCH, emulatedGitHub, YOURS } from "./emulated-github.ts";
import { type Behaviour, good, hang, hostileServer, json, routes } from "./hostile-server.ts";
import { redacted, requestTo, TOKEN } from "./support.ts";

const summary = redacted("## Handoff\n\nThe brief is half cut.");

async function problem(work: Promise<unknown>): Promise<{ message: string; fix: string; code: number }> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isUserError(error)) throw new Error("expected a UserError", { cause: error });
  return error;
}

describe("the summary", () => {
  test("goes on the branch's pull request, and takes its own place the next time", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    await github.addPull();
    await github.api("POST", "/issues/2/comments", { body: "Looks good" }, YOURS);
    const request = await requestTo(github.url, { branch: BRANCH });

    const first = await planComment(request, summary);
    expect(first).toMatchObject({
      target: { kind: "pull request", number: 2, url: "https://github.com/me/x/pull/2" },
      action: "create",
      commentId: null,
    });
    expect(await github.comments(2)).toHaveLength(1);
    const done = await applyComment(request, first);
    expect(done.action).toBe("create");
    expect(done.url).toMatch(/^https:\/\/github\.com\/me\/x\/pull\/2#issuecomment-\d+$/);

    const second = await planComment(request, redacted("The brief is cut."));
    expect(second).toMatchObject({ action: "update", target: { number: 2 } });
    expect(await applyComment(request, second)).toEqual({ action: "update", url: done.url });
    expect(await github.comments(2)).toEqual([
      { login: "you", body: "Looks good" },
      { login: "me", body: expect.stringMatching(/^<!-- agent-baton:summary .* -->\nThe brief is cut\.$/) },
    ]);
    expect(await github.comments(1)).toEqual([]);
  });

  test("goes on the issue that the branch names where there is no pull request", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    const request = await requestTo(github.url, { branch: BRANCH });
    const plan = await planComment(request, summary);
    expect(plan.target).toEqual({ kind: "issue", number: 1, url: "https://github.com/me/x/issues/1" });
    await applyComment(request, plan);
    expect(await github.comments(1)).toMatchObject([{ login: "me", body: plan.body }]);
  });

  test("goes on an open issue rather than a closed one, and on that rather than a closed pull request", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("Done");
    await github.api("PATCH", "/issues/1", { state: "closed" });
    await github.addIssue("To do");
    await github.addPull();
    const request = await requestTo(github.url, { branch: BRANCH, commitMessages: ["Refs #2"] });
    await github.api("PATCH", "/pulls/3", { state: "closed" });
    expect((await planComment(request, summary)).target).toMatchObject({ kind: "issue", number: 2 });
    const without = { ...request, branch: BRANCH.replace("1", "99"), commitMessages: ["Refs #1"] };
    expect((await planComment(without, summary)).target).toMatchObject({ kind: "issue", number: 1 });
  });

  test("of another branch stays beside it", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    for (const branch of ["feat/1-a", "feat/1-b", "feat/1-a"]) {
      const request = await requestTo(github.url, { branch });
      await applyComment(request, await planComment(request, redacted(branch)));
    }
    expect((await github.comments(1)).map(({ body }) => body.split("\n")[1])).toEqual([
      "feat/1-a",
      "feat/1-b",
    ]);
  });

  test("never replaces a comment of somebody else that carries its mark", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    const request = await requestTo(github.url, { branch: BRANCH });
    const { body } = await planComment(request, summary);
    await github.api("POST", "/issues/1/comments", { body }, YOURS);
    expect(await planComment(request, summary)).toMatchObject({ action: "create" });
  });

  test("is posted anew when its comment was deleted after the plan", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    const request = await requestTo(github.url, { branch: BRANCH });
    await applyComment(request, await planComment(request, summary));
    const plan = await planComment(request, summary);
    expect(plan.action).toBe("update");
    await github.api("DELETE", `/issues/comments/${plan.commentId}`);
    expect(await applyComment(request, plan)).toMatchObject({ action: "create" });
    expect(await github.comments(1)).toHaveLength(1);
  });

  test("notifies nobody, and leaves code as it is", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    const text = "Ask @you or (@me/team), mail me@x.org.\n`npm i @types/node`\n```\n@decorator\n```\n@end";
    const { body } = await planComment(await requestTo(github.url, { branch: BRANCH }), redacted(text));
    expect(body.split("\n").slice(1).join("\n")).toBe(
      "Ask @\u200byou or (@\u200bme/team), mail me@x.org.\n`npm i @types/node`\n```\n@decorator\n```\n@\u200bend",
    );
  });

  test("is cut where GitHub would refuse its length, and says so", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    const request = await requestTo(github.url, { branch: BRANCH });
    const { body } = await planComment(request, redacted("word ".repeat(20_000)));
    expect(body.length).toBeLessThan(65_536);
    expect(body).toMatch(/cut here: the whole summary has 100000 characters\.$/);
  });

  test("cannot be broken out of its mark by a branch name", async () => {
    const github = await emulatedGitHub();
    await github.addIssue("The brief is too long");
    const branch = "feat/1-x--><img src=x>";
    const { body } = await planComment(await requestTo(github.url, { branch }), summary);
    expect(body.split("\n")[0]).toBe("<!-- agent-baton:summary feat%2F1-x--%3E%3Cimg%20src%3Dx%3E -->");
  });
});

describe("where it can't be posted", () => {
  test("nothing to comment on is said, with what to do", async () => {
    const github = await emulatedGitHub();
    const request = await requestTo(github.url, { branch: "spike" });
    const { message, fix, code } = await problem(planComment(request, summary));
    expect(message).toBe(
      "There is no pull request of spike on GitHub, and neither the branch nor its commits name an issue.",
    );
    expect(fix).toMatch(/gh pr create/);
    expect(code).toBe(EXIT.notFound);
  });

  test("a missing token is said, with how to get one", async () => {
    const request = await requestTo("http://127.0.0.1:9", { env: {} });
    const { message, fix } = await problem(planComment(request, summary));
    expect(message).toBe(
      "GitHub was not asked: there is no token for github.com (set GH_TOKEN, or run: gh auth login).",
    );
    expect(fix).toBe("Set one, then run the same command again.");
  });

  test("a repository elsewhere is said", async () => {
    const remotes = [{ name: "origin", url: "https://gitlab.com/me/x" }];
    const request = await requestTo("http://127.0.0.1:9", { remotes });
    const { message, code } = await problem(planComment(request, summary));
    expect(message).toBe("No remote is on GitHub.");
    expect(code).toBe(EXIT.notFound);
  });

  test.each<[name: string, behaviour: Behaviour, words: RegExp]>([
    ["refuses the token", json({ message: `bad ${TOKEN}` }, 401), /refused the token from GH_TOKEN \(401\)/],
    ["forbids it", json({ message: TOKEN }, 403), /does not let the token from GH_TOKEN use me\/x \(403\)/],
    ["does not answer", hang, /did not answer in time/],
    ["answers rubbish", json(TOKEN), /not what its API documents/],
  ])("a server that %s when it is posted is said, without the token", async (_, behaviour, words) => {
    const server = await hostileServer(
      routes([
        ["/comments", json([])],
        ["/", good],
      ]),
    );
    const request = await requestTo(server.url);
    const plan = await planComment(request, summary);
    server.behave(behaviour);
    const error = await problem(
      applyComment({ ...request, budgetMs: behaviour === hang ? 200 : 20_000 }, plan),
    );
    expect(error.message).toMatch(words);
    expect(error.fix).not.toBe("");
    expect(`${error.message}${error.fix}${JSON.stringify(error)}`).not.toContain(TOKEN);
  });

  test("a post that may have had its effect is not sent again", async () => {
    const server = await hostileServer(
      routes([
        ["/comments", json([])],
        ["/", good],
      ]),
    );
    const request = await requestTo(server.url);
    const plan = await planComment(request, summary);
    server.behave(json({}, 502));
    expect((await problem(applyComment(request, plan))).message).toMatch(/trouble of its own \(502\)/);
    expect(server.seen.map(({ method }) => method)).toEqual(["POST"]);
  });
});
