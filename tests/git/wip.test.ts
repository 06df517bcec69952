import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository } from "../../scripts/git/repository.ts";
import { commitWork, stashWork } from "../../scripts/git/wip.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";

const open = (here: Repo, env = here.env) => openRepository(here.root, env);
const status = (here: Repo) => here.git("status", "--porcelain");

/** Staged, unstaged, untracked and ignored work. */
function busy(): Repo {
  const here = repo({ "staged.txt": "1\n", "unstaged.txt": "1\n", ".gitignore": "*.log\n" });
  here.write("staged.txt", "2\n");
  here.git("add", "staged.txt");
  here.write("unstaged.txt", "2\n");
  here.write("sub/new\n🎉.txt", "new\n");
  here.write("x.log", "ignored\n");
  return here;
}

function hook(here: Repo, name: string, script: string): void {
  here.write(`.git/hooks/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(join(here.root, ".git/hooks", name), 0o755);
}

/** Undoes it the way a person would: by typing the line. */
function type(here: Repo, line = ""): void {
  execFileSync("sh", ["-c", line], { cwd: here.root, env: here.env });
}

describe("a wip commit", () => {
  it("takes all work but what is ignored, and says what takes it back", async () => {
    const here = busy();
    const head = here.git("rev-parse", "HEAD");
    const done = await commitWork(await open(here), "wip: -leading dash, # and\n\nquotes ' \"");
    expect(done).toMatchObject({ kind: "commit", oid: here.git("rev-parse", "HEAD") });
    expect(status(here)).toBe("");
    expect(here.git("log", "-1", "--format=%B")).toBe("wip: -leading dash, # and\n\nquotes ' \"\n");
    expect(existsSync(join(here.root, "x.log"))).toBe(true);
    type(here, done?.undo);
    expect(here.git("rev-parse", "HEAD")).toBe(head);
    expect(here.git("status", "--porcelain", "-z")).toContain("sub/");
  });

  it("can be the first commit, and be taken back all the same", async () => {
    const here = repo();
    here.write("a.txt", "a\n");
    const done = await commitWork(await open(here), "wip");
    expect(status(here)).toBe("");
    type(here, done?.undo);
    expect(() => here.git("rev-parse", "--verify", "-q", "HEAD")).toThrow();
    expect(existsSync(join(here.root, "a.txt"))).toBe(true);
  });

  it("is made by who the environment says that the person is", async () => {
    const here = busy();
    await commitWork(
      await open(here, {
        ...here.env,
        GIT_AUTHOR_NAME: "Grace",
        EDITOR: "vi",
        PAGER: "less",
        PREFIX: "/usr",
      }),
      "wip",
    );
    expect(here.git("log", "-1", "--format=%an <%ae>")).toBe("Grace <ada@example.com>");
  });

  it("goes to its own repository, whatever a hook of another one has set", async () => {
    const other = repo({ "o.txt": "o\n" });
    const before = other.git("rev-parse", "HEAD");
    const here = busy();
    const env = {
      ...here.env,
      GIT_DIR: join(other.root, ".git"),
      GIT_INDEX_FILE: join(other.root, ".git/index"),
    };
    await commitWork(await open(here, env), "wip");
    expect(status(here)).toBe("");
    expect(other.git("rev-parse", "HEAD")).toBe(before);
  });

  it("is not made where a hook refuses: the index is as it was, and the hook's words are told", async () => {
    const here = busy();
    hook(here, "pre-commit", "echo 'no TODO marks, please' >&2; exit 1");
    const before = status(here);
    await expect(commitWork(await open(here), "wip")).rejects.toMatchObject({
      message: expect.stringContaining("no TODO marks, please"),
      fix: expect.stringContaining("--stash"),
      code: 1,
    });
    expect(status(here)).toBe(before);
    expect(readdirSync(join(here.root, ".git")).filter((name) => name.startsWith("baton-index"))).toEqual([]);
  });

  it("that a hook refuses leaves an index that was not there as absent", async () => {
    const here = repo();
    here.write("a.txt", "a\n");
    hook(here, "pre-commit", "exit 1");
    await expect(commitWork(await open(here), "wip")).rejects.toMatchObject({ code: 1 });
    expect(status(here)).toBe("?? a.txt");
  });

  it("gives the hooks what the person has set, and nothing that changes how git reads their words", async () => {
    const here = busy();
    hook(here, "pre-commit", 'git status --porc >/dev/null && echo "$EDITOR, $GIT_ASKPASS" >.git/seen');
    const env = { ...here.env, EDITOR: "my-editor", PAGER: "my-pager", GIT_ASKPASS: "my-askpass" };
    await commitWork(await open(here, env), "wip");
    expect(readFileSync(join(here.root, ".git", "seen"), "utf8")).toBe("my-editor, my-askpass\n");
  });

  it("is not made where git does not know the person, with the lines that tell it", async () => {
    const here = busy();
    const before = status(here);
    const {
      GIT_AUTHOR_NAME: _1,
      GIT_AUTHOR_EMAIL: _2,
      GIT_COMMITTER_NAME: _3,
      GIT_COMMITTER_EMAIL: _4,
      ...env
    } = here.env;
    here.git("config", "user.useConfigOnly", "true");
    await expect(commitWork(await open(here, env), "wip")).rejects.toMatchObject({
      message: expect.stringContaining("does not know who you are"),
      fix: expect.stringContaining("git config user.name"),
    });
    expect(status(here)).toBe(before);
  });

  it("that a hook refuses without a word is told without words", async () => {
    const here = busy();
    hook(here, "pre-commit", "exit 1");
    await expect(commitWork(await open(here), "wip")).rejects.toMatchObject({
      message: "git refused to commit. Nothing was changed. It gave no reason.",
    });
  });

  it("is made, and the index its own, also where git is ended in the hook that comes after", async () => {
    const here = busy();
    hook(here, "post-commit", "kill -INT $PPID; sleep 1");
    const done = await commitWork(await open(here), "wip");
    expect(done?.oid).toBe(here.git("rev-parse", "HEAD"));
    expect(here.git("log", "-1", "--format=%s")).toBe("wip");
    expect(status(here)).toBe("");
  });

  it("is made in a linked worktree alone", async () => {
    const main = busy();
    const before = status(main);
    const root = join(temporaryFolder(), "linked");
    main.git("worktree", "add", "-q", root);
    const linked = repoAt(root);
    linked.write("here.txt", "h\n");
    await commitWork(await open(linked), "wip");
    expect(status(linked)).toBe("");
    expect(status(main)).toBe(before);
  });
});

describe("a stash", () => {
  it("takes all work but what is ignored, and comes back as it was", async () => {
    const here = busy();
    const before = status(here);
    const done = await stashWork(await open(here), "claude to codex");
    expect(done).toMatchObject({ kind: "stash", oid: here.git("rev-parse", "refs/stash") });
    expect(status(here)).toBe("");
    expect(here.git("stash", "list")).toContain("claude to codex");
    expect(existsSync(join(here.root, "x.log"))).toBe(true);
    type(here, done?.undo);
    expect(status(here)).toBe(before);
  });

  it("is its own, also where there are others", async () => {
    const here = repo({ "a.txt": "1\n" });
    here.write("a.txt", "2\n");
    here.git("stash", "-q");
    here.write("a.txt", "3\n");
    const done = await stashWork(await open(here), "mine");
    expect(here.git("show", `${done?.oid}:a.txt`)).toBe("3");
  });

  it("that git could not finish says that the work is in it all the same", async () => {
    const here = busy();
    // Between stashing the files and clearing them away git finds its index locked.
    hook(here, "reference-transaction", '[ "$1" != committed ] || touch .git/index.lock');
    const error = await stashWork(await open(here), "x").catch((error: unknown) => error);
    const oid = here.git("rev-parse", "refs/stash");
    expect(error).toMatchObject({
      message: expect.stringContaining("git stashed the work, but could not clear all of it away."),
      fix: expect.stringContaining(`git stash apply --index ${oid}`),
      details: { stash: oid },
    });
  });

  it("is not made while the index is locked", async () => {
    const here = busy();
    const before = status(here);
    here.write(".git/index.lock", "");
    await expect(stashWork(await open(here), "x")).rejects.toMatchObject({
      message: expect.stringContaining("Nothing was changed."),
      fix: expect.stringContaining(join(here.root, ".git/index.lock")),
    });
    expect(status(here)).toBe(before);
    expect(here.git("stash", "list")).toBe("");
  });

  it("is refused before the first commit, with the other way", async () => {
    const here = repo();
    here.write("a.txt", "a\n");
    await expect(stashWork(await open(here), "x")).rejects.toMatchObject({
      fix: expect.stringContaining("--commit"),
    });
    expect(status(here)).toBe("?? a.txt");
  });

  it("is none where nothing is to be stashed", async () => {
    const here = repo({ "a.txt": "a\n" });
    expect(await stashWork(await open(here), "x")).toBeNull();
    expect(here.git("stash", "list")).toBe("");
  });

  it("says git's own words when git cannot, and changes nothing", async () => {
    const here = busy();
    hook(here, "reference-transaction", "echo 'no stashes here' >&2; exit 1");
    const before = status(here);
    await expect(stashWork(await open(here), "x")).rejects.toMatchObject({
      message: expect.stringMatching(/refused to stash. Nothing was changed. It said:\n.*no stashes here/s),
      code: 1,
    });
    expect(status(here)).toBe(before);
  });
});
