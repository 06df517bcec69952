import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Drift } from "../../schema/drift.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { isDrifted, readDrift } from "../../scripts/git/drift.ts";
import { beginMeasuring } from "../../scripts/git/facts.ts";
import { fingerprints } from "../../scripts/git/fingerprint.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { divided } from "../support/shapes.ts";
import { stateWith } from "../support/states.ts";

const SAVED_AT = new Date("2026-01-05T12:30:00Z");
const HOUR = 60 * 60 * 1000;

async function save(here: Repo): Promise<SessionState> {
  const { facts } = await beginMeasuring(here.root, here.env).measured;
  return stateWith({
    git: {
      branch: facts.branch,
      head: facts.head,
      last_commit: facts.shortHead,
      staged_files: facts.changes.filter((change) => change.staged).map((change) => change.path),
      fingerprints: await fingerprints(
        here.root,
        facts.changes.map((change) => change.path),
      ),
    },
  });
}

async function drift(here: Repo, state: SessionState, now = SAVED_AT): Promise<Drift> {
  const { repository, facts } = await beginMeasuring(here.root, here.env).measured;
  return readDrift(repository, facts, state, now);
}

const NOTHING: Partial<Drift> = {
  branch: null,
  head: "none",
  commits: { listed: [], total: 0 },
  changed: [],
  vanished: [],
  appeared: [],
  staged: [],
  unstaged: [],
  checks: [],
};

describe("no drift", () => {
  it("when a file was rewritten with the same content", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.write("a.txt", "work\n");
    const state = await save(here);
    here.write("a.txt", "other\n");
    here.write("a.txt", "work\n");
    expect(isDrifted(await drift(here, state))).toBe(false);
  });

  it("when an older state knows only the abbreviated commit", async () => {
    const here = repo({ "a.txt": "a\n" });
    const state = stateWith({
      git: { branch: "main", last_commit: here.git("rev-parse", "--short", "HEAD"), staged_files: [] },
    });
    expect(await drift(here, state)).toMatchObject(NOTHING);
  });
});

describe("the branch", () => {
  it("is drift when another one is checked out", async () => {
    const here = repo({ "a.txt": "a\n" });
    const state = await save(here);
    here.git("checkout", "-q", "-b", "feat/other");
    const result = await drift(here, state);
    expect(result).toMatchObject({ ...NOTHING, branch: { saved: "main", now: "feat/other" } });
    expect(isDrifted(result)).toBe(true);
  });

  it("is drift when HEAD is detached now", async () => {
    const here = repo({ "a.txt": "a\n" });
    const state = await save(here);
    here.git("checkout", "-q", "--detach");
    expect(await drift(here, state)).toMatchObject({ branch: { saved: "main", now: null } });
  });
});

describe("HEAD", () => {
  it("moved forward: the commits since, newest first", async () => {
    const here = repo({ "a.txt": "a\n" });
    const state = await save(here);
    here.commit("one");
    const newest = here.commit("two \u001b[31m red");
    const result = await drift(here, state);
    expect(result).toMatchObject({ head: "forward", commits: { total: 2 } });
    expect(result.commits.listed.map((commit) => commit.subject)).toEqual(["two \u001b[31m red", "one"]);
    expect(result.commits.listed[0]).toMatchObject({ oid: newest });
    expect(newest.startsWith(result.commits.listed[0]?.shortOid ?? "no")).toBe(true);
  });

  it("moved forward by many: the list is bounded, the count is true", async () => {
    const here = repo({ "a.txt": "a\n" });
    const state = await save(here);
    for (let i = 0; i < 25; i++) here.git("commit", "-q", "--allow-empty", "-m", `commit ${i}`);
    const { commits } = await drift(here, state);
    expect(commits.total).toBe(25);
    expect(commits.listed).toHaveLength(20);
  });

  it("moved forward from having no commit at all", async () => {
    const here = repo();
    const state = await save(here);
    here.write("a.txt", "a");
    here.commit("first");
    expect(await drift(here, state)).toMatchObject({ branch: null, head: "forward", commits: { total: 1 } });
  });

  it("moved back", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.commit("second");
    const state = await save(here);
    here.git("reset", "-q", "--hard", "HEAD~1");
    expect(await drift(here, state)).toMatchObject({ head: "back", commits: { total: 0 } });
  });

  it("was rewritten", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.commit("second");
    const state = await save(here);
    here.git("commit", "-q", "--amend", "--allow-empty", "-m", "second, in better words");
    expect(await drift(here, state)).toMatchObject({ head: "rewritten", commits: { total: 1 } });
  });

  it.each([
    ["is not in this repository", "0123456789abcdef0123456789abcdef01234567"],
    ["is not an id at all", "--output=/tmp/stolen"],
    ["is a name", "HEAD~1"],
  ])("is unknown when the saved commit %s", async (_, saved) => {
    const here = repo({ "a.txt": "a\n" });
    const state = stateWith({ git: { branch: "main", head: saved, last_commit: saved, staged_files: [] } });
    expect(await drift(here, state)).toMatchObject({ head: "unknown", commits: { total: 0 } });
  });

  it("is unknown when the saved commit lies below the end of a shallow clone", async () => {
    const origin = repo({ "a.txt": "1\n" });
    const state = await save(origin);
    origin.commit("second");
    const root = join(temporaryFolder(), "clone");
    origin.git("clone", "-q", "--depth=1", `file://${origin.root}`, root);
    expect(await drift(repoAt(root), state)).toMatchObject({ head: "unknown" });
  });
});

describe("another branch that is only looked at", () => {
  /** Work that was not committed when it was saved, committed since on its branch, and main checked out. */
  async function looking(): Promise<{ here: Repo; state: SessionState }> {
    const here = repo({ "a.txt": "a\n", "b.txt": "b\n" });
    here.git("checkout", "-q", "-b", "feat/x");
    here.commit("own");
    here.write("a.txt", "work\n");
    here.write("new.txt", "new\n");
    here.write("untracked.txt", "u\n");
    const state = await save(here);
    here.git("add", "a.txt", "new.txt");
    here.git("commit", "-q", "-m", "work");
    here.git("checkout", "-q", "main");
    return { here, state };
  }
  const branch = { saved: "feat/x", now: "main" };

  it("tells of nothing that vanished, changed or was rewritten", async () => {
    const { here, state } = await looking();
    const expected = { ...NOTHING, checks: ["typescript", "eslint"], head: "elsewhere", branch };
    expect(await drift(here, state)).toMatchObject(expected);
    here.commit("main goes on");
    expect(await drift(here, state)).toMatchObject({ ...expected, vanished: [] });
  });

  it("tells of what is really gone or changed here", async () => {
    const { here, state } = await looking();
    rmSync(join(here.root, "untracked.txt"));
    here.write("a.txt", "other work\n");
    expect(await drift(here, state)).toMatchObject({ changed: ["a.txt"], vanished: ["untracked.txt"] });
  });

  it("tells of rewritten history where the saved branch is gone", async () => {
    const { here, state } = await looking();
    here.git("branch", "-q", "-D", "feat/x");
    expect(await drift(here, state)).toMatchObject({ head: "back", branch });
  });

  it("asks git for no branch that is an option", async () => {
    const { here, state } = await looking();
    const git = { ...state.git, branch: "--all" };
    expect((await drift(here, { ...state, git })).head).toBe("back");
  });
});

describe("files", () => {
  async function saved() {
    const here = repo({ "a.txt": "a\n", "b.txt": "b\n" });
    here.write("a.txt", "work\n");
    here.write("new.txt", "new\n");
    return { here, state: await save(here) };
  }

  it("changed since", async () => {
    const { here, state } = await saved();
    here.write("a.txt", "more work\n");
    expect(await drift(here, state)).toMatchObject({
      ...NOTHING,
      changed: ["a.txt"],
      checks: ["typescript", "eslint"],
    });
  });

  it("vanished since", async () => {
    const { here, state } = await saved();
    rmSync(join(here.root, "new.txt"));
    expect(await drift(here, state)).toMatchObject({
      ...NOTHING,
      vanished: ["new.txt"],
      checks: ["typescript", "eslint"],
    });
  });

  it("appeared since", async () => {
    const { here, state } = await saved();
    here.write("b.txt", "changed\n");
    here.write("later 🎉\n.txt", "x");
    const result = await drift(here, state);
    expect(result.appeared.toSorted()).toEqual(["b.txt", "later 🎉\n.txt"]);
    expect(result).toMatchObject({ changed: [], vanished: [] });
  });

  it("that went back to what is committed changed as well", async () => {
    const { here, state } = await saved();
    here.git("checkout", "-q", "a.txt");
    expect(await drift(here, state)).toMatchObject({
      ...NOTHING,
      changed: ["a.txt"],
      checks: ["typescript", "eslint"],
    });
  });

  it("staged since, and no longer staged", async () => {
    const here = repo({ "a.txt": "a\n", "b.txt": "b\n" });
    here.write("a.txt", "work\n");
    here.write("b.txt", "work\n");
    here.git("add", "a.txt");
    const state = await save(here);
    here.git("reset", "-q");
    here.git("add", "b.txt");
    expect(await drift(here, state)).toMatchObject({ ...NOTHING, staged: ["b.txt"], unstaged: ["a.txt"] });
  });

  it("that were staged and are committed now are not told as no longer staged", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.write("a.txt", "work\n");
    here.git("add", "a.txt");
    const state = await save(here);
    here.git("commit", "-q", "-m", "done");
    const result = await drift(here, state);
    expect(result).toMatchObject({ head: "forward", unstaged: [], changed: [], appeared: [] });
    expect(result.checks).toEqual(["typescript", "eslint"]);
  });

  it("whose list was cut tell nothing of what appeared, since that cannot be known", async () => {
    const { here, state } = await saved();
    here.write("b.txt", "changed\n");
    const cut = { ...state, truncated: { "git.fingerprints": 300, "git.staged_files": 300 } };
    expect(await drift(here, cut)).toMatchObject({ appeared: [], staged: [] });
  });

  it("are not compared where an older state has no marks of them", async () => {
    const { here, state } = await saved();
    const { fingerprints: _, ...git } = state.git;
    expect(await drift(here, { ...state, git })).toMatchObject({ changed: [], vanished: [], appeared: [] });
  });
});

describe("the rest", () => {
  it("is nothing for a state of somebody who did not look at git", async () => {
    const here = repo({ "a.txt": "a\n" });
    const state = stateWith({ git: { branch: null, last_commit: null, head: null, staged_files: [] } });
    expect(await drift(here, state)).toMatchObject(NOTHING);
  });

  it("names an operation that is under way", async () => {
    const here = divided();
    const state = await save(here);
    expect(() => here.git("merge", "-q", "side")).toThrow();
    const result = await drift(here, state);
    expect(result).toMatchObject({ operation: "merge" });
    expect(isDrifted(result)).toBe(true);
  });

  it.each([
    [0, false],
    [23 * HOUR, false],
    [25 * HOUR, true],
  ])("calls a state that is %i ms old drifted: %s", async (age, expected) => {
    const here = repo({ "a.txt": "a\n" });
    const result = await drift(here, await save(here), new Date(SAVED_AT.getTime() + age));
    expect(result.ageMs).toBe(age);
    expect(isDrifted(result)).toBe(expected);
  });

  it.each(["soon", "2027-01-01T00:00:00Z"])(
    "takes a state of the time %s for a fresh one",
    async (timestamp) => {
      const here = repo({ "a.txt": "a\n" });
      expect((await drift(here, { ...(await save(here)), timestamp })).ageMs).toBe(0);
    },
  );
});
