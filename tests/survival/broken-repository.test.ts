// @module-tag slow
import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository } from "../../scripts/git/repository.ts";
import { program, run } from "../support/cli.ts";
import { type Repo, repo } from "../support/repo.ts";

/** What keeps git, or the system, from doing a part of its work. */
const CONDITIONS: [condition: string, breakIt: (here: Repo) => void, named: RegExp | null][] = [
  [
    "the program of a required filter is missing",
    (here) => {
      here.write(".gitattributes", "*.bin filter=lfs\n");
      here.commit();
      here.git("config", "filter.lfs.clean", "no-such-program-lfs");
      here.git("config", "filter.lfs.required", "true");
      here.write("large.bin", "changed content");
    },
    /filter 'lfs' failed/,
  ],
  [
    "the index is broken",
    (here) => writeFileSync(join(here.root, ".git/index"), "rubbish, and no index at all"),
    /cannot list the changes/,
  ],
  ["the index is empty", (here) => truncateSync(join(here.root, ".git/index"), 5), /cannot list the changes/],
  [
    "the commit's object is missing",
    (here) => {
      const oid = here.git("rev-parse", "HEAD");
      rmSync(join(here.root, ".git/objects", oid.slice(0, 2), oid.slice(2)), { force: true });
    },
    /cannot list the changes/,
  ],
  [
    "the commit's tree is missing",
    (here) => {
      const oid = here.git("rev-parse", "HEAD^{tree}");
      rmSync(join(here.root, ".git/objects", oid.slice(0, 2), oid.slice(2)), { force: true });
    },
    /cannot list the changes/,
  ],
  [
    "there is no folder for temporary files",
    (here) => {
      here.env.TMPDIR = "/no/such/folder";
    },
    null,
  ],
];

describe.each(CONDITIONS)("where %s", (_, breakIt, named) => {
  it("a state is shown, saved, validated and handed over, and what is missing is named", async () => {
    const here = repo({ "a.txt": "a", "package.json": '{"scripts": {"test": "true"}}' });
    here.write("a.txt", "changed");
    await run(here, ["save", "claude", "--no-transcript", "--task", "Wire the checkout"]);
    breakIt(here);
    let talk = "";
    for (const argv of [
      ["status"],
      ["restore", "claude"],
      ["save", "claude", "--no-transcript"],
      ["validate", "claude"],
      ["handoff", "claude", "opencode", "--no-transcript", "--force"],
      ["restore", "opencode"],
    ]) {
      const answer = await run(here, argv);
      expect([argv[0], answer.code]).toEqual([argv[0], 0]);
      if (argv[0] !== "validate") expect(answer.out).toContain("Wire the checkout");
      // What git could not list is not told as if nothing had changed.
      if (argv[0] === "restore") expect(answer.out).toContain("a.txt");
      talk += answer.talk;
    }
    if (named !== null) expect(talk).toMatch(named);
    const brief = (await run(here, ["restore", "opencode", "--prompt"])).out;
    expect(brief.includes("git could not list the changes")).toBe(
      named?.test("cannot list the changes") ?? false,
    );
  });
});

it("the result of a check that git cannot place counts now, and is run again the next time", async () => {
  const here = repo({
    ".gitattributes": "*.bin filter=lfs\n",
    "package.json": '{"scripts": {"test": "true"}}',
  });
  here.git("config", "filter.lfs.clean", "no-such-program-lfs");
  here.git("config", "filter.lfs.required", "true");
  here.write("large.bin", "content");
  await run(here, ["save", "claude", "--no-transcript"]);
  const first = await run(here, ["validate", "claude", "--only", "tests"]);
  expect(first.data).toMatchObject({ validation: { tests: "pass" } });
  const saved = await run(here, ["restore", "claude"]);
  expect(saved.data).toMatchObject({ state: { validation: { tests: "stale" } } });
});

it("the root that git does not trust is named, quoted for the shell", async () => {
  const { root, env } = repo({ "a.txt": "a" });
  const asked = `printf '%s\\n' "fatal: detected dubious ownership in repository at '$PWD/own er\\$(x)'" >&2; exit 128`;
  const bin = join(root, "bin");
  await program({ root, env } as Repo, "mkdir", ["-p", bin, join(root, "sub")]);
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${asked}\n`, { mode: 0o755 });
  await expect(openRepository(root, { ...env, PATH: `${bin}:${env.PATH}` })).rejects.toMatchObject({
    fix: expect.stringContaining(`safe.directory '${root}/own er$(x)'`),
  });
});
