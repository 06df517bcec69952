// @module-tag slow
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OwnWork, WorkBefore } from "../../schema/own-work.ts";
import { beginMeasuring } from "../../scripts/git/facts.ts";
import { ownWork, type WorkQuestion } from "../../scripts/git/own-work.ts";
import { askReflog, readReflog } from "../../scripts/git/reflog.ts";
import { openRepository } from "../../scripts/git/repository.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";

/** When the session in these tests begins: what is committed before it is dated earlier, what comes after it later. */
const STARTED_AT = "2026-01-05T12:00:00Z";
const BEFORE = "2026-01-05T11:00:00Z";

let minutes = 0;

/** Dates everything that is committed from now on: each time a minute later, as no two commits of a person are alike. */
function at(here: Repo, time?: string): void {
  const date = time ?? new Date(Date.parse(STARTED_AT) + ++minutes * 60_000).toISOString();
  here.env.GIT_COMMITTER_DATE = date;
  here.env.GIT_AUTHOR_DATE = date;
}

/** A file that is changed and committed by the person here, during the session. */
function work(here: Repo, path: string, content = `${path} ${minutes}\n`): string {
  at(here);
  here.write(path, content);
  return here.commit(`work on ${path}`);
}

/** A repository with a remote, on `feat/x`, at the moment at which the session begins. */
function team(): { here: Repo; readonly mate: Repo } {
  const bare = join(temporaryFolder(), "origin.git");
  const first = repoAt(temporaryFolder());
  at(first, BEFORE);
  first.git("init", "-q", "-b", "main");
  for (const name of ["a", "b", "c", "d"]) first.write(`${name}.ts`, `${name}\n`);
  first.commit("first");
  first.git("clone", "-q", "--bare", first.root, bare);
  const here = clone(bare);
  here.git("switch", "-q", "-c", "feat/x");
  let mate: Repo | undefined;
  return {
    here,
    get mate() {
      mate ??= clone(bare, "bob@example.com");
      return mate;
    },
  };
}

function clone(bare: string, email = "ada@example.com"): Repo {
  const here = repoAt(join(temporaryFolder(), "clone"));
  here.env.GIT_AUTHOR_EMAIL = email;
  here.env.GIT_COMMITTER_EMAIL = email;
  at(here, BEFORE);
  repoAt(temporaryFolder()).git("clone", "-q", bare, here.root);
  // The clone was made by somebody else's clock: what it noted down is as old as the rest.
  const log = here.git("rev-parse", "HEAD");
  writeFileSync(
    join(here.root, ".git", "logs", "HEAD"),
    `${"0".repeat(40)} ${log} Ada <ada@example.com> ${Date.parse(BEFORE) / 1000} +0000\tclone: from ${bare}\n`,
  );
  return here;
}

/** A teammate's work, pushed: four new files, one changed, one deleted. */
function pushed(mate: Repo): void {
  at(mate);
  for (const n of [1, 2, 3, 4]) mate.write(`mate${n}.ts`, "m\n");
  mate.write("b.ts", "changed by the mate\n");
  mate.git("rm", "-q", "d.ts");
  mate.commit("the mate's work");
  mate.git("push", "-q", "origin", "HEAD:main");
}

async function measure(here: Repo, question: Partial<WorkQuestion> = {}): Promise<OwnWork> {
  const { repository, facts } = await beginMeasuring(here.root, here.env).measured;
  return ownWork(repository, facts, {
    startedAt: STARTED_AT,
    recordedHead: null,
    now: new Date("2026-01-06T12:00:00Z"),
    previous: null,
    ...question,
  });
}

/** What the next save of the same session is told. */
function asBefore({ base, baseAt, branch, commits }: OwnWork): WorkBefore {
  return { base, baseAt, branch, commits: commits?.listed.map(({ oid }) => oid) ?? null };
}

const filesOf = ({ files }: OwnWork) => Object.fromEntries([...files].sort());
const subjectsOf = ({ commits }: OwnWork) => commits?.listed.map(({ subject }) => subject);

/** What the session did in every scenario of the table: changed, created, created and deleted, deleted, and not committed. */
function session(here: Repo): void {
  work(here, "a.ts");
  work(here, "new.ts");
  work(here, "passing.ts");
  at(here);
  here.git("rm", "-q", "passing.ts", "c.ts");
  here.commit("remove two");
}
const FILES = { "a.ts": "modified", "c.ts": "deleted", "new.ts": "created" };
const SUBJECTS = ["remove two", "work on passing.ts", "work on new.ts", "work on a.ts"];

describe("the same files and commits", () => {
  const scenarios: [string, (here: Repo, mate: () => Repo) => void][] = [
    ["committed before the first save", (here) => session(here)],
    [
      "after a teammate's work was fetched",
      (here, mate) => {
        session(here);
        pushed(mate());
        at(here);
        here.git("fetch", "-q");
      },
    ],
    [
      "after a rebase onto a teammate's work",
      (here, mate) => {
        session(here);
        pushed(mate());
        at(here);
        here.git("fetch", "-q");
        here.git("rebase", "-q", "origin/main");
      },
    ],
    [
      "after a rebase by patches",
      (here, mate) => {
        session(here);
        pushed(mate());
        at(here);
        here.git("fetch", "-q");
        here.git("rebase", "-q", "--apply", "origin/main");
      },
    ],
    [
      "after a pull with a rebase",
      (here, mate) => {
        session(here);
        pushed(mate());
        at(here);
        here.git("pull", "-q", "--rebase", "origin", "main");
      },
    ],
    [
      "after a pull that only moved forward, in the middle",
      (here, mate) => {
        pushed(mate());
        at(here);
        here.git("pull", "-q", "--ff-only", "origin", "main");
        session(here);
      },
    ],
    [
      "after a second rebase",
      (here, mate) => {
        session(here);
        for (const _ of [1, 2]) {
          pushed(mate());
          mate().write("d.ts", "d again\n");
          mate().commit("d again");
          at(here);
          here.git("fetch", "-q");
          here.git("rebase", "-q", "origin/main");
        }
      },
    ],
    [
      "with an own branch merged into main by a fast-forward",
      (here) => {
        session(here);
        at(here);
        here.git("switch", "-q", "main");
        here.git("merge", "-q", "feat/x");
      },
    ],
    [
      "picked onto main after a teammate's work",
      (here, mate) => {
        session(here);
        pushed(mate());
        at(here);
        here.git("switch", "-q", "main");
        here.git("pull", "-q", "--ff-only");
        here.git("cherry-pick", "feat/x~4..feat/x");
        here.git("branch", "-q", "-D", "feat/x");
      },
    ],
    [
      "on a detached HEAD",
      (here) => {
        here.git("switch", "-q", "--detach");
        session(here);
      },
    ],
    [
      "on a branch that was renamed",
      (here) => {
        session(here);
        at(here);
        here.git("branch", "-m", "feat/y");
      },
    ],
    [
      "on a branch that grew out of it",
      (here) => {
        session(here);
        at(here);
        here.git("switch", "-q", "-c", "feat/y");
      },
    ],
    [
      "while another branch is looked at",
      (here) => {
        session(here);
        at(here);
        here.git("switch", "-q", "main");
      },
    ],
    [
      "while an older commit is looked at",
      (here) => {
        session(here);
        at(here);
        here.git("checkout", "-q", "--detach", "HEAD~4");
      },
    ],
    [
      "while the branch is looked at that it left detached",
      (here) => {
        here.git("switch", "-q", "--detach");
        session(here);
        at(here);
        here.git("switch", "-q", "feat/x");
      },
    ],
    [
      "in the middle of a rebase",
      (here, mate) => {
        session(here);
        pushed(mate());
        at(here);
        here.git("fetch", "-q");
        here.git("-c", "sequence.editor=sed -i '2s/^pick/edit/'", "rebase", "-q", "-i", "origin/main");
      },
    ],
  ];

  it.each(scenarios)("%s", async (_, arrange) => {
    const both = team();
    const { here } = both;
    const previous = asBefore(await measure(here));
    arrange(here, () => both.mate);
    const first = await measure(here);
    // The same when it was saved before all that, and once more afterwards.
    const second = await measure(here, { previous });
    const third = await measure(here, { previous: asBefore(second) });
    for (const result of [first, second, third]) {
      expect([filesOf(result), subjectsOf(result), result.unknown]).toEqual([FILES, SUBJECTS, null]);
    }
  });
});

describe("what others did", () => {
  it("is not the session's after a merge, and the merge itself is", async () => {
    const { here, mate } = team();
    session(here);
    pushed(mate);
    at(here);
    here.git("fetch", "-q");
    here.git("merge", "-q", "origin/main");
    const result = await measure(here);
    expect(filesOf(result)).toEqual(FILES);
    expect(subjectsOf(result)).toEqual([
      "Merge remote-tracking branch 'origin/main' into feat/x",
      ...SUBJECTS,
    ]);
  });

  it("is not, also when the merge had to be made by hand", async () => {
    const { here, mate } = team();
    session(here);
    work(here, "b.ts");
    pushed(mate);
    at(here);
    here.git("fetch", "-q");
    expect(() => here.git("merge", "-q", "origin/main")).toThrow();
    here.write("b.ts", "both\n");
    here.write("by-hand.ts", "needed for both\n");
    here.commit("merge by hand");
    const result = await measure(here);
    expect(filesOf(result)).toEqual({ ...FILES, "b.ts": "modified", "by-hand.ts": "created" });
    expect(subjectsOf(result)?.slice(0, 2)).toEqual(["merge by hand", "work on b.ts"]);
  });

  it("is not, where it was pulled and nothing else was done", async () => {
    const { here, mate } = team();
    pushed(mate);
    at(here);
    here.git("pull", "-q", "--ff-only", "origin", "main");
    const result = await measure(here);
    expect([filesOf(result), subjectsOf(result)]).toEqual([{}, []]);
  });

  it("is not, where the session changed a file that came with it", async () => {
    const { here, mate } = team();
    pushed(mate);
    at(here);
    here.git("pull", "-q", "--ff-only", "origin", "main");
    work(here, "mate1.ts");
    here.write("mate2.ts", "not committed\n");
    const result = await measure(here);
    expect(filesOf(result)).toEqual({ "mate1.ts": "modified", "mate2.ts": "modified" });
  });

  it("is not, where they took the session's change away", async () => {
    const { here, mate } = team();
    work(here, "a.ts");
    work(here, "new.ts");
    here.git("push", "-q", "origin", "feat/x:main");
    mate.git("pull", "-q", "--ff-only", "origin", "main");
    at(mate);
    mate.git("rm", "-q", "new.ts");
    mate.write("a.ts", "a\n");
    mate.commit("not so");
    mate.git("push", "-q", "origin", "HEAD:main");
    at(here);
    here.git("pull", "-q", "--ff-only", "origin", "main");
    expect(filesOf(await measure(here))).toEqual({});
  });

  it("is not, on the branch before the session began, even if it is rebased now", async () => {
    const { here, mate } = team();
    at(here, BEFORE);
    here.write("older.ts", "older\n");
    here.commit("older work");
    session(here);
    pushed(mate);
    at(here);
    here.git("fetch", "-q");
    here.git("rebase", "-q", "origin/main");
    const result = await measure(here);
    expect([filesOf(result), subjectsOf(result)]).toEqual([FILES, SUBJECTS]);
  });

  it("is not, in a session that came after another one on the same branch", async () => {
    const { here } = team();
    session(here);
    at(here);
    const startedAt = here.env.GIT_COMMITTER_DATE ?? "";
    work(here, "second.ts");
    const result = await measure(here, { startedAt });
    expect([filesOf(result), subjectsOf(result)]).toEqual([
      { "second.ts": "created" },
      ["work on second.ts"],
    ]);
  });

  it("is not, what another session recorded, for one that was gone back to afterwards", async () => {
    const { here, mate } = team();
    work(here, "a.ts");
    const previous = asBefore(await measure(here));
    work(here, "second.ts");
    pushed(mate);
    at(here);
    here.git("fetch", "-q");
    here.git("rebase", "-q", "origin/main");
    const head = here.git("rev-parse", "HEAD");
    const others = async () => [head];
    work(here, "new.ts");
    const result = await measure(here, { previous, others });
    expect(filesOf(result)).toEqual({ "a.ts": "modified", "new.ts": "created" });
    expect(subjectsOf(result)).toEqual(["work on new.ts", "work on a.ts"]);
  });
});

describe("a commit that was made on another branch meanwhile", () => {
  it("does not take the work along: it stays where it was recorded, and where the agent is", async () => {
    const { here } = team();
    work(here, "a.ts");
    const previous = asBefore(await measure(here));
    here.git("switch", "-q", "main");
    work(here, "hotfix.ts");
    const looking = await measure(here, { previous, agentBranch: "feat/x" });
    expect([looking.branch, subjectsOf(looking)]).toEqual(["feat/x", ["work on a.ts"]]);
    here.git("switch", "-q", "feat/x");
    const back = await measure(here, { previous });
    expect([back.branch, subjectsOf(back), filesOf(back)]).toEqual([
      "feat/x",
      ["work on a.ts"],
      { "a.ts": "modified" },
    ]);
    // Where the agent itself has moved, its work is there.
    here.git("switch", "-q", "main");
    const moved = await measure(here, { previous, agentBranch: "main" });
    expect([moved.branch, subjectsOf(moved)]).toEqual(["main", ["work on hotfix.ts"]]);
  });
});

describe("a rewritten commit", () => {
  it("counts once when it was amended", async () => {
    const { here } = team();
    work(here, "a.ts");
    const previous = asBefore(await measure(here));
    at(here);
    here.write("new.ts", "n\n");
    here.git("add", "-A");
    here.git("commit", "-q", "--amend", "-m", "other words");
    for (const question of [{}, { previous }]) {
      const result = await measure(here, question);
      expect(filesOf(result)).toEqual({ "a.ts": "modified", "new.ts": "created" });
      expect(subjectsOf(result)).toEqual(["other words"]);
    }
  });

  it("is the session's only as far as it differs, when it was somebody else's", async () => {
    const { here } = team();
    at(here, BEFORE);
    here.write("older.ts", "older\n");
    here.commit("older work");
    at(here);
    here.write("a.ts", "mine\n");
    here.git("commit", "-q", "-a", "--amend", "--no-edit");
    here.write("new.ts", "n\n");
    here.git("add", "-A");
    here.git("commit", "-q", "--amend", "--no-edit");
    expect(filesOf(await measure(here))).toEqual({ "a.ts": "modified", "new.ts": "created" });
  });

  it.each([
    [
      "squashed in a rebase",
      ["-c", "sequence.editor=sed -i '2,$s/^pick/squash/'", "rebase", "-q", "-i", "main"],
    ],
    [
      "fixed up in a rebase",
      ["-c", "sequence.editor=sed -i '2,$s/^pick/fixup/'", "rebase", "-q", "-i", "main"],
    ],
  ])("counts once when several were %s", async (_, args) => {
    const { here } = team();
    session(here);
    const previous = asBefore(await measure(here));
    at(here);
    here.env.GIT_EDITOR = "true";
    here.git(...args);
    for (const question of [{}, { previous }]) {
      const result = await measure(here, question);
      expect(filesOf(result)).toEqual(FILES);
      expect(result.commits?.total).toBe(1);
    }
  });

  it("counts once when several were made one by a reset", async () => {
    const { here } = team();
    session(here);
    at(here);
    here.git("reset", "-q", "--soft", "main");
    here.commit("all in one");
    const result = await measure(here);
    expect([filesOf(result), subjectsOf(result)]).toEqual([FILES, ["all in one"]]);
  });

  it("is gone with its files when it was taken off the branch", async () => {
    const { here } = team();
    work(here, "a.ts");
    at(here);
    here.git("reset", "-q", "--hard", "main");
    const result = await measure(here);
    expect([filesOf(result), subjectsOf(result), result.branch]).toEqual([{}, [], "feat/x"]);
  });

  it("is found by what was saved, where the reflog is gone", async () => {
    const { here, mate } = team();
    session(here);
    const previous = asBefore(await measure(here));
    pushed(mate);
    at(here);
    here.git("fetch", "-q");
    here.git("rebase", "-q", "origin/main");
    rmSync(join(here.root, ".git", "logs"), { recursive: true });
    const result = await measure(here, { previous });
    expect([filesOf(result), subjectsOf(result)]).toEqual([FILES, SUBJECTS]);
  });
});

describe("work that is not committed", () => {
  it("is told with what is, as one", async () => {
    const { here } = team();
    work(here, "a.ts");
    work(here, "new.ts");
    work(here, "gone.ts");
    work(here, "back.ts");
    work(here, "b.ts");
    here.write("a.ts", "a\n");
    here.write("new.ts", "changed again\n");
    rmSync(join(here.root, "gone.ts"));
    rmSync(join(here.root, "b.ts"));
    here.write("untracked.ts", "u\n");
    here.git("rm", "-q", "--cached", "back.ts");
    here.write(".gitignore", "d.ts\n");
    here.git("rm", "-q", "--cached", "d.ts");
    expect(filesOf(await measure(here))).toEqual({
      "new.ts": "created",
      "b.ts": "deleted",
      "untracked.ts": "created",
      "back.ts": "created",
      "d.ts": "modified",
      ".gitignore": "created",
    });
  });

  it("is there on a branch without a commit", async () => {
    const here = repo();
    here.write("a.ts", "a\n");
    const result = await measure(here, { startedAt: null });
    expect(result).toMatchObject({ base: null, commits: { total: 0 }, unknown: null });
    expect(filesOf(result)).toEqual({ "a.ts": "created" });
    at(here);
    here.commit("first");
    const next = await measure(here, { previous: { ...asBefore(result), baseAt: STARTED_AT } });
    expect([filesOf(next), subjectsOf(next)]).toEqual([{ "a.ts": "created" }, ["first"]]);
  });

  it("counts a repository's first commit that came after the session began", async () => {
    const here = repo();
    work(here, "a.ts");
    const result = await measure(here);
    expect(result.base).toBeNull();
    expect(filesOf(result)).toEqual({ "a.ts": "created" });
  });
});

describe("where the session began", () => {
  it("is where HEAD was then, in this working tree", async () => {
    const { here } = team();
    const base = here.git("rev-parse", "HEAD");
    session(here);
    expect(await measure(here)).toMatchObject({ base, baseAt: STARTED_AT });
    const linked = repoAt(join(temporaryFolder(), "linked"));
    here.git("worktree", "add", "-q", linked.root, "-b", "other", "main");
    Object.assign(linked.env, here.env);
    work(linked, "linked.ts");
    expect(filesOf(await measure(linked))).toEqual({ "linked.ts": "created" });
    expect(filesOf(await measure(here))).toEqual(FILES);
  });

  it("is not before a clone that was made after it", async () => {
    const { here } = team();
    const base = here.git("rev-parse", "HEAD");
    work(here, "a.ts");
    const result = await measure(here, { startedAt: "2026-01-01T00:00:00Z" });
    expect(result.base).toBe(base);
    expect(filesOf(result)).toEqual({ "a.ts": "modified" });
  });

  it("is what the agent recorded, where the reflog begins later", async () => {
    const { here } = team();
    const recordedHead = here.git("rev-parse", "HEAD");
    session(here);
    cutReflog(here, 3);
    const result = await measure(here, { recordedHead });
    expect(result.base).toBe(recordedHead);
    expect(result.unknown).toMatch(/^which commits were made before 2026-01-05 is not known/);
    expect((await measure(here)).base).not.toBe(recordedHead);
    // A commit of another clone is none here.
    expect((await measure(here, { recordedHead: "--output=x" })).base).not.toBe("--output=x");
  });

  it("stays where it was saved", async () => {
    const { here } = team();
    work(here, "a.ts");
    const base = here.git("rev-parse", "HEAD");
    const previous = { base, baseAt: STARTED_AT, branch: "feat/x", commits: [] };
    work(here, "b.ts");
    const result = await measure(here, { previous, startedAt: "2026-01-01T00:00:00Z" });
    expect([result.base, filesOf(result)]).toEqual([base, { "b.ts": "modified" }]);
  });

  it("is now, for a session that nothing is known of", async () => {
    const { here } = team();
    session(here);
    const result = await measure(here, { startedAt: null });
    expect([result.base, result.commits?.total]).toEqual([here.git("rev-parse", "HEAD"), 0]);
  });

  it("counts what was committed in the same second as the first save", async () => {
    const { here } = team();
    const previous = asBefore(await measure(here, { startedAt: null, now: new Date(STARTED_AT) }));
    at(here, STARTED_AT);
    here.write("a.ts", "2\n");
    here.commit("at once");
    expect(subjectsOf(await measure(here, { previous }))).toEqual(["at once"]);
  });

  /** Keeps its newest lines, as when the older ones have expired. */
  function cutReflog(here: Repo, lines: number): void {
    const path = join(here.root, ".git", "logs", "HEAD");
    const all = readFileSync(path, "utf8").trimEnd().split("\n");
    writeFileSync(path, `${all.slice(-lines).join("\n")}\n`);
  }
});

describe("what cannot be known is left out, with the reason", () => {
  const base = (here: Repo) => ({
    base: here.git("rev-parse", "main"),
    baseAt: STARTED_AT,
    branch: "feat/x",
    commits: null,
  });

  it.each<[string, (here: Repo) => Partial<WorkQuestion>, RegExp]>([
    [
      "there is no reflog",
      (here) => {
        rmSync(join(here.root, ".git", "logs"), { recursive: true });
        return { previous: base(here) };
      },
      /^which commits belong to this session is not known: git keeps no reflog here$/,
    ],
    [
      "there is none, and the session was never saved",
      (here) => {
        rmSync(join(here.root, ".git", "logs"), { recursive: true });
        return {};
      },
      /git keeps no reflog here$/,
    ],
    [
      "the branch that they were on is gone",
      (here) => {
        at(here);
        here.git("switch", "-q", "main");
        here.git("branch", "-q", "-D", "feat/x");
        return {};
      },
      /they were on feat\/x, which is gone$/,
    ],
    [
      "the commit where it began is not here",
      (here) => ({ previous: { ...base(here), base: "1".repeat(40) } }),
      /commit 1111111111, where it began, is not in this repository$/,
    ],
    [
      "what says where it began is no commit",
      (here) => ({ previous: { ...base(here), base: "--output=x" } }),
      /is not in this repository$/,
    ],
  ])("where %s", async (_, arrange, reason) => {
    const { here } = team();
    session(here);
    here.write("b.ts", "not committed\n");
    const result = await measure(here, arrange(here));
    expect(result.commits).toBeNull();
    expect(result.unknown).toMatch(reason);
    expect(filesOf(result)).toEqual({ "b.ts": "modified" });
  });

  it("where the history of its commits is cut off, the files", async () => {
    const { here } = team();
    work(here, "a.ts");
    here.git("push", "-q", "origin", "feat/x");
    at(here);
    here.git("fetch", "-q", "--depth=1", "origin", "feat/x");
    const result = await measure(here);
    expect(subjectsOf(result)).toEqual(["work on a.ts"]);
    expect(filesOf(result)).toEqual({});
    expect(result.unknown).toContain("a shallow clone");
  });

  it("without a reflog, all is known where HEAD has not moved", async () => {
    const { here } = team();
    rmSync(join(here.root, ".git", "logs"), { recursive: true });
    const result = await measure(here, { previous: base(here) });
    expect([result.commits?.total, result.unknown]).toEqual([0, null]);
  });
});

it("a session's list of commits is bounded, and its number true", async () => {
  const { here } = team();
  for (let n = 0; n < 55; n++) work(here, "a.ts");
  const { commits, files } = await measure(here);
  expect([commits?.listed.length, commits?.total]).toEqual([50, 55]);
  expect(filesOf({ files } as OwnWork)).toEqual({ "a.ts": "modified" });
});

it("names that are hard to read come through", async () => {
  const { here } = team();
  at(here);
  here.write("\x01 odd\n🎉.ts", "x\n");
  here.write("A", "x\n");
  here.git("add", "-A");
  here.git("commit", "-q", "-m", "\x01odd\tsubject");
  const result = await measure(here);
  expect(filesOf(result)).toEqual({ "\x01 odd\n🎉.ts": "created", A: "created" });
  expect(subjectsOf(result)).toEqual(["\x01odd\tsubject"]);
});

describe("the reflog", () => {
  it("says the same to whoever reads its file and to who asks git", async () => {
    const { here } = team();
    session(here);
    at(here);
    here.git("switch", "-q", "main");
    const repository = await openRepository(here.root, here.env);
    const [asked, read] = [await askReflog(repository), await readReflog(repository)];
    expect(asked).toEqual(read);
    expect(asked).toHaveLength(7);
  });

  it("is read although a line of it is torn", async () => {
    const { here } = team();
    session(here);
    appendFileSync(join(here.root, ".git", "logs", "HEAD"), "0123 torn");
    expect(subjectsOf(await measure(here))).toEqual(SUBJECTS);
  });
});
