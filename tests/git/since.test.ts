import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository } from "../../scripts/git/repository.ts";
import { changesSince } from "../../scripts/git/since.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";

async function since(here: Repo, base: string | null) {
  const changes = await changesSince(await openRepository(here.root, here.env), base);
  return changes === null ? null : Object.fromEntries(changes);
}

describe("what changed since a commit", () => {
  it("counts committed, staged and unstaged work as one, and nothing that is untracked", async () => {
    const here = repo({ "a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n", "d.txt": "d\n" });
    const base = here.git("rev-parse", "HEAD");
    here.write("a.txt", "committed\n");
    here.write("new\n🎉.txt", "committed\n");
    here.commit("work");
    here.write("b.txt", "staged\n");
    here.git("add", "b.txt");
    here.write("c.txt", "unstaged\n");
    here.git("rm", "-q", "d.txt");
    here.write("untracked.txt", "u\n");
    expect(await since(here, base)).toEqual({
      "a.txt": "modified",
      "new\n🎉.txt": "created",
      "b.txt": "modified",
      "c.txt": "modified",
      "d.txt": "deleted",
    });
  });

  it("leaves out what was taken back", async () => {
    const here = repo({ "a.txt": "a\n" });
    const base = here.git("rev-parse", "HEAD");
    here.write("a.txt", "other\n");
    here.commit("there");
    here.write("a.txt", "a\n");
    here.commit("and back");
    expect(await since(here, base)).toEqual({});
  });

  it("counts conflicts once", async () => {
    const here = repo({ "a.txt": "a\n" });
    const base = here.git("rev-parse", "HEAD");
    here.git("checkout", "-q", "-b", "side");
    here.write("a.txt", "side\n");
    here.commit("side");
    here.git("checkout", "-q", "main");
    here.write("a.txt", "main\n");
    here.commit("main");
    expect(() => here.git("merge", "-q", "side")).toThrow();
    expect(Object.keys((await since(here, base)) ?? {})).toEqual(["a.txt"]);
  });

  it.each(["sha1", "sha256"])("can begin before the first commit (%s)", async (format) => {
    const here = repoAt(temporaryFolder());
    here.git("init", "-q", "-b", "main", `--object-format=${format}`);
    here.write("a.txt", "a\n");
    here.commit("first");
    expect(await since(here, null)).toEqual({ "a.txt": "created" });
  });

  it("is not known where the commit is not", async () => {
    expect(await since(repo({ "a.txt": "a\n" }), "0123456789abcdef0123456789abcdef01234567")).toBeNull();
  });

  it("takes nothing for a commit that could be an option or a command", async () => {
    const here = repo({ "a.txt": "a\n" });
    const target = join(temporaryFolder(), "stolen");
    for (const base of [`--output=${target}`, "HEAD", "", "HEAD@{1 day ago}", "abc"]) {
      expect(await since(here, base)).toBeNull();
    }
    expect(existsSync(target)).toBe(false);
  });

  it("does not run what the repository's settings name as a diff program", async () => {
    const here = repo({ "a.txt": "a\n", ".gitattributes": "*.txt diff=evil\n" });
    const base = here.git("rev-parse", "HEAD");
    const target = join(temporaryFolder(), "ran");
    here.git("config", "diff.evil.command", `touch ${target}; true`);
    here.git("config", "diff.external", `touch ${target}; true`);
    here.write("a.txt", "b\n");
    expect(await since(here, base)).toEqual({ "a.txt": "modified" });
    expect(existsSync(target)).toBe(false);
  });
});
