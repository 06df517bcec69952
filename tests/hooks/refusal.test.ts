// @module-tag slow
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { change, hookedRepo, init, run, said, save } from "./support.ts";

const STATE = ".claude/.session-state.json";

describe("the pre-commit hook", () => {
  it.each([
    ".claude/.session-state.json",
    ".opencode/.session-state.json",
    ".some-agent/.session-state.json",
    ".github/copilot-session-state.json",
    ".github/copilot-session-state.json.corrupt-20260105",
    ".copilot/.session-state.json",
    ".claude/.session-state.json.corrupt-20260105",
    ".claude/.session-brief.md",
  ])("refuses %s and says how to take it out, and that works", async (path) => {
    const here = await hookedRepo();
    here.write(path, "{}\n");
    here.write("b.txt", "b\n");
    here.git("add", "-f", path, "b.txt");
    const refused = run(here, ["commit", "-m", "all"]);
    expect(refused.code).toBe(1);
    expect(said(refused)[0]).toContain("session state is staged");
    expect(refused.stderr).toContain(`  git restore --staged ${path}\n`);
    here.git("restore", "--staged", path);
    expect(run(here, ["commit", "-q", "-m", "all"])).toMatchObject({ code: 0, stderr: "" });
    expect(here.git("show", "--name-only", "--format=", "HEAD")).toBe("b.txt");
  });

  it("finds a state in the place that the config chose for it", async () => {
    const here = await hookedRepo();
    await save(here, { agent: "mine", file: "notes/my agent.json" });
    here.git("add", "-f", "notes");
    const refused = run(here, ["commit", "-m", "all"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("  git restore --staged 'notes/my agent.json'\n");
  });

  it("finds a state that is staged but no longer there", async () => {
    const here = await hookedRepo();
    here.write(STATE, "{}\n");
    here.git("add", "-f", STATE);
    rmSync(join(here.root, STATE));
    expect(run(here, ["commit", "-m", "all"]).code).toBe(1);
  });

  it("finds one in a place of its own that is staged but no longer there", async () => {
    const here = await hookedRepo();
    await save(here, { agent: "mine", file: "notes/mine.json" });
    here.git("add", "-f", "notes");
    rmSync(join(here.root, "notes"), { recursive: true });
    expect(run(here, ["commit", "-m", "all"]).code).toBe(1);
  });

  it("refuses the first commit of a repository, with the command that works there", async () => {
    const here = repo();
    await init(here);
    await save(here);
    here.git("add", "-f", STATE, ".gitignore");
    const refused = run(here, ["commit", "-m", "first"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`  git rm --cached -f ${STATE}\n`);
    await save(here, { checks: { tests: "fail" } });
    here.git("rm", "-q", "--cached", "-f", STATE);
    expect(run(here, ["commit", "-q", "-m", "first"]).code).toBe(0);
  });

  it("tells how to end the tracking of a state that was committed, and lets that through", async () => {
    const here = await hookedRepo();
    await save(here);
    here.git("add", "-f", STATE);
    here.git("commit", "-q", "--no-verify", "-m", "by mistake");
    expect(change(here).code).toBe(0);
    here.write(STATE, "changed\n");
    const refused = run(here, ["commit", "-a", "-m", "all"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`  git rm --cached -f ${STATE}\n`);
    here.git("rm", "-q", "--cached", "-f", STATE);
    expect(run(here, ["commit", "-q", "-m", "out"]).code).toBe(0);
  });

  it("judges what is committed, not what is staged: git commit <path>", async () => {
    const here = await hookedRepo();
    await save(here);
    here.git("add", "-f", STATE);
    here.write("a.txt", "changed\n");
    expect(run(here, ["commit", "-q", "-m", "only a", "a.txt"]).code).toBe(0);
    expect(run(here, ["commit", "-q", "-m", "only the state", STATE]).code).toBe(1);
  });

  it.each(["3", "4"])("finds a state in an index of version %s", async (version) => {
    const here = await hookedRepo();
    here.write(".claude/.settings", "{}\n");
    here.write(".claude/.sesam", "{}\n");
    await save(here);
    here.git("update-index", "--index-version", version);
    here.git("add", "-f", ".claude");
    expect(run(here, ["commit", "-m", "all"]).code).toBe(1);
  });

  it("finds a state in a split index", async () => {
    const here = await hookedRepo();
    await save(here);
    here.git("add", "-f", STATE);
    here.git("update-index", "--split-index");
    expect(run(here, ["commit", "-m", "all"]).code).toBe(1);
  });

  it.each(["src/state.json", "src/.session-state.json", "docs/session-brief.md"])(
    "lets %s through, which only looks like one",
    async (path) => {
      const here = await hookedRepo();
      here.write(path, "{}\n");
      here.git("add", path);
      expect(run(here, ["commit", "-q", "-m", "mine"])).toMatchObject({ code: 0, stderr: "" });
    },
  );

  it("works in a linked working tree and in a submodule", async () => {
    const here = await hookedRepo();
    const other = repoAt(join(temporaryFolder(), "linked tree"));
    here.git("worktree", "add", "-q", other.root, "-b", "other");
    const outer = repo({ "o.txt": "o\n" });
    outer.git("submodule", "add", "-q", here.root, "sub");
    const sub = repoAt(join(outer.root, "sub"));
    await init(sub);
    for (const place of [other, sub]) {
      await save(place);
      expect(change(place).code).toBe(0);
      place.git("add", "-f", STATE);
      expect(run(place, ["commit", "-m", "all"]).code).toBe(1);
    }
  });

  it("is silenced by BATON_HOOKS=0", async () => {
    const here = await hookedRepo();
    await save(here);
    here.git("add", "-f", STATE);
    expect(run(here, ["commit", "-q", "-m", "all"], { BATON_HOOKS: "0" })).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it("prints no control character of a path", async () => {
    const here = await hookedRepo();
    const file = "no\u001b[31mtes/\u202estate.json";
    await save(here, { agent: "mine", file });
    here.git("add", "-f", file);
    const refused = run(here, ["commit", "-m", "all"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).not.toMatch(/[\u001b\u202e]/);
  });
});
