import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GitFacts } from "../../schema/git-facts.ts";
import { beginMeasuring } from "../../scripts/git/facts.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { SHAPES, withSubmodule } from "../support/shapes.ts";

async function factsOf(here: Repo, cwd = here.root): Promise<GitFacts> {
  return (await beginMeasuring(cwd, here.env).measured).facts;
}

const paths = (facts: GitFacts) => facts.changes.map((change) => change.path).toSorted();

describe("what is measured of a repository", () => {
  it.each<[string, Partial<GitFacts>]>([
    [
      "an ordinary repository",
      { branch: "main", operation: null, worktree: null, shallow: false, changes: [] },
    ],
    ["one without a commit", { branch: "main", head: null, shortHead: null, changes: [] }],
    ["a detached HEAD", { branch: null, operation: null }],
    ["a shallow clone", { branch: "main", shallow: true, upstream: "origin/main", ahead: 0, behind: 0 }],
    ["a linked worktree", { branch: "linked-branch", worktree: "linked" }],
    ["a submodule", { worktree: null, changes: [] }],
    ["one with a submodule in it", { branch: "main", changes: [] }],
    ["a sparse checkout", { changes: [] }],
    ["one with its git folder elsewhere", { branch: "main", worktree: null }],
    ["one with SHA-256 ids", { branch: "main", head: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    ["a merge with a conflict", { branch: "main", operation: "merge" }],
    ["a merge that waits for its commit", { operation: "merge", changes: [] }],
    ["a rebase with a conflict", { branch: null, operation: "rebase" }],
    ["an old-style rebase with a conflict", { branch: null, operation: "rebase" }],
    ["a cherry-pick with a conflict", { branch: "main", operation: "cherry-pick" }],
    ["a revert with a conflict", { operation: "revert" }],
    ["a series of patches with a conflict", { operation: "am" }],
    ["a bisect", { branch: null, operation: "bisect" }],
    ["a series of cherry-picks, between two of them", { operation: "cherry-pick", changes: [] }],
    ["a series of reverts, between two of them", { operation: "revert", changes: [] }],
  ])("%s", async (shape, expected) => {
    const here = SHAPES[shape]?.();
    if (here === undefined) throw new Error(`no shape ${shape}`);
    const facts = await factsOf(here);
    expect(facts).toMatchObject({ root: here.root, ...expected });
    if (facts.head !== null) {
      expect(facts.head).toBe(here.git("rev-parse", "HEAD"));
      expect(facts.shortHead).toBe(here.git("rev-parse", "--short", "HEAD"));
    }
  });

  it("names the conflicts of a merge", async () => {
    const facts = await factsOf((SHAPES["a merge with a conflict"] as () => Repo)());
    expect(facts.changes).toEqual([expect.objectContaining({ path: "a.txt", kind: "conflicted" })]);
  });

  it("counts commits that the upstream lacks, and that it has more", async () => {
    const origin = repo({ "a.txt": "1\n" });
    const root = join(temporaryFolder(), "clone");
    origin.git("clone", "-q", origin.root, root);
    const here = repoAt(root);
    origin.commit("theirs");
    here.git("fetch", "-q");
    here.commit("mine");
    here.commit("mine too");
    expect(await factsOf(here)).toMatchObject({ upstream: "origin/main", ahead: 2, behind: 1 });
    here.git("update-ref", "-d", "refs/remotes/origin/main");
    expect(await factsOf(here)).toMatchObject({ upstream: "origin/main", ahead: null, behind: null });
  });

  it("is of the whole working tree, from whichever folder it is asked", async () => {
    const here = repo({ "deep/er/a.txt": "a\n", "b.txt": "b\n" });
    here.write("deep/er/a.txt", "changed\n");
    here.write("b.txt", "changed\n");
    const facts = await factsOf(here, join(here.root, "deep/er"));
    expect(facts.root).toBe(here.root);
    expect(paths(facts)).toEqual(["b.txt", "deep/er/a.txt"]);
  });

  it("has links in the path resolved", async () => {
    const here = repo({ "a.txt": "a\n" });
    const link = join(temporaryFolder(), "link");
    symlinkSync(here.root, link);
    expect((await factsOf(here, link)).root).toBe(here.root);
  });

  it("counts the stashes", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.write("a.txt", "b\n");
    here.git("stash", "-q");
    expect(await factsOf(here)).toMatchObject({ stashes: 1, changes: [] });
  });
});

describe("changed files", () => {
  it("are told by each file's name, also in new folders, and never ignored ones", async () => {
    const here = repo({ ".gitignore": "*.log\nbuild/\n" });
    here.write("new/one.ts", "1");
    here.write("new/two.ts", "2");
    here.write("x.log", "");
    here.write("build/out.js", "");
    expect(paths(await factsOf(here))).toEqual(["new/one.ts", "new/two.ts"]);
  });

  it("are told as created and deleted where a file was renamed", async () => {
    const here = repo({ "old name.ts": "the same content\n".repeat(20) });
    here.git("mv", "old name.ts", "new name.ts");
    expect((await factsOf(here)).changes).toEqual([
      expect.objectContaining({ path: "new name.ts", kind: "created", staged: true }),
      expect.objectContaining({ path: "old name.ts", kind: "deleted", staged: true }),
    ]);
  });

  it("are one modified file where git was told to forget one that lies there", async () => {
    const here = repo({ "kept.ts": "x\n" });
    here.git("rm", "-q", "--cached", "kept.ts");
    expect((await factsOf(here)).changes).toEqual([
      expect.objectContaining({ path: "kept.ts", kind: "modified", staged: true, unstaged: true }),
    ]);
  });

  it("are created where a file is only announced", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.write("soon.ts", "x");
    here.git("add", "--intent-to-add", "soon.ts");
    expect((await factsOf(here)).changes).toEqual([
      expect.objectContaining({ path: "soon.ts", kind: "created", staged: false, untracked: false }),
    ]);
  });

  it("include a mode that changed, and a file that became a link", async () => {
    const here = repo({ "run.sh": "x\n", "plain.txt": "x\n" });
    chmodSync(join(here.root, "run.sh"), 0o755);
    rmSync(join(here.root, "plain.txt"));
    symlinkSync("run.sh", join(here.root, "plain.txt"));
    expect((await factsOf(here)).changes).toEqual([
      expect.objectContaining({ path: "plain.txt", kind: "modified" }),
      expect.objectContaining({ path: "run.sh", kind: "modified" }),
    ]);
  });

  it("include a submodule in which something was committed", async () => {
    const here = withSubmodule();
    repoAt(join(here.root, "libs/sub")).commit("in the library");
    expect((await factsOf(here)).changes).toEqual([
      expect.objectContaining({ path: "libs/sub", kind: "modified", submodule: true }),
    ]);
  });

  it("include a repository that lies untracked in this one, as one thing", async () => {
    const here = repo({ "a.txt": "a\n" });
    mkdirSync(join(here.root, "nested"));
    const nested = repoAt(join(here.root, "nested"));
    nested.git("init", "-q");
    nested.write("x.txt", "x");
    nested.commit("inside");
    expect(paths(await factsOf(here))).toEqual(["nested/"]);
  });

  const NAMES = [
    "two words.txt",
    " leading and trailing ",
    "quo\"te's.txt",
    "back\\slash.txt",
    "line\nbreak.txt",
    "tab\there.txt",
    "-leading-dash.txt",
    "--output=x",
    "emoji 🎉.txt",
    "naïve.txt",
    "esc\u001b[31mape.txt",
    ":(glob)*.txt",
    "? looks like status",
    "[route]/(group)/$id.tsx",
    "__proto__",
    "constructor",
  ];

  it("keep their names, whatever characters are in them", async () => {
    const here = repo({ "a.txt": "a\n" });
    for (const name of NAMES) here.write(name, "x");
    expect(paths(await factsOf(here))).toEqual(NAMES.toSorted());
    here.commit("all of them");
    for (const name of NAMES) here.write(name, "changed");
    expect(paths(await factsOf(here))).toEqual(NAMES.toSorted());
  });

  it("whose names are not UTF-8 are told with their bytes escaped", async () => {
    const here = repo({ "a.txt": "a\n" });
    writeFileSync(Buffer.concat([Buffer.from(`${here.root}/caf`), Buffer.from([0xe9])]), "x");
    expect(paths(await factsOf(here))).toEqual(["caf\\xe9"]);
  });

  it("are all told when there are 10,000", { tags: "slow" }, async () => {
    const here = repo({ "a.txt": "a\n" });
    mkdirSync(join(here.root, "many"));
    for (let i = 0; i < 10_000; i++) writeFileSync(join(here.root, "many", `${i}.txt`), "");
    expect((await factsOf(here)).changes).toHaveLength(10_000);
  });

  it("are those of the disk, not of settings that hide some", async () => {
    const here = repo({ "a.txt": "a\n" });
    for (const [key, value] of [
      ["status.showUntrackedFiles", "no"],
      ["status.relativePaths", "true"],
      ["status.renames", "copies"],
      ["status.aheadBehind", "false"],
      ["core.quotePath", "true"],
      ["color.ui", "always"],
      ["column.ui", "always"],
    ] as const)
      here.git("config", key, value);
    here.write("näu.txt", "x");
    here.git("mv", "a.txt", "b.txt");
    mkdirSync(join(here.root, "sub"));
    expect(paths(await factsOf(here, join(here.root, "sub")))).toEqual(["a.txt", "b.txt", "näu.txt"]);
  });
});

describe("where there is nothing to measure", () => {
  it("a bare repository is refused, with what to do", async () => {
    const folder = temporaryFolder();
    const here = repoAt(folder);
    here.git("init", "-q", "--bare");
    await expect(beginMeasuring(folder, here.env).measured).rejects.toMatchObject({
      message: expect.stringContaining("bare repository"),
      fix: expect.stringContaining("git worktree add"),
      code: 1,
    });
  });

  it("so is the inside of a .git folder", async () => {
    const here = repo({ "a.txt": "a\n" });
    await expect(beginMeasuring(join(here.root, ".git"), here.env).measured).rejects.toThrow(
      /no working tree/,
    );
  });

  it("a folder outside of any repository is refused, with what to do", async () => {
    const folder = temporaryFolder();
    await expect(beginMeasuring(folder, repoAt(folder).env).measured).rejects.toMatchObject({
      message: expect.stringContaining("not in a git repository"),
      fix: expect.stringContaining("git init"),
    });
  });

  it("a repository that git does not trust is refused, with the line that trusts it", async () => {
    const here = repo({ "a.txt": "a\n" });
    const env = { ...here.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    await expect(beginMeasuring(here.root, env).measured).rejects.toMatchObject({
      message: expect.stringContaining("does not trust"),
      fix: expect.stringContaining(`safe.directory ${here.root}`),
    });
  });

  it("a broken index costs the changes, and is named: it is no clean working tree", async () => {
    const here = repo({ "a.txt": "a\n" });
    const head = here.git("rev-parse", "HEAD");
    here.write(".git/index", "rubbish");
    expect(await factsOf(here)).toMatchObject({
      branch: "main",
      head,
      changes: [],
      unseen: expect.stringContaining("index"),
    });
  });

  it("a folder with a line break in its name is refused by name", async () => {
    const here = repo({ "a.txt": "a\n" });
    const root = join(temporaryFolder(), "two\nlines");
    renameSync(here.root, root);
    await expect(beginMeasuring(root, here.env).measured).rejects.toMatchObject({
      message: expect.stringContaining("line break"),
      code: 1,
    });
  });
});

describe("variables of git that leak in", () => {
  it.each([
    [
      "from a hook of another repository",
      (other: Repo) => ({ GIT_DIR: join(other.root, ".git"), GIT_WORK_TREE: other.root }),
    ],
    [
      "from a commit that is being made",
      (other: Repo) => ({ GIT_INDEX_FILE: join(other.root, ".git/index"), GIT_PREFIX: "sub/" }),
    ],
    [
      "from a bare call",
      (other: Repo) => ({ GIT_DIR: join(other.root, ".git"), GIT_COMMON_DIR: join(other.root, ".git") }),
    ],
    [
      "as settings",
      () => ({ GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.bare", GIT_CONFIG_VALUE_0: "true" }),
    ],
  ])("change nothing: %s", async (_, leak) => {
    const other = repo({ "other.txt": "o\n" });
    other.write("other.txt", "changed\n");
    const here = repo({ "a.txt": "a\n" });
    here.write("a.txt", "changed\n");
    const facts = (await beginMeasuring(here.root, { ...here.env, ...leak(other) }).measured).facts;
    expect(facts).toMatchObject({ root: here.root, head: here.git("rev-parse", "HEAD") });
    expect(paths(facts)).toEqual(["a.txt"]);
  });
});

it("measuring leaves the index as it is, even where git would refresh it", async () => {
  const here = repo({ "a.txt": "a\n" });
  const index = () => readFileSync(join(here.root, ".git/index"));
  utimesSync(join(here.root, "a.txt"), 1, 1);
  const before = index();
  await factsOf(here);
  expect(index().equals(before)).toBe(true);
  // The same question, asked plainly, does refresh it.
  here.git("status");
  expect(index().equals(before)).toBe(false);
});
