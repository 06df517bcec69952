// @module-tag slow
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isProcessAlive } from "../../scripts/base/files.ts";
import { template } from "../../scripts/commands/init/samples.ts";
import { runPreHandoff } from "../../scripts/gates/pre-handoff.ts";
import { type Repo, repo } from "../support/repo.ts";
import { change, run } from "./support.ts";

/** Runs a hook, by default the sample that `init` puts down, as handoffs run it. */
async function ask(here: Repo, script?: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  here.write(".husky/pre-handoff", script ?? (await template("pre-handoff.sh")));
  return runPreHandoff({
    root: here.root,
    path: join(here.root, ".husky/pre-handoff"),
    from: "claude",
    to: "opencode",
    reason: "rate_limit",
    env: here.env,
    timeoutMs: 600_000,
    signal: new AbortController().signal,
    ...more,
  });
}

function conflict(): Repo {
  const here = repo({ "a.txt": "a\n" });
  here.git("checkout", "-q", "-b", "side");
  change(here);
  here.git("checkout", "-q", "main");
  change(here);
  return here;
}

describe("the sample of a pre-handoff hook", () => {
  it("has nothing against a quiet working tree, born or not", async () => {
    for (const here of [repo(), repo({ "a.txt": "a\n" })]) {
      expect(await ask(here)).toEqual({ allowed: true, output: "", exitCode: 0, timedOut: false });
    }
  });

  it.each([
    ["merge", ["merge", "-q", "side"]],
    ["rebase", ["rebase", "-q", "side"]],
    ["cherry-pick", ["cherry-pick", "side"]],
  ])("stops in the middle of a %s, and says what ends it", async (name, args) => {
    const here = conflict();
    run(here, args);
    const answer = await ask(here);
    expect(answer?.exitCode).toBe(1);
    expect(answer?.output).toContain(`git ${name} --abort) before opencode takes over`);
  });

  it("warns of conflict markers, and lets the handoff go on", async () => {
    const here = repo({ "a.txt": "a\n" });
    here.write("a.txt", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> side\n");
    expect(await ask(here)).toEqual({
      allowed: true,
      output: "pre-handoff: conflict markers are left in:\n  a.txt:1\n  a.txt:3\n  a.txt:5",
      exitCode: 0,
      timedOut: false,
    });
  });
});

describe("a pre-handoff hook", () => {
  /** Waits for the pid that a script writes. */
  async function pidIn(here: Repo, file: string): Promise<number> {
    const path = join(here.root, file);
    while (!existsSync(path) || !readFileSync(path, "utf8").endsWith("\n")) await sleep(5);
    return Number(readFileSync(path, "utf8"));
  }

  async function gone(pid: number): Promise<boolean> {
    for (let i = 0; i < 1000 && isProcessAlive(pid); i++) await sleep(10);
    return !isProcessAlive(pid);
  }

  it("is not waited for longer than it runs itself, and takes what it started with it", async () => {
    const here = repo();
    expect(await ask(here, "sleep 1000 & echo $! > pid; echo done")).toMatchObject({
      allowed: true,
      output: "done",
    });
    expect(await gone(await pidIn(here, "pid"))).toBe(true);
  });

  it("that does not end within its time is stopped, and has not allowed anything", async () => {
    expect(await ask(repo(), "exec sleep 1000", { timeoutMs: 50 })).toEqual({
      allowed: false,
      output: "",
      exitCode: null,
      timedOut: true,
    });
  });

  it("that is interrupted ends with all that it has started", async () => {
    const here = repo();
    const stop = new AbortController();
    const asked = ask(
      here,
      "trap '' TERM; sleep 1000 & echo $! > child; echo $$ > own; sleep 1000; sleep 1000",
      {
        signal: stop.signal,
      },
    );
    const pids = [await pidIn(here, "child"), await pidIn(here, "own")];
    stop.abort(new Error("interrupted"));
    await expect(asked).rejects.toThrow("interrupted");
    expect(await Promise.all(pids.map(gone))).toEqual([true, true]);
  });

  it("knows the environment of the person: CI is not set for it", async () => {
    expect(await ask(repo(), 'echo "CI=$CI"')).toMatchObject({ output: "CI=" });
  });
});
