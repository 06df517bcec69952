// @module-tag slow
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openRepository } from "../../scripts/git/repository.ts";
import { commitWork, type PutAway, stashApply, stashWork, sweepLeftovers } from "../../scripts/git/wip.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";

/** What the person has: the commit, the index with its flags, and every file with its mode and bytes. */
function everything(here: Repo) {
  return {
    head: readFileSync(
      here.git("rev-parse", "--git-path", "HEAD").replace(/^(?!\/)/, `${here.root}/`),
      "utf8",
    ),
    commit: commitOf(here),
    index: here.git("ls-files", "--stage", "-v", "-z"),
    status: here.git("status", "--porcelain=v2", "-z", "--untracked-files=all"),
    files: filesIn(Buffer.from(here.root)),
  };
}

function commitOf(here: Repo): string | null {
  try {
    return here.git("rev-parse", "--verify", "--quiet", "HEAD");
  } catch {
    return null;
  }
}

function filesIn(folder: Buffer): string[] {
  return readdirSync(folder, { encoding: "buffer" })
    .filter((name) => name.toString() !== ".git")
    .flatMap((name) => {
      const path = Buffer.concat([folder, Buffer.from("/"), name]);
      const there = lstatSync(path);
      if (there.isDirectory()) return filesIn(path);
      const content = there.isSymbolicLink() ? readlinkSync(path, "buffer") : readFileSync(path);
      return [`${path.toString("latin1")} ${there.mode.toString(8)} ${content.toString("latin1")}`];
    })
    .sort();
}

/** Undoes it the way a person would: by typing the line into a shell, in a folder of the project. */
function type(here: Repo, line: string, cwd = here.root): void {
  execFileSync("sh", ["-c", line], { cwd, env: here.env, stdio: "pipe" });
}

const open = (here: Repo) => openRepository(here.root, here.env);

let made: string | null = null;
afterAll(() => {
  if (made !== null) rmSync(made, { recursive: true });
});

/** A repository of some files, copied from one that is made once. */
function start(): Repo {
  if (made === null) {
    made = mkdtempSync(join(tmpdir(), "baton-test-"));
    cpSync(firstRepo().root, made, { recursive: true, verbatimSymlinks: true });
  }
  const root = temporaryFolder();
  cpSync(made, root, { recursive: true, verbatimSymlinks: true });
  return repoAt(root);
}

function firstRepo(): Repo {
  const here = repo({
    "a.txt": "1\n2\n3\n",
    "b.txt": "b\n",
    "c.txt": "c\n",
    "d/x.txt": "x\n",
    "d/y.txt": "y\n",
    "tool.sh": "echo\n",
    ".gitignore": "*.log\n/hidden/\n",
  });
  symlinkSync("a.txt", join(here.root, "link"));
  here.commit("a link");
  return here;
}

function nestedRepo(here: Repo, name: string): Repo {
  here.git("init", "-q", name);
  const inner = repoAt(join(here.root, name));
  inner.write("inner.txt", "inner\n");
  inner.commit("inner");
  return inner;
}

function withSubmodule(here: Repo): Repo {
  const origin = repo({ "s.txt": "s\n" });
  here.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", origin.root, "sub");
  here.commit("a submodule");
  return repoAt(join(here.root, "sub"));
}

const remove = (here: Repo, path: string) => rmSync(join(here.root, path), { recursive: true });

type End = "back" | "refused" | "nothing";
const SITUATIONS: readonly [name: string, commit: End, stash: End, make: (here: Repo) => void][] = [
  ["nothing staged", "back", "back", (here) => here.write("a.txt", "2\n")],
  [
    "a partly staged file",
    "back",
    "back",
    (here) => {
      here.write("a.txt", "staged\n2\n3\n");
      here.git("add", "a.txt");
      here.write("a.txt", "staged\n2\nnot staged\n");
    },
  ],
  [
    "what is staged was taken back in the file",
    "refused",
    "back",
    (here) => {
      here.write("a.txt", "staged\n");
      here.git("add", "a.txt");
      here.write("a.txt", "1\n2\n3\n");
    },
  ],
  [
    "a staged rename, changed afterwards",
    "back",
    "back",
    (here) => {
      here.git("mv", "b.txt", "moved.txt");
      here.write("moved.txt", "b\nmore\n");
    },
  ],
  [
    "a rename that is not staged",
    "back",
    "back",
    (here) => renameSync(join(here.root, "b.txt"), join(here.root, "m.txt")),
  ],
  [
    "a file that is tracked no longer, alone",
    "refused",
    "back",
    (here) => here.git("rm", "-q", "--cached", "b.txt"),
  ],
  [
    "a file that is tracked no longer, and another change",
    "back",
    "back",
    (here) => {
      here.git("rm", "-q", "--cached", "b.txt");
      here.write("a.txt", "2\n");
    },
  ],
  [
    "a file that is tracked no longer, but ignored and changed",
    "back",
    "back",
    (here) => {
      here.git("rm", "-q", "--cached", "b.txt");
      here.write(".gitignore", "*.log\n/hidden/\nb.txt\n");
      here.write("b.txt", "mine\n");
    },
  ],
  [
    "a file that is tracked no longer, and deleted, and another",
    "back",
    "back",
    (here) => {
      here.git("rm", "-q", "b.txt");
      here.write("new.txt", "n\n");
    },
  ],
  [
    "a deleted file whose deletion is not staged",
    "back",
    "back",
    (here) => {
      remove(here, "b.txt");
      here.write("a.txt", "2\n");
      here.git("add", "a.txt");
    },
  ],
  [
    "a new file marked to be added",
    "back",
    "refused",
    (here) => {
      here.write("d/so on & $(on).txt", "n\n");
      here.git("add", "-N", "d/so on & $(on).txt");
    },
  ],
  [
    "a marked file beside what is staged",
    "back",
    "refused",
    (here) => {
      here.write("*.log", "ignored\n");
      here.write("x.log", "ignored\n");
      here.git("add", "-f", "-N", ":(literal)*.log");
      here.write("a.txt", "2\n");
      here.git("add", "a.txt");
    },
  ],
  [
    "a marked file that was deleted",
    "refused",
    "refused",
    (here) => {
      here.write("gone.txt", "n\n");
      here.git("add", "-N", "gone.txt");
      remove(here, "gone.txt");
    },
  ],
  [
    "a file replaced by a folder",
    "back",
    "back",
    (here) => {
      remove(here, "c.txt");
      here.write("c.txt/x", "x\n");
    },
  ],
  [
    "a file replaced by a folder, with the deletion staged",
    "back",
    "back",
    (here) => {
      here.git("rm", "-q", "c.txt");
      here.write("c.txt/x", "x\n");
      here.write("a.txt", "2\n");
    },
  ],
  [
    "a file replaced by a folder, staged, and changed again",
    "back",
    "back",
    (here) => {
      remove(here, "c.txt");
      here.write("c.txt/x", "x\n");
      here.git("add", "-A");
      here.write("c.txt/x", "y\n");
      here.write("c.txt/z", "z\n");
    },
  ],
  [
    "a file replaced by a folder with ignored files alone",
    "back",
    "refused",
    (here) => {
      remove(here, "c.txt");
      here.write("c.txt/x.log", "precious\n");
    },
  ],
  [
    "a folder replaced by a file",
    "back",
    "back",
    (here) => {
      remove(here, "d");
      here.write("d", "a file\n");
    },
  ],
  [
    "a folder replaced by a file, staged",
    "back",
    "back",
    (here) => {
      remove(here, "d");
      here.write("d", "a file\n");
      here.git("add", "-A");
      here.write("d", "another\n");
    },
  ],
  [
    "a folder replaced by an ignored file",
    "back",
    "refused",
    (here) => {
      here.write(".gitignore", "d\n");
      remove(here, "d");
      here.write("d", "precious\n");
    },
  ],
  [
    "a staged new file that was deleted",
    "back",
    "back",
    (here) => {
      here.write("new.txt", "new\n");
      here.git("add", "new.txt");
      remove(here, "new.txt");
      here.write("a.txt", "2\n");
    },
  ],
  [
    "a staged new file that was deleted, and nothing else",
    "refused",
    "back",
    (here) => {
      here.write("new.txt", "new\n");
      here.git("add", "new.txt");
      remove(here, "new.txt");
    },
  ],
  [
    "a staged new file that became a folder",
    "back",
    "back",
    (here) => {
      here.write("new", "new\n");
      here.git("add", "new");
      remove(here, "new");
      here.write("new/x", "x\n");
    },
  ],
  [
    "executable bits, staged and not",
    "back",
    "back",
    (here) => {
      chmodSync(join(here.root, "tool.sh"), 0o755);
      here.git("add", "tool.sh");
      chmodSync(join(here.root, "a.txt"), 0o755);
      here.write("run", "#!/bin/sh\n");
      chmodSync(join(here.root, "run"), 0o755);
    },
  ],
  [
    "links: changed, new, dangling, a file turned into one and one into a file",
    "back",
    "back",
    (here) => {
      remove(here, "link");
      here.write("link", "a file now\n");
      remove(here, "b.txt");
      symlinkSync("d", join(here.root, "b.txt"));
      here.git("add", "b.txt");
      symlinkSync("no such file", join(here.root, "dangling"));
      remove(here, "d");
      symlinkSync(".", join(here.root, "d"));
    },
  ],
  [
    "odd names",
    "back",
    "back",
    (here) => {
      for (const name of ["-f", "new\nline", "q\"uo'te", " lead", "🎉", ":(top)x", "*", "x\\y", "[a]", "#"]) {
        here.write(`odd/${name}`, `${name}\n`);
        here.write(name, "top\n");
      }
      here.git("add", "--", ":(literal)*", "-f");
      here.write("*", "again\n");
      writeFileSync(Buffer.from(`${here.root}/caf\xe9`, "latin1"), "not UTF-8\n");
    },
  ],
  [
    "empty and binary files",
    "back",
    "back",
    (here) => {
      here.write("empty", "");
      here.write("b.txt", "");
      here.git("add", "b.txt");
      here.write("c.txt", Buffer.from([0, 255, 10, 13, 10, 0]));
      here.write("binary", Buffer.from([0, 1, 2, 13, 10]));
    },
  ],
  [
    "ignored files, some of them added by force",
    "back",
    "back",
    (here) => {
      here.write("x.log", "x\n");
      here.write("hidden/y", "y\n");
      here.git("add", "-f", "x.log");
      here.write("x.log", "xx\n");
      here.write("y.log", "y\n");
    },
  ],
  [
    "a new rule of .gitignore, and a file that it covers",
    "back",
    "back",
    (here) => {
      here.write(".gitignore", "*.secret\n");
      here.write("x.secret", "stays\n");
      here.write("new.txt", "n\n");
    },
  ],
  [
    "files that git is told to take for unchanged",
    "back",
    "back",
    (here) => {
      here.git("update-index", "--assume-unchanged", "b.txt");
      here.git("update-index", "--skip-worktree", "c.txt");
      here.write("c.txt", "local\n");
      here.write("a.txt", "2\n");
      here.git("add", "a.txt");
      here.write("a.txt", "3\n");
    },
  ],
  [
    "a sparse checkout, with a file outside of it",
    "back",
    "back",
    (here) => {
      here.git("update-index", "--refresh");
      here.git("sparse-checkout", "set", "--no-cone", "/*", "!/d/");
      here.write("a.txt", "2\n");
      here.git("add", "a.txt");
      here.write("a.txt", "3\n");
    },
  ],
  [
    "a repository inside this one",
    "refused",
    "back",
    (here) => {
      nestedRepo(here, "in ner").write("more", "m\n");
      here.write("a.txt", "2\n");
    },
  ],
  [
    "a repository inside this one without a commit",
    "refused",
    "back",
    (here) => {
      here.git("init", "-q", "inner");
      here.write("a.txt", "2\n");
      here.git("add", "a.txt");
      here.write("a.txt", "3\n");
    },
  ],
  ["a repository inside this one alone", "refused", "nothing", (here) => void nestedRepo(here, "inner")],
  [
    "a submodule with changes in it alone",
    "nothing",
    "nothing",
    (here) => {
      const sub = withSubmodule(here);
      sub.write("s.txt", "changed\n");
      sub.write("new.txt", "n\n");
    },
  ],
  [
    "a submodule with changes in it, and others",
    "back",
    "back",
    (here) => {
      withSubmodule(here).write("s.txt", "changed\n");
      here.write("a.txt", "2\n");
      here.git("add", "a.txt");
      here.write("a.txt", "3\n");
    },
  ],
  [
    "a submodule with a new commit",
    "back",
    "back",
    (here) => {
      const sub = withSubmodule(here);
      sub.write("s.txt", "changed\n");
      sub.commit("in the submodule");
      sub.write("s.txt", "again\n");
    },
  ],
  [
    "a submodule with a new commit that is staged",
    "back",
    "back",
    (here) => {
      const sub = withSubmodule(here);
      sub.write("s.txt", "changed\n");
      sub.commit("in the submodule");
      here.git("add", "sub");
      here.write("new.txt", "n\n");
    },
  ],
  [
    "a submodule that was just added",
    "back",
    "back",
    (here) => {
      const origin = repo({ "s.txt": "s\n" });
      here.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", origin.root, "sub");
    },
  ],
  [
    "line ends that git converts",
    "back",
    "refused",
    (here) => {
      here.write(".gitattributes", "* text=auto\n");
      here.write("dos.txt", "one\r\ntwo\r\n");
    },
  ],
  [
    "line ends that git is told of, and that are as it would write them",
    "back",
    "back",
    (here) => {
      here.write(".gitattributes", "* text=auto\n*.bat text eol=crlf\n");
      here.write("unix.txt", "one\ntwo\n");
      here.write("x.bat", "one\r\ntwo\r\n");
    },
  ],
  [
    "a filter that comes back otherwise",
    "back",
    "refused",
    (here) => {
      here.git("config", "filter.up.clean", "tr a-z A-Z");
      here.git("config", "filter.up.smudge", "cat");
      here.write(".gitattributes", "*.up filter=up\n");
      here.write("x.up", "small\n");
    },
  ],
  [
    "conflicts that are not resolved",
    "refused",
    "refused",
    (here) => {
      here.write("a.txt", "mine\n");
      here.git("stash", "-q");
      here.write("a.txt", "theirs\n");
      here.commit("theirs");
      try {
        here.git("stash", "pop", "-q");
      } catch {
        // The conflict is what is wanted.
      }
    },
  ],
];

async function outcome(run: () => Promise<PutAway | null>): Promise<PutAway | "nothing" | "refused"> {
  try {
    return (await run()) ?? "nothing";
  } catch (error) {
    expect(error).toMatchObject({ message: expect.stringContaining("Nothing was changed."), code: 3 });
    return "refused";
  }
}

describe.each(["commit", "stash"] as const)(
  "work in a %s comes back by the printed line, or is refused:",
  (kind) => {
    it.each(SITUATIONS)("%s", async (_, commit, stash, make) => {
      const here = start();
      make(here);
      const before = everything(here);
      const put = kind === "commit" ? commitWork : stashWork;
      const done = await outcome(async () => put(await open(here), "wip"));
      const wanted = kind === "commit" ? commit : stash;
      if (typeof done === "string") {
        expect(done).toBe(wanted);
      } else {
        expect(wanted).toBe("back");
        expect(
          here
            .git("status", "--porcelain", "--ignore-submodules=all")
            .replace(/^\?\? .*(\/"?|\.secret)$/gm, ""),
        ).toBe("");
        type(here, done.undo);
      }
      expect(everything(here)).toEqual(before);
      expect(readdirSync(join(here.root, ".git")).filter((name) => name.startsWith("baton-"))).toEqual([]);
    });
  },
);

describe("the line that takes a commit back", () => {
  it("works from a subfolder, and on a detached HEAD", async () => {
    const here = start();
    here.git("checkout", "-q", "--detach");
    here.write("d/new.txt", "n\n");
    here.git("add", "-N", "d/new.txt");
    const before = everything(here);
    const done = await commitWork(await open(here), "wip");
    type(here, done?.undo ?? "", join(here.root, "d"));
    expect(everything(here)).toEqual(before);
  });

  it("takes the first commit back to what was staged", async () => {
    const here = repo();
    here.write("a.txt", "staged\n");
    here.git("add", "a.txt");
    here.write("a.txt", "not staged\n");
    here.write("b.txt", "b\n");
    const before = everything(here);
    const done = await commitWork(await open(here), "wip");
    type(here, done?.undo ?? "");
    expect(everything(here)).toEqual(before);
  });

  it("touches nothing where there is a later commit", async () => {
    const here = start();
    here.write("a.txt", "2\n");
    const done = await commitWork(await open(here), "wip");
    here.write("a.txt", "3\n");
    here.commit("later");
    here.write("a.txt", "4\n");
    const before = everything(here);
    expect(() => type(here, done?.undo ?? "")).toThrow();
    expect(everything(here)).toEqual(before);
  });

  it("finds what was staged also when git has cleaned up", async () => {
    const here = start();
    here.write("a.txt", "staged, and in no commit\n");
    here.git("add", "a.txt");
    here.write("a.txt", "2\n");
    const before = everything(here);
    const done = await commitWork(await open(here), "wip");
    here.git("gc", "-q", "--prune=now");
    type(here, done?.undo ?? "");
    expect(everything(here)).toEqual(before);
  });

  it("keeps no more than the last twenty indexes from git's clean-up", async () => {
    const here = start();
    const now = here.env.GIT_COMMITTER_DATE;
    here.env.GIT_COMMITTER_DATE = "1700000000 +0000";
    const kept = here.commit();
    here.env.GIT_COMMITTER_DATE = now;
    for (let i = 0; i < 25; i++) here.git("update-ref", `refs/baton/undo/${i}`, kept);
    here.write("a.txt", "staged\n");
    here.git("add", "a.txt");
    here.write("a.txt", "2\n");
    const done = await commitWork(await open(here), "wip");
    const refs = here.git("for-each-ref", "--format=%(refname)", "refs/baton/undo/").split("\n");
    expect(refs).toHaveLength(20);
    expect(refs).toContain(`refs/baton/undo/${done?.oid}`);
  });

  it("is said to leave what a commit hook has changed", async () => {
    const here = start();
    here.write("a.txt", "2\n");
    expect((await commitWork(await open(here), "wip"))?.note).toBeUndefined();
    here.write(".git/hooks/pre-commit", "#!/bin/sh\necho formatted >a.txt; git add a.txt\n");
    chmodSync(join(here.root, ".git/hooks/pre-commit"), 0o755);
    here.write("a.txt", "3\n");
    expect((await commitWork(await open(here), "wip"))?.note).toContain("hook changed");
  });
});

describe("the line that brings a stash back", () => {
  // Made once by trying numbers: the commit's id has decimal digits alone, which git takes for a stash's number.
  const DIGITS = "6281961673965872688983731380819545848560";
  const DATE = "1700000000 +0000";

  it("brings back its own, also where git would take the name for a number", () => {
    const here = repoAt(temporaryFolder());
    here.env.GIT_AUTHOR_DATE = DATE;
    here.env.GIT_COMMITTER_DATE = DATE;
    here.git("init", "-q", "-b", "main");
    here.write("a.txt", "1\n");
    const base = here.commit("first");
    const index = here.git("commit-tree", `${base}^{tree}`, "-p", base, "-m", "index");
    here.write("a.txt", "MINE\n");
    here.git("add", "a.txt");
    const mine = here.git(
      "commit-tree",
      here.git("write-tree"),
      "-p",
      base,
      "-p",
      index,
      "-m",
      "mine 0109987728",
    );
    expect(mine).toBe(DIGITS);
    here.write("a.txt", "ANOTHER\n");
    here.git("stash", "-q");
    here.git("stash", "store", "-m", "mine", mine);
    type(here, stashApply(mine));
    expect(readFileSync(join(here.root, "a.txt"), "utf8")).toBe("MINE\n");
  });

  it("names the whole id", async () => {
    const here = start();
    here.write("a.txt", "2\n");
    const done = await stashWork(await open(here), "wip");
    expect(done?.undo).toBe(`git stash apply --index ${done?.oid}`);
    expect(done?.oid).toMatch(/^[0-9a-f]{40}$/);
  });

  it("brings the work onto what was committed meanwhile", async () => {
    const here = start();
    here.write("a.txt", "2\n");
    here.write("new.txt", "n\n");
    const done = await stashWork(await open(here), "wip");
    here.write("b.txt", "later\n");
    here.commit("later");
    type(here, done?.undo ?? "");
    expect(here.git("status", "--porcelain")).toBe(" M a.txt\n?? new.txt");
    expect(readFileSync(join(here.root, "b.txt"), "utf8")).toBe("later\n");
  });

  it("is there for somebody whom git does not know", async () => {
    const here = start();
    here.write("a.txt", "2\n");
    for (const name of Object.keys(here.env))
      if (/^GIT_(AUTHOR|COMMITTER)_/.test(name)) delete here.env[name];
    here.git("config", "user.useConfigOnly", "true");
    const before = everything(here);
    type(here, (await stashWork(await open(here), "wip"))?.undo ?? "");
    expect(everything(here)).toEqual(before);
  });
});

describe.each([
  [
    "a linked worktree",
    () => {
      const root = join(temporaryFolder(), "linked");
      start().git("worktree", "add", "-q", root);
      return repoAt(root);
    },
  ],
  [
    "a repository with SHA-256",
    () => {
      const here = repoAt(temporaryFolder());
      here.git("init", "-q", "-b", "main", "--object-format=sha256");
      here.write("a.txt", "1\n");
      here.commit();
      return here;
    },
  ],
  [
    "a repository with a split index",
    () => {
      const here = start();
      here.git("config", "core.splitIndex", "true");
      here.git("update-index", "--split-index");
      return here;
    },
  ],
])("in %s", (_, place) => {
  it.each([
    ["a commit", commitWork],
    ["a stash", stashWork],
  ])("%s comes back", async (_, put) => {
    const here = place();
    here.write("a.txt", "staged\n");
    here.git("add", "a.txt");
    here.write("a.txt", "2\n");
    here.write("new.txt", "n\n");
    const before = everything(here);
    const done = await put(await open(here), "wip");
    expect(here.git("status", "--porcelain")).toBe("");
    type(here, done?.undo ?? "");
    expect(everything(here)).toEqual(before);
  });
});

describe("leftovers of runs that were killed", () => {
  it("are removed, and those of others that run are not", async () => {
    const here = start();
    const gone = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
    here.write(`.git/baton-index-${gone}`, "an older Baton's copy");
    here.write(`.git/baton-index-${process.ppid}/index`, "another's");
    await sweepLeftovers(await open(here));
    expect(readdirSync(join(here.root, ".git")).filter((name) => name.startsWith("baton-"))).toEqual([
      `baton-index-${process.ppid}`,
    ]);
  });
});
