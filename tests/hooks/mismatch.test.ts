// @module-tag slow
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { change, hookedRepo, init, install, markerFolder, run, said, save } from "./support.ts";

describe("the warnings about a state that no longer matches", () => {
  it("tell of another branch, once", async () => {
    const here = await hookedRepo();
    await save(here);
    expect(said(run(here, ["checkout", "-q", "-b", "feat/x"]))).toEqual([
      "baton: the claude state belongs to main; you are on feat/x",
    ]);
    expect(said(run(here, ["checkout", "-q", "main"]))).toEqual([]);
    expect(said(run(here, ["checkout", "-q", "feat/x"]))).toEqual([]);
    await save(here);
    expect(said(run(here, ["checkout", "-q", "main"]))).toHaveLength(1);
  });

  it("tell of commits that came, once until the next save", async () => {
    const here = await hookedRepo();
    await save(here);
    expect(said(change(here))).toEqual([`baton: 1 commit came since the claude state was saved.`]);
    expect(said(change(here))).toEqual([]);
    expect(said(change(here))).toEqual([]);
    await save(here);
    expect(said(change(here))).toHaveLength(1);
  });

  it("tell of the first commit of a repository", async () => {
    const here = repo();
    await init(here);
    await save(here);
    expect(said(change(here))).toEqual([`baton: 1 commit came since the claude state was saved.`]);
  });

  it("tell of a merge, with the number of commits that it brought", async () => {
    const here = await hookedRepo();
    here.git("checkout", "-q", "-b", "side");
    for (const name of ["b", "c", "d"]) change(here, name);
    here.git("checkout", "-q", "main");
    await save(here);
    expect(said(run(here, ["merge", "-q", "side"]))).toEqual([
      `baton: 3 commits came since the claude state was saved.`,
    ]);
  });

  it("tell of rewritten history, also after telling of commits", async () => {
    const here = await hookedRepo();
    await save(here);
    expect(said(change(here))).toHaveLength(1);
    expect(said(run(here, ["commit", "-q", "--amend", "-m", "other words"]))).toEqual([]);
    here.git("reset", "-q", "--soft", "HEAD~1");
    expect(said(run(here, ["commit", "-q", "--amend", "-m", "one for two"]))).toEqual([
      `baton: history was rewritten since the claude state was saved.`,
    ]);
    expect(said(change(here))).toEqual([]);
  });

  it("tell of a detached HEAD, and of a branch after one", async () => {
    const here = await hookedRepo();
    await save(here);
    expect(said(run(here, ["checkout", "-q", "--detach"]))[0]).toContain(
      "belongs to main; you are on a detached HEAD",
    );
    await save(here);
    expect(said(run(here, ["checkout", "-q", "main"]))[0]).toContain(
      "belongs to a detached HEAD; you are on main",
    );
  });

  it("speak of the newest state alone", async () => {
    const here = await hookedRepo();
    for (const agent of ["claude", "copilot", "codex", "gemini"]) await save(here, { agent });
    await age(here, "copilot", "claude", "gemini");
    expect(said(change(here))).toEqual(["baton: 1 commit came since the codex state was saved."]);
    expect(said(run(here, ["checkout", "-q", "-b", "other"]))).toEqual([
      "baton: the codex state belongs to main; you are on other",
    ]);
  });

  it("say nothing of another branch where a state of this one agrees", async () => {
    const here = await hookedRepo();
    await save(here);
    await age(here, "claude");
    here.git("checkout", "-q", "-b", "feat/x");
    await save(here, { agent: "codex" });
    expect(said(run(here, ["checkout", "-q", "main"]))).toEqual([]);
    expect(said(change(here))).toEqual(["baton: the codex state belongs to feat/x; you are on main"]);
  });

  it.each(["retired", "archived"] as const)("say nothing of a session that is %s", async (state) => {
    const here = await hookedRepo();
    await save(here, { agent: "codex" });
    await age(here, "codex");
    await save(here, { checks: { tests: "fail" }, session: { state } });
    expect(said(change(here))).toEqual(["baton: 1 commit came since the codex state was saved."]);
    const bare = temporaryFolder();
    here.git("init", "-q", "--bare", bare);
    expect(run(here, ["push", "-q", bare, "main"]).stderr).toBe("");
  });

  it("know the branch of the work, where the state was saved on another one", async () => {
    const here = await hookedRepo();
    here.git("branch", "feat/x");
    await save(here, { session: { state: "active", branch: "feat/x" } });
    expect(said(change(here))).toEqual(["baton: the claude state belongs to feat/x; you are on main"]);
    expect(said(run(here, ["checkout", "-q", "feat/x"]))).toEqual([]);
    expect(said(change(here))).toEqual([]);
  });

  it("find refs that are packed, and tags that are called like the branch", async () => {
    const here = await hookedRepo();
    here.git("tag", "other", "HEAD");
    here.git("branch", "other");
    await save(here);
    here.git("pack-refs", "--all");
    expect(said(run(here, ["checkout", "-q", "main", "--"]))).toEqual([]);
    expect(said(run(here, ["checkout", "-q", "heads/other", "--"]))).toHaveLength(1);
    expect(said(run(here, ["switch", "-q", "main"]))).toEqual([]);
  });

  it("say nothing when files are checked out, or nothing has changed", async () => {
    const here = await hookedRepo();
    await save(here);
    here.write("a.txt", "changed\n");
    expect(run(here, ["checkout", "-q", "--", "a.txt"]).stderr).toBe("");
    expect(run(here, ["checkout", "-q", "main"]).stderr).toBe("");
    expect(run(here, ["stash", "list"]).stderr).toBe("");
  });

  const scripts = '{\n  "scripts": { "session:save": "baton save" }\n}\n';
  it.each<[string, (here: Repo) => void, string]>([
    ["nothing is installed", () => {}, ""],
    [
      "only a script is there, such as in a new working tree",
      (here) => here.write("package.json", scripts),
      "",
    ],
    ["it is installed", install, " Save again: npx baton save claude"],
    [
      "it is installed with its script",
      (here) => {
        install(here);
        here.write("package.json", scripts);
      },
      " Save again: npm run session:save claude",
    ],
    [
      "it is this project itself",
      (here) => {
        here.write("package.json", scripts);
        here.write("scripts/session-save.ts", "");
        here.write("node_modules/.bin/tsx", "");
      },
      " Save again: npm run session:save claude",
    ],
    ["it is on the PATH", onPath, " Save again: baton save claude"],
  ])("name only what can be typed where %s", async (_, arrange, again) => {
    const here = await hookedRepo();
    arrange(here);
    await save(here);
    expect(said(change(here))).toEqual([`baton: 1 commit came since the claude state was saved.${again}`]);
  });

  function onPath(here: Repo): void {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "baton"), "#!/bin/sh\n", { mode: 0o755 });
    here.env.PATH = `${here.env.PATH}:${folder}`;
  }

  /** Makes the markers of these agents older than the others. */
  async function age(here: Repo, ...agents: string[]): Promise<void> {
    const old = new Date(Date.now() - 60_000);
    for (const agent of agents) await utimes(join(markerFolder(here), agent), old, old);
  }

  it("print branch names without control characters, and as they are otherwise", async () => {
    const here = await hookedRepo();
    await save(here);
    const name = "feat/ü🙂\u009b31m\u202e-x";
    const [line] = said(run(here, ["checkout", "-q", "-b", name]));
    expect(line).toContain("you are on feat/ü🙂31m-x");
  });

  it("run nothing that a branch name holds", async () => {
    const here = await hookedRepo();
    await save(here);
    const [line] = said(run(here, ["checkout", "-q", "-b", "$(>ran);`>ran`"]));
    expect(line).toContain("you are on $(>ran);`>ran`");
    expect(existsSync(join(here.root, "ran"))).toBe(false);
  });
});

describe("where there is nothing to say", () => {
  const nothing: [string, (here: Repo) => void][] = [
    ["no state was ever saved", () => {}],
    ["the state is gone", (here) => rmSync(join(here.root, ".claude"), { recursive: true })],
    ["the marker is gone", (here) => rmSync(markerFolder(here), { recursive: true })],
    ["the marker is empty", (here) => writeFileSync(join(markerFolder(here), "claude"), "")],
    [
      "a writer has not finished",
      (here) => writeFileSync(join(markerFolder(here), "claude.tmp-1-ab"), "x\n\n\n\n"),
    ],
    ["the marker cannot be read", (here) => chmodSync(join(markerFolder(here), "claude"), 0o000)],
  ];
  it.each(nothing)("the hooks are silent: %s", async (what, arrange) => {
    const here = await hookedRepo();
    if (what !== "no state was ever saved") await save(here);
    arrange(here);
    // Root reads whatever the mode says; then the marker is still right, and what it says is true.
    if (what === "a writer has not finished" || what.includes("cannot")) return quietCheckoutOf(here);
    expect(change(here)).toMatchObject({ code: 0, stderr: "" });
    expect(run(here, ["checkout", "-q", "-b", "other"])).toMatchObject({ code: 0, stderr: "" });
  });

  function quietCheckoutOf(here: Repo): void {
    expect(run(here, ["checkout", "-q", "main"])).toMatchObject({ code: 0, stderr: "" });
  }

  it("BATON_HOOKS=0 silences everything", async () => {
    const here = await hookedRepo();
    await save(here, { checks: { tests: "fail" } });
    const off = { BATON_HOOKS: "0" };
    expect(change(here, "a.txt", off).stderr).toBe("");
    expect(run(here, ["checkout", "-q", "-b", "x"], off).stderr).toBe("");
    const bare = temporaryFolder();
    here.git("init", "-q", "--bare", bare);
    expect(run(here, ["push", "-q", bare, "x"], off).stderr).toBe("");
  });

  it("says it again and again where it cannot be noted that it was said, and stops nothing", async () => {
    const here = await hookedRepo();
    await save(here);
    const note = join(markerFolder(here), "claude.said");
    here.git("init", "-q", note);
    const [first, second] = [change(here), change(here)];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect([said(first).length, said(second).length]).toEqual([1, 1]);
    expect(second.stderr.split("\n")).toHaveLength(2);
  });
});

describe("while git moves HEAD about by itself", () => {
  async function twoBranches(): Promise<Repo> {
    const here = await hookedRepo();
    here.git("checkout", "-q", "-b", "side");
    for (const name of ["b", "c", "d"]) change(here, name);
    here.git("checkout", "-q", "main");
    for (const name of ["e", "f"]) change(here, name);
    return here;
  }

  it.each([
    ["merge backend", ["rebase", "-q", "--merge", "main"]],
    ["interactive", ["-c", "sequence.editor=true", "rebase", "-q", "-i", "main"]],
  ])("a rebase is told of at its end alone (%s)", async (_, args) => {
    const here = await twoBranches();
    here.git("checkout", "-q", "side");
    await save(here);
    expect(said(run(here, args))).toEqual([`baton: history was rewritten since the claude state was saved.`]);
  });

  it("a rebase of the older kind is told of by the hook after it", async () => {
    const here = await twoBranches();
    here.git("checkout", "-q", "side");
    await save(here);
    expect(said(run(here, ["rebase", "-q", "--apply", "main"]))).toEqual([]);
    expect(said(change(here))).toEqual([`baton: history was rewritten since the claude state was saved.`]);
  });

  it.each([["--merge"], ["--apply"]])(
    "a rebase that only moves forward never tells of a detached HEAD (%s)",
    async (how) => {
      const here = await hookedRepo();
      here.git("checkout", "-q", "-b", "side");
      here.git("checkout", "-q", "main");
      for (const name of ["e", "f"]) change(here, name);
      here.git("checkout", "-q", "side");
      await save(here);
      expect(run(here, ["rebase", "-q", how, "main"]).stderr).not.toContain("detached");
    },
  );

  it("a commit in the middle of a rebase is not told of", async () => {
    const here = await twoBranches();
    here.git("checkout", "-q", "side");
    await save(here);
    run(here, ["-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "-q", "-i", "HEAD~2"]);
    expect(said(change(here, "g"))).toEqual([]);
    expect(said(run(here, ["commit", "-q", "--amend", "-m", "other"]))).toEqual([]);
    run(here, ["rebase", "--abort"]);
  });

  it("several picked commits are told of afterwards", async () => {
    const here = await twoBranches();
    await save(here);
    expect(said(run(here, ["cherry-pick", "main..side"]))).toEqual([]);
    expect(said(change(here, "g"))).toEqual([`baton: 4 commits came since the claude state was saved.`]);
  });

  it("a bisect is left in peace", async () => {
    const here = await twoBranches();
    here.git("checkout", "-q", "side");
    await save(here);
    for (const args of [["start", "HEAD", "HEAD~3"], ["good"], ["bad"], ["reset"]]) {
      expect(said(run(here, ["bisect", ...args]))).toEqual([]);
    }
  });
});

describe("places", () => {
  it("a linked working tree has its own saved states", async () => {
    const here = await hookedRepo();
    await save(here);
    const other = repoAt(join(temporaryFolder(), "linked"));
    expect(run(here, ["worktree", "add", "-q", other.root, "-b", "other"])).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(change(other).stderr).toBe("");
    await save(other);
    expect(said(change(other))).toHaveLength(1);
    expect(said(change(here))).toHaveLength(1);
  });

  it("a submodule has its own saved states", async () => {
    const here = await hookedRepo();
    const outer = repo({ "o.txt": "o\n" });
    outer.git("submodule", "add", "-q", here.root, "sub");
    const sub = repoAt(join(outer.root, "sub"));
    await init(sub);
    await save(sub);
    expect(said(change(sub))).toHaveLength(1);
    expect(said(run(sub, ["checkout", "-q", "-b", "x"]))).toHaveLength(1);
  });

  it("a clone starts in silence", async () => {
    const here = await hookedRepo();
    await save(here);
    const folder = join(temporaryFolder(), "clone");
    expect(run(here, ["clone", "-q", here.root, folder])).toMatchObject({ code: 0, stderr: "" });
    expect(change(repoAt(folder)).stderr).toBe("");
  });

  it("git called from a folder below finds everything", async () => {
    const here = await hookedRepo({ "deep/er/b.txt": "b\n" });
    await save(here);
    const below = repoAt(join(here.root, "deep/er"));
    expect(said(run(below, ["checkout", "-q", "-b", "x"]))).toHaveLength(1);
  });

  it.each([{ PATH: "" }, { PATH: undefined }, { PATH: undefined, HOME: undefined }])(
    "a graphical client without a PATH gets the same: %o",
    async (env) => {
      const here = await hookedRepo();
      await save(here);
      const git = run(here, ["--exec-path"]).stdout.trim();
      // git itself has to be found to begin with; what it hands to hooks is only its own folder then.
      const ran = run(here, ["checkout", "-q", "-b", "feat/ä"], {
        ...env,
        PATH: env.PATH === "" ? git : undefined,
      });
      expect(said(ran)).toEqual(["baton: the claude state belongs to main; you are on feat/ä"]);
    },
  );
});

describe("the pre-push hook", () => {
  it("warns of checks that are not good, and lets the push through", async () => {
    const here = await hookedRepo();
    install(here);
    await save(here, { checks: { typescript: "fail", tests: "stale" } });
    const bare = temporaryFolder();
    here.git("init", "-q", "--bare", bare);
    const pushed = run(here, ["push", "-q", bare, "main"]);
    expect(pushed.code).toBe(0);
    expect(said(pushed)).toEqual([
      "baton: the saved claude state has checks that are not good: typescript=fail,tests=stale. Fix them, then: npx baton validate claude",
    ]);
    await save(here);
    expect(run(here, ["push", "-q", bare, "main:more"]).stderr).toBe("");
  });

  it("leaves its input to the person's own part", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.write(".git/hooks/pre-push", "#!/bin/sh\ncat >pushed\n");
    chmodSync(join(here.root, ".git/hooks/pre-push"), 0o755);
    await init(here);
    await save(here, { checks: { tests: "fail" } });
    const bare = temporaryFolder();
    here.git("init", "-q", "--bare", bare);
    expect(said(run(here, ["push", "-q", bare, "main"]))).toHaveLength(1);
    expect(run(here, ["hash-object", "pushed"]).code).toBe(0);
    expect(here.git("grep", "--no-index", "-c", "refs/heads/main", "--", "pushed")).toBe("pushed:1");
  });
});
