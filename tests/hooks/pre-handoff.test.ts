import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { template } from "../../scripts/commands/init/samples.ts";
import { runPreHandoff } from "../../scripts/gates/pre-handoff.ts";
import { type Repo, repo } from "../support/repo.ts";
import { change, run } from "./support.ts";

/** The sample that `init` puts down, run as handoffs run it. */
async function ask(here: Repo) {
  here.write(".husky/pre-handoff", await template("pre-handoff.sh"));
  return runPreHandoff({
    root: here.root,
    path: join(here.root, ".husky/pre-handoff"),
    from: "claude",
    to: "opencode",
    reason: "rate_limit",
    env: here.env,
    signal: new AbortController().signal,
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
      expect(await ask(here)).toEqual({ allowed: true, output: "", exitCode: 0 });
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
    });
  });
});
