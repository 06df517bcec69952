import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { issueNumbers } from "../../scripts/github/issue-numbers.ts";

const repository = { host: "github.com", owner: "me", name: "x" };
const inBranch = (branch: string) => issueNumbers(branch, [], repository).map(({ number }) => number);
const inCommits = (...messages: string[]) =>
  issueNumbers(null, messages, repository).map(({ number }) => number);

describe("a branch", () => {
  test.each([
    ["feat/42-x", [42]],
    ["42-fix", [42]],
    ["42_fix", [42]],
    ["42", [42]],
    ["issue-42", [42]],
    ["issue/42", [42]],
    ["issues/42-more", [42]],
    ["issue42", [42]],
    ["ISSUE-42", [42]],
    ["GH-42", [42]],
    ["gh-42-words", [42]],
    ["fix/42", [42]],
    ["fix-42", [42]],
    ["fix-42-words", [42]],
    ["bugfix/login-issue-42", [42]],
    ["fix/#42-words", [42]],
    ["me/feat/42-x", [42]],
    ["claude/issue-42-20260105-1230", [42]],
    ["issue/2024", [2024]],
    ["issue-2024-x", [2024]],
    ["42-größer", [42]],
    ["feat/1234567-x", [1234567]],
  ])("%s names %j", (branch, expected) => {
    expect(inBranch(branch)).toEqual(expected);
  });

  test.each([
    "main",
    "release/2024",
    "release/42",
    "release/42-x",
    "releases/2024-01-05",
    "2024-01-05",
    "2024-01-05-notes",
    "2024-roadmap",
    "feat/2024",
    "20240105-x",
    "v1.2.3",
    "v2",
    "1.2.3",
    "1.x",
    "fix/1.2.3-crash",
    "fix-1-2",
    "hotfix/1.2",
    "issue-1.2",
    "feat/3d-view",
    "node20",
    "node-20",
    "python-3-support",
    "sprint/12",
    "pull/12",
    "pr/12",
    "feat/0-x",
    "feat/042-x",
    "feat/12345678-x",
    "dependabot/npm_and_yarn/vite-7",
    "renovate/42-x",
    "PROJ-42",
    "tissue-42",
    "utf-8",
    "x#42y",
    "",
  ])("%s names none", (branch) => {
    expect(inBranch(branch)).toEqual([]);
  });
});

describe("a commit message", () => {
  test.each([
    ["Fixes #42", [42]],
    ["fixes: #42, #43; closes #44.", [42, 43, 44]],
    ["Say it (#42)", [42]],
    ["#42 first", [42]],
    ["Fixes GH-42.", [42]],
    ["fixes gh-42", [42]],
    ["Fixes me/x#42", [42]],
    ["Fixes ME/X#42", [42]],
    ["Fixes https://github.com/me/x/issues/42.", [42]],
    ["A\n\nlong one\n\nCloses #7\nRefs #8", [7, 8]],
    ["Fixes #42 and #42", [42]],
    ["GH-1 then #2 then me/x#3", [1, 2, 3]],
    ["Fixes you/x#42", []],
    ["Fixes me/y#42", []],
    ["Fixes prefix/me/x#42", []],
    ["Fixes https://github.com/you/x/issues/42", []],
    ["Fixes https://gitlab.com/me/x/issues/42", []],
    ["See https://github.com/me/x/pull/42", []],
    ["See https://example.org/page#42", []],
    ["Merge pull request #12 from me/fix", []],
    ["Follow-up of PR #12", []],
    ["Release 1.2.3", []],
    ["color: #42a0ff and #424242aa", []],
    ["&#42; is a star", []],
    ["C#42", []],
    ["##42", []],
    ["#0 and #042", []],
    ["at 2024-01-05, version 42", []],
    ["ENGH-42", []],
    ["#4.2", []],
  ])("%j names %j", (message, expected) => {
    expect(inCommits(message)).toEqual(expected);
  });

  test("counts other forms only where the repository is known", () => {
    expect(issueNumbers(null, ["Fixes me/x#42, #43"], null)).toEqual([{ number: 43, why: "commit" }]);
  });
});

test("the branch comes first, each issue once, and never more than ten", () => {
  const messages = ["Fixes #7", `${Array.from({ length: 30 }, (_, i) => `#${i + 1}`).join(" ")}`];
  const mentions = issueNumbers("feat/42-x", ["Fixes #42", ...messages], repository);
  expect(mentions.map(({ number }) => number)).toEqual([42, 7, 1, 2, 3, 4, 5, 6, 8, 9]);
  expect(mentions.map(({ why }) => why)).toEqual(["branch", ...Array(9).fill("commit")]);
});

test("whatever the texts, the numbers are possible ones", () => {
  const piece = fc.constantFrom("#", "42", "me/x", "gh-", "issue-", "/", "-", " ", "\n", "release/", "7");
  const text = fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.array(text), (branch, messages) => {
      for (const { number } of issueNumbers(branch, messages, repository)) {
        expect(Number.isInteger(number) && number > 0 && number < 10_000_000).toBe(true);
      }
    }),
  );
});
