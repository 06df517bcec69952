// @module-tag slow
import { existsSync, mkdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run as gitSays, hookedRepo } from "../hooks/support.ts";
import { refusal, run } from "../support/cli.ts";
import { repo, temporaryFolder } from "../support/repo.ts";

/** No process has this id: Linux and macOS end far below it. */
const DEAD = 2 ** 30;

describe("a state whose folder is a link to another folder of the repository", () => {
  it("is ignored where git sees it, and so is the brief", async () => {
    const here = repo({ "config/of agents/readme": "x" });
    symlinkSync("config/of agents", join(here.root, ".claude"));
    symlinkSync("config/of agents", join(here.root, ".opencode"));
    here.commit();
    await run(here, ["save", "claude", "--no-transcript"]);
    expect(existsSync(join(here.root, "config/of agents/.session-state.json"))).toBe(true);
    expect(here.git("status", "--porcelain")).toBe("");
    await run(here, ["handoff", "claude", "opencode", "--no-transcript", "--no-validate", "--force"]);
    expect(existsSync(join(here.root, "config/of agents/.session-brief.md"))).toBe(true);
    expect(here.git("status", "--porcelain")).toBe("");
  });

  it("is no work of the session, and is hidden as soon as git sees it", async () => {
    const here = repo({ "agents/readme": "x" });
    symlinkSync("agents", join(here.root, ".claude"));
    here.commit();
    here.write("agents/.session-state.json", "{}");
    const { data } = await run(here, ["save", "claude", "--no-transcript"]);
    expect(JSON.stringify(data.state)).not.toContain("agents/.session-state.json");
    expect(here.git("status", "--porcelain")).toBe("");
  });

  it("is refused by the pre-commit hook", async () => {
    const here = await hookedRepo({ "agents/readme": "x" });
    symlinkSync("agents", join(here.root, ".claude"));
    here.commit();
    await run(here, ["save", "claude", "--no-transcript"]);
    here.git("add", "-f", "agents/.session-state.json");
    const refused = gitSays(here, ["commit", "-m", "all"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("agents/.session-state.json");
  });
});

it.each([
  ["the git folder", () => ".git/hooks"],
  ["a folder elsewhere", () => temporaryFolder()],
])("nothing is written through a link into %s", async (_, target) => {
  const here = repo({ "a.txt": "a" });
  symlinkSync(target(), join(here.root, ".claude"));
  const error = await refusal(here, ["save", "claude", "--no-transcript"]);
  expect(error.message).toMatch(/leads (into the git folder|out of the repository)/);
  expect(existsSync(join(here.root, ".claude/.session-state.json"))).toBe(false);
});

const LEFT = [".claude/.session-state.json", ".claude/.session-brief.md"].map(
  (file) => `${file}.tmp-${DEAD}-0123456789ab`,
);

describe("what a killed writer left of a state or a brief", () => {
  it.each(LEFT)("%s is ignored after a save, without `baton init`", async (path) => {
    const here = repo({ "a.txt": "a" });
    await run(here, ["save", "claude", "--no-transcript"]);
    here.write(path, "private");
    expect(here.git("status", "--porcelain")).toBe("");
  });

  it.each(LEFT)("%s is ignored after `baton init`, and refused by its hook", async (path) => {
    const here = await hookedRepo();
    here.write(path, "private");
    expect(here.git("status", "--porcelain")).toBe("");
    here.git("add", "-f", path);
    expect(gitSays(here, ["commit", "-m", "all"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(path),
    });
  });

  it("is removed by the next command, and what is used to read the tree too", async () => {
    const here = repo({ "a.txt": "a", "package.json": '{"scripts": {"test": "true"}}' });
    await run(here, ["save", "claude", "--no-transcript"]);
    const tree = `.git/baton/tree.tmp-${DEAD}-0123456789ab`;
    mkdirSync(join(here.root, tree));
    for (const path of [...LEFT, tree]) {
      if (path !== tree) here.write(path, "private");
      utimesSync(join(here.root, path), 0, 0);
    }
    await run(here, ["validate", "claude"]);
    expect([...LEFT, tree].filter((path) => existsSync(join(here.root, path)))).toEqual([]);
  });
});
