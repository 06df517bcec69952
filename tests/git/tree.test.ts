import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository } from "../../scripts/git/repository.ts";
import { filesChangedBetween, workingTreeId } from "../../scripts/git/tree.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";

async function treeOf(here: Repo, leaveOut: readonly string[] = []): Promise<string> {
  return workingTreeId(await openRepository(here.root, here.env), leaveOut);
}

/** What git itself makes of everything here, in a copy. */
function treeOfCopy(here: Repo): string {
  const copy = repoAt(join(temporaryFolder(), "copy"));
  cpSync(here.root, copy.root, { recursive: true, verbatimSymlinks: true });
  copy.git("-c", "core.safecrlf=false", "add", "-A");
  return copy.git("write-tree");
}

const FILES = { "a.ts": "a\n", "lib/b.ts": "b\n", "lib/deep/c.ts": "c\n", ".gitignore": "*.log\n" };

describe("the id of a working tree", () => {
  it("is that of HEAD where nothing has changed", async () => {
    const here = repo(FILES);
    expect(await treeOf(here)).toBe(here.git("rev-parse", "HEAD^{tree}"));
  });

  const changes: [what: string, change: (here: Repo) => void][] = [
    ["an edit", (here) => here.write("a.ts", "edited\n")],
    ["a staged edit with another one on top", (here) => stageAndEdit(here)],
    ["an untracked file", (here) => here.write("new/d.ts", "d\n")],
    ["a deletion", (here) => rmSync(join(here.root, "lib/b.ts"))],
    ["a staged deletion", (here) => here.git("rm", "-q", "lib/b.ts")],
    ["a rename", (here) => here.git("mv", "a.ts", "z.ts")],
    ["a file that becomes executable", (here) => chmodSync(join(here.root, "a.ts"), 0o755)],
    ["a file where a folder was", (here) => replace(here, "lib", "file\n")],
    ["a folder where a file was", (here) => replaceByFolder(here)],
    ["a link where a folder was", (here) => replaceByLink(here)],
    ["an intent to add", (here) => intentToAdd(here)],
    ["names with blanks, quotes, line feeds and emoji", (here) => here.write('s p/"q"\n-🌿.ts', "x\n")],
    ["a leading dash", (here) => here.write("--cached", "x\n")],
    ["content that a filter converts", (here) => convert(here)],
  ];
  for (const [what, change] of changes) {
    it(`is what git makes of it: ${what}`, async () => {
      const here = repo(FILES);
      const before = await treeOf(here);
      change(here);
      const after = await treeOf(here);
      expect(after).toBe(treeOfCopy(here));
      expect(after).not.toBe(before);
    });
  }

  it("is the same for the same content, whether committed, staged or neither", async () => {
    const here = repo(FILES);
    here.write("a.ts", "edited\n");
    const untouched = await treeOf(here);
    here.git("add", "-A");
    const staged = await treeOf(here);
    here.commit();
    expect([staged, await treeOf(here)]).toEqual([untouched, untouched]);
  });

  it("counts an edit of the same length in the same moment as the staging", { tags: "slow" }, async () => {
    const here = repo(FILES);
    for (let i = 0; i < 20; i++) {
      here.write("a.ts", `${i % 10}\n`);
      here.git("add", "a.ts");
      here.write("a.ts", "x\n");
      expect(await treeOf(here)).toBe(treeOfCopy(here));
    }
  });

  it("does not count ignored files", async () => {
    const here = repo(FILES);
    const before = await treeOf(here);
    here.write("debug.log", "noise\n");
    expect(await treeOf(here)).toBe(before);
  });

  it("does not count what the caller leaves out, nor its siblings with a suffix, tracked or not", async () => {
    const here = repo(FILES);
    const own = [".claude/.session-state.json"];
    const before = await treeOf(here, own);
    here.write(".claude/.session-state.json", "{}");
    here.write(".claude/.session-state.json.corrupt-20260105", "{");
    expect(await treeOf(here, own)).toBe(before);
    here.git("add", "-f", ".claude/.session-state.json");
    expect(await treeOf(here, own)).toBe(before);
    here.write(".claude/settings.json", "{}");
    expect(await treeOf(here, own)).not.toBe(before);
  });

  it("leaves the index, the refs and the object folder's contents as they were", async () => {
    const here = repo(FILES);
    here.git("config", "core.splitIndex", "true");
    here.write("a.ts", "staged\n");
    here.git("add", "a.ts");
    here.write("secret.env", "TOKEN=hunter2\n");
    const index = join(here.root, ".git/index");
    const before = [readFileSync(index), statSync(index).mtimeMs, here.git("for-each-ref")];
    // Where temporary files are made, and taken away again.
    here.write(".git/baton/lock", "");
    const gitFolder = execFileSync("ls", ["-R", join(here.root, ".git/baton")], { encoding: "utf8" });
    await treeOf(here);
    expect([readFileSync(index), statSync(index).mtimeMs, here.git("for-each-ref")]).toEqual(before);
    expect(execFileSync("ls", ["-R", join(here.root, ".git/baton")], { encoding: "utf8" })).toBe(gitFolder);
    const blob = here.git("hash-object", "secret.env");
    expect(() => here.git("cat-file", "-e", blob)).toThrow();
  });

  it("can be told before the first commit, and in a repository with nothing in it", async () => {
    const here = repo();
    expect(await treeOf(here)).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    here.write("a.ts", "a\n");
    expect(await treeOf(here)).toBe(treeOfCopy(here));
  });

  it("can be told in the middle of a merge with conflicts", async () => {
    const here = repo(FILES);
    here.git("switch", "-q", "-c", "other");
    here.write("a.ts", "theirs\n");
    here.git("rm", "-q", "lib/b.ts");
    here.commit();
    here.git("switch", "-q", "main");
    here.write("a.ts", "ours\n");
    here.write("lib/b.ts", "ours\n");
    here.commit();
    expect(() => here.git("merge", "-q", "other")).toThrow();
    expect(here.git("ls-files", "-u")).not.toBe("");
    expect(await treeOf(here)).toBe(treeOfCopy(here));
    expect(here.git("ls-files", "-u")).not.toBe("");
  });

  it("knows which commit a submodule is at", async () => {
    const inner = repo({ "x.ts": "x\n" });
    const here = repo(FILES);
    here.git("submodule", "--quiet", "add", inner.root, "sub");
    here.commit();
    const before = await treeOf(here);
    const sub = repoAt(join(here.root, "sub"));
    sub.write("x.ts", "y\n");
    expect(await treeOf(here)).toBe(before);
    const head = sub.commit();
    here.git("config", "submodule.sub.ignore", "all");
    const after = await treeOf(here);
    expect(here.git("ls-tree", after, "sub")).toContain(head);
  });

  it("passes over repositories inside the repository that git does not know", async () => {
    const here = repo(FILES);
    const before = await treeOf(here);
    here.git("worktree", "add", "-q", "inside");
    mkdirSync(join(here.root, "empty"));
    repoAt(join(here.root, "empty")).git("init", "-q");
    expect(await treeOf(here)).toBe(before);
  });

  it("is a linked worktree's own", async () => {
    const here = repo(FILES);
    const linked = repoAt(join(temporaryFolder(), "linked"));
    here.git("worktree", "add", "-q", linked.root);
    linked.write("a.ts", "there\n");
    expect(await treeOf(here)).toBe(here.git("rev-parse", "HEAD^{tree}"));
    linked.git("add", "-A");
    expect(await treeOf(linked)).toBe(linked.git("write-tree"));
  });

  it("keeps the files that a sparse checkout leaves out", async () => {
    const here = repo(FILES);
    here.git("sparse-checkout", "set", "other");
    expect(await treeOf(here)).toBe(here.git("rev-parse", "HEAD^{tree}"));
  });

  it("can be told where the object folder cannot be written", async () => {
    const here = repo(FILES);
    here.write("lib/new.ts", "n\n");
    const expected = treeOfCopy(here);
    const objects = join(here.root, ".git/objects");
    chmodSync(objects, 0o555);
    try {
      expect(await treeOf(here)).toBe(expected);
    } finally {
      chmodSync(objects, 0o755);
    }
  });

  it("passes over a file that nobody may read", async () => {
    const here = repo(FILES);
    here.write("b.ts", "readable\n");
    const before = await treeOf(here);
    here.write("locked.ts", "locked\n");
    chmodSync(join(here.root, "locked.ts"), 0o000);
    // Root may read everything.
    const expected = process.getuid?.() === 0 ? treeOfCopy(here) : before;
    expect(await treeOf(here)).toBe(expected);
  });
});

describe("files changed between two trees", () => {
  it("are named, whatever their names are", async () => {
    const here = repo(FILES);
    const before = await treeOf(here);
    here.write("a.ts", "edited\n");
    here.write("new\n🌿.ts", "n\n");
    rmSync(join(here.root, "lib/b.ts"));
    const repository = await openRepository(here.root, here.env);
    const after = await workingTreeId(repository);
    const changed = await filesChangedBetween(repository, before, after);
    expect(changed?.sort()).toEqual(["a.ts", "lib/b.ts", "new\n🌿.ts"]);
    expect(await filesChangedBetween(repository, after, after)).toEqual([]);
  });

  it("are not known when a tree is not here", async () => {
    const here = repo(FILES);
    const repository = await openRepository(here.root, here.env);
    const tree = await workingTreeId(repository);
    expect(await filesChangedBetween(repository, "0".repeat(39).concat("1"), tree)).toBeNull();
    expect(await filesChangedBetween(repository, "--output=x", tree)).toBeNull();
  });
});

function stageAndEdit(here: Repo): void {
  here.write("a.ts", "staged\n");
  here.git("add", "a.ts");
  here.write("a.ts", "on top\n");
}

function replace(here: Repo, path: string, content: string): void {
  rmSync(join(here.root, path), { recursive: true });
  here.write(path, content);
}

function replaceByFolder(here: Repo): void {
  rmSync(join(here.root, "a.ts"));
  here.write("a.ts/inner.ts", "inner\n");
}

function replaceByLink(here: Repo): void {
  rmSync(join(here.root, "lib"), { recursive: true });
  symlinkSync("/nowhere", join(here.root, "lib"));
}

function intentToAdd(here: Repo): void {
  here.write("n.ts", "n\n");
  here.git("add", "-N", "n.ts");
}

function convert(here: Repo): void {
  here.write(".gitattributes", "*.txt text eol=lf\n");
  here.git("config", "core.safecrlf", "true");
  here.write("w.txt", "one\r\ntwo\r\n");
}
