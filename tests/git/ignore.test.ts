import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { excludeLocally, notIgnored, trackedAmong } from "../../scripts/git/ignore.ts";
import { openRepository } from "../../scripts/git/repository.ts";
import { type Repo, repo } from "../support/repo.ts";
import { SHAPES } from "../support/shapes.ts";

const open = (here: Repo) => openRepository(here.root, here.env);
const exclude = (here: Repo) => join(here.root, ".git/info/exclude");

describe("which files no rule ignores", () => {
  it("is told also of files that are not there, and of tracked ones", async () => {
    const here = repo({ ".gitignore": "*.log\n/.claude/\n", "tracked.log": "x" });
    here.git("add", "-f", "tracked.log");
    const files = ["a.txt", "b.log", ".claude/state.json", "tracked.log", "-dash", "new\nline", ":(top)x"];
    expect(await notIgnored(await open(here), files)).toEqual(["a.txt", "-dash", "new\nline", ":(top)x"]);
  });
});

describe("ignoring in one clone alone", () => {
  it("adds lines once, after what stands there", async () => {
    const here = repo({ "a.txt": "a" });
    here.write(".git/info/exclude", "# mine\n/own");
    const repository = await open(here);
    await excludeLocally(repository, ["/x", "/y"]);
    await excludeLocally(repository, ["/y", "/z"]);
    const lines = readFileSync(exclude(here), "utf8").split("\n");
    expect(lines.slice(0, 2)).toEqual(["# mine", "/own"]);
    expect(lines.filter((line) => line.startsWith("/"))).toEqual(["/own", "/x", "/y", "/z"]);
    here.write("x", "");
    expect(here.git("status", "--porcelain")).toBe("");
  });

  it("works where git's template left no such folder", async () => {
    const here = repo({ "a.txt": "a" });
    rmSync(join(here.root, ".git/info"), { recursive: true });
    await excludeLocally(await open(here), ["/x"]);
    expect(existsSync(exclude(here))).toBe(true);
  });

  it.each(["a linked worktree", "a submodule", "one with its git folder elsewhere"])(
    "is in force in %s",
    async (shape) => {
      const here = (SHAPES[shape] as () => Repo)();
      await excludeLocally(await open(here), ["/x"]);
      here.write("x", "");
      expect(here.git("status", "--porcelain")).toBe("");
    },
  );

  it("loses no line when several commands do it at once", async () => {
    const here = repo({ "a.txt": "a" });
    const repository = await open(here);
    const lines = Array.from({ length: 10 }, (_, i) => `/file-${i}`);
    await Promise.all(lines.map((line) => excludeLocally(repository, [line])));
    expect(readFileSync(exclude(here), "utf8").split("\n")).toEqual(expect.arrayContaining(lines));
  });
});

it("tells which of some files are tracked, with names taken literally", async () => {
  const here = repo({ "a.txt": "a", "*": "star", "sub/b.txt": "b" });
  expect(await trackedAmong(await open(here), ["a.txt", "*", "gone", "sub/*"])).toEqual(["*", "a.txt"]);
});
