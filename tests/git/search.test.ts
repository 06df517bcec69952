import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository } from "../../scripts/git/repository.ts";
import { filesMatching, listFiles } from "../../scripts/git/search.ts";
import { repo } from "../support/repo.ts";

const NEVER = new AbortController().signal;

describe("all files of a working tree", () => {
  it("are the tracked ones and the new ones, each once, without what is ignored", async () => {
    const here = repo({ "a.ts": "a\n", ".gitignore": "*.log\n" });
    here.write('s p/"q"\n🌿.ts', "x\n");
    here.write("noise.log", "x\n");
    here.git("switch", "-q", "-c", "other");
    here.write("a.ts", "theirs\n");
    here.git("commit", "-qam", "theirs");
    here.git("switch", "-q", "main");
    here.write("a.ts", "ours\n");
    here.git("commit", "-qam", "ours");
    expect(() => here.git("merge", "-q", "other")).toThrow();
    const files = await listFiles(await openRepository(here.root, here.env));
    expect(files.sort()).toEqual([".gitignore", "a.ts", 's p/"q"\n🌿.ts']);
  });
});

describe("a search for patterns", () => {
  it("looks at what is in the working tree now, from wherever it is asked", async () => {
    const here = repo({ "lib/a.ts": "needle\n", "b.ts": "hay\n", "gone.ts": "needle\n" });
    here.write("lib/a.ts", "hay\n");
    here.write("b.ts", "a needle\n");
    here.write("new.ts", "pin\n");
    rmSync(join(here.root, "gone.ts"));
    const repository = await openRepository(join(here.root, "lib"), here.env);
    expect((await filesMatching(repository, ["needle", "p[iu]n"], NEVER))?.sort()).toEqual([
      "b.ts",
      "new.ts",
    ]);
    expect(await filesMatching(repository, ["nowhere"], NEVER)).toEqual([]);
  });

  it("is not moved by settings of the person", async () => {
    const here = repo({ "a.ts": "needle\n", ".gitattributes": "*.ts -diff\n" });
    here.git("config", "grep.patternType", "fixed");
    here.git("config", "grep.fullName", "true");
    here.git("config", "color.ui", "always");
    const repository = await openRepository(here.root, here.env);
    expect(await filesMatching(repository, ["ne{2}dle"], NEVER)).toEqual(["a.ts"]);
  });

  it("stops when it is told to", async () => {
    const here = repo({ "a.ts": "a\n" });
    const repository = await openRepository(here.root, here.env);
    await expect(filesMatching(repository, ["a"], AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});
