import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run as gitSays, hookedRepo } from "../hooks/support.ts";
import { run } from "../support/cli.ts";
import { repo } from "../support/repo.ts";

it("keeps saved states out of git after Baton was taken out, too", async () => {
  const here = repo({ "a.ts": "1" });
  await run(here, ["init"]);
  here.commit("baton");
  await run(here, ["save", "claude", "--task", "Stay private"]);
  const { talk } = await run(here, ["init", "--remove"]);
  expect(talk).toBe("git goes on ignoring the states, in this clone (.git/info/exclude).\n");
  expect(here.git("status", "--porcelain", "--untracked-files=all")).not.toContain(".session-state.json");
});

it("tells git nothing where there is no saved state", async () => {
  const here = repo({ "a.ts": "1" });
  await run(here, ["init"]);
  expect((await run(here, ["init", "--remove"])).talk).toBe("");
});

const FOUR_SPACES =
  '{\n    "scripts": {\n        "session:restore": "baton restore",\n        "test": "true"\n    }\n}\n';

describe("package.json is what it was", () => {
  it.each([
    ["scripts that read like ours", FOUR_SPACES],
    [
      "nothing but such scripts",
      '{"scripts": {"session:save": "baton save", "session:status": "baton status"}}\n',
    ],
    ["no scripts", '{"name": "x"}\n'],
    ["an empty object of scripts", '{"scripts": {}}\n'],
    ["scripts twice", '{"scripts": {"a": "1"}, "scripts": {"b": "2"}}\n'],
    [
      "one of the scripts twice",
      '{"scripts": {"session:save": "baton save", "session:save": "baton save"}}\n',
    ],
  ])("after --remove, where there were %s", async (_, before) => {
    const here = repo({ "package.json": before });
    const text = () => readFileSync(join(here.root, "package.json"), "utf8");
    await run(here, ["init"]);
    await run(here, ["init", "--remove"]);
    expect(text()).toBe(before);
  });

  it("but for what the person changed since, and keeps the scripts of before", async () => {
    const here = repo({ "package.json": FOUR_SPACES });
    await run(here, ["init"]);
    const path = join(here.root, "package.json");
    here.write("package.json", readFileSync(path, "utf8").replace('"test": "true"', '"test": "false"'));
    // Once more, such as after an update.
    await run(here, ["init"]);
    await run(here, ["init", "--remove"]);
    expect(readFileSync(path, "utf8")).toBe(FOUR_SPACES.replace('"true"', '"false"'));
  });

  it("without the scripts that somebody else's init has put in", async () => {
    const here = repo({ "package.json": '{"scripts": {"test": "true"}}\n' });
    await run(here, ["init"]);
    // As in a fresh clone: the record of that init is not there.
    rmSync(join(here.root, ".git/baton"), { recursive: true });
    await run(here, ["init"]);
    await run(here, ["init", "--remove"]);
    expect(JSON.parse(readFileSync(join(here.root, "package.json"), "utf8"))).toEqual({
      scripts: { test: "true" },
    });
  });
});

it.each([
  ["a folder", (path: string) => mkdirSync(path)],
  ["a dangling link", (path: string) => symlinkSync("gone", path)],
  ["missing", () => {}],
])("no commit is blocked when Baton's hook script is %s", async (_, make) => {
  const here = await hookedRepo();
  const script = join(here.root, ".git/baton/hooks.sh");
  rmSync(script);
  make(script);
  here.write("b.txt", "b");
  here.git("add", "b.txt");
  expect(gitSays(here, ["commit", "-q", "-m", "all"])).toMatchObject({ code: 0, stderr: "" });
  // Some clients run hooks by bash.
  const hook = join(here.root, ".git/hooks/pre-commit");
  here.write(".git/hooks/pre-commit", readFileSync(hook, "utf8").replace("#!/bin/sh", "#!/usr/bin/env bash"));
  expect(gitSays(here, ["commit", "-q", "--allow-empty", "-m", "more"])).toMatchObject({
    code: 0,
    stderr: "",
  });
});
