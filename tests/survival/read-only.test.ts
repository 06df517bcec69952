// @module-tag slow
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { door, refusal, run } from "../support/cli.ts";
import { giveToOrdinaryUser } from "../support/ordinary-user.ts";
import { type Repo, repo } from "../support/repo.ts";
import { snapshot } from "../support/snapshot.ts";

async function saved(): Promise<Repo> {
  const here = repo({ "a.ts": "1\n" });
  await run(here, ["save", "claude", "--task", "Before"]);
  here.write("a.ts", "2\n");
  return here;
}

it("where nothing may be written, saving says so and changes nothing, and looking works", async () => {
  const here = await saved();
  giveToOrdinaryUser(here.root);
  execFileSync("chmod", ["-R", "a-w", here.root]);
  onTestFinished(() => {
    execFileSync("chmod", ["-R", "u+w", here.root]);
  });
  const before = snapshot(here.root);
  for (const argv of [
    ["save", "claude"],
    ["save", "codex"],
    ["handoff", "claude", "codex"],
    ["escalate", "claude", "why"],
  ]) {
    const { code, out, err } = await door(here, argv, { asOrdinaryUser: true });
    expect([argv, code, out]).toEqual([argv, 1, ""]);
    expect(err).toMatch(/^❌ Could not write .*: permission denied\..*\n {3}Give yourself write permission/);
  }
  const shown = await door(here, ["restore", "claude"], { asOrdinaryUser: true });
  expect([shown.code, shown.err]).toEqual([0, ""]);
  expect(shown.out).toMatch(/Task: Before[\s\S]*changed only since then: a\.ts/);
  expect((await door(here, ["status"], { asOrdinaryUser: true })).out).toContain("Before");
  expect((await door(here, ["save", "claude", "--dry-run"], { asOrdinaryUser: true })).code).toBe(0);
  expect(snapshot(here.root)).toEqual(before);
});

it("on a file system that is mounted read-only the same", async () => {
  const here = await saved();
  const before = readFileSync(join(here.root, ".claude/.session-state.json"), "utf8");
  const isMounted =
    spawnSync("mount", ["--bind", here.root, here.root]).status === 0 &&
    spawnSync("mount", ["-o", "remount,ro,bind", here.root]).status === 0;
  if (!isMounted) {
    // The test above holds the same promise without the rights that a mount takes.
    process.stderr.write("read-only: this user may not mount anything, so only the mounting was tried\n");
    return;
  }
  onTestFinished(() => {
    execFileSync("umount", [here.root]);
  });
  for (const argv of [
    ["save", "claude"],
    ["handoff", "claude", "codex"],
  ]) {
    expect(await refusal(here, argv)).toMatchObject({
      code: 1,
      message: expect.stringContaining("the file system is read-only"),
    });
  }
  expect((await run(here, ["restore", "claude"])).out).toContain("Task: Before");
  expect(readFileSync(join(here.root, ".claude/.session-state.json"), "utf8")).toBe(before);
});
