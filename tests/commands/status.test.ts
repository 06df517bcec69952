import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NOW, run } from "../support/cli.ts";
import { type Repo, repo } from "../support/repo.ts";
import { snapshot } from "../support/snapshot.ts";
import { stateWith } from "../support/states.ts";

const at = (minutes: number) => ({ now: new Date(NOW.getTime() + minutes * 60_000) });

/** The table as cells, without its head. */
function rows(out: string): string[][] {
  return out
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/ {2,}/));
}

describe("the table", () => {
  it("has every agent with a state here: age, branch, task, next step, drift, and which is newest", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--task", "Add login", "--next", "Test it"]);
    here.git("checkout", "-q", "-b", "feat/x");
    await run(here, ["save", "codex"], at(90));
    const { code, out } = await run(here, ["status"], at(100));
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toMatch(/^AGENT +AGE +BRANCH +TASK +NEXT STEP +DRIFT$/);
    expect(rows(out)).toEqual([
      ["claude", "1h", "main", "Add login", "Test it", "other branch"],
      ["codex (newest)", "10m", "feat/x", "-", "-", "none"],
    ]);
  });

  it.each<[string, (here: Repo) => unknown]>([
    ["1 commit since", (here) => here.commit("more")],
    ["2 files changed", (here) => [here.write("a.ts", "2\n"), here.write("new.ts", "n\n")]],
    ["staging changed", (here) => here.git("add", "b.ts")],
    ["bisect under way", (here) => here.git("bisect", "start")],
    ["history rewritten", (here) => here.git("commit", "-q", "--amend", "--allow-empty", "-m", "x")],
  ])("says in a word what differs: %s", async (word, change) => {
    const here = repo({ "a.ts": "1\n", "b.ts": "1\n" });
    here.write("b.ts", "2\n");
    await run(here, ["save", "claude"]);
    change(here);
    expect(rows((await run(here, ["status"])).out)[0]?.at(-1)).toBe(word);
  });

  it.each([
    ["claude", "opencode"],
    ["opencode", "claude"],
  ])("calls the next agent's state the newest after a handoff from %s to %s", async (from, to) => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", to]);
    await run(here, ["handoff", from, to, "--no-validate"]);
    const { data } = await run(here, ["status"]);
    expect(data.states).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ agent: from, newest: false }),
        expect.objectContaining({ agent: to, newest: true }),
      ]),
    );
  });

  it("calls an old state old", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude"]);
    expect(rows((await run(here, ["status"], at(60 * 25))).out)[0]).toEqual([
      "claude (newest)",
      "25h",
      "main",
      "-",
      "-",
      "old",
    ]);
  });

  it("has a row for a state that cannot be read, and still the others", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude"]);
    here.write(".codex/.session-state.json", "broken");
    here.write(".gemini/.session-state.json", '{"version":"3.0"}');
    mkdirSync(join(here.root, ".opencode/.session-state.json"), { recursive: true });
    const { out, data } = await run(here, ["status"]);
    expect(out).toMatch(/^claude \(newest\)/m);
    for (const agent of ["codex", "gemini", "opencode"])
      expect(out).toMatch(new RegExp(`^${agent} .*unreadable$`, "m"));
    expect(data.states).toMatchObject([
      { agent: "claude", problem: null, newest: true },
      { agent: "opencode", state: null, problem: expect.stringContaining("folder") },
      { agent: "codex", state: null, problem: expect.stringContaining("could not be read") },
      { agent: "gemini", state: null, problem: expect.stringContaining("3.0") },
    ]);
  });

  it("finds the newest also beside one whose time cannot be read", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(".claude/.session-state.json", JSON.stringify(stateWith({ timestamp: "soon" })));
    await run(here, ["save", "gemini"]);
    expect((await run(here, ["status"])).out).toMatch(/^gemini \(newest\)/m);
  });

  it("stays a table with wide characters, line breaks and escape codes in it", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--task", "日本語 🎉\n\u001b[31mred", "--next", "x"]);
    await run(here, ["save", "codex", "--task", "plain"]);
    const { out } = await run(here, ["status"]);
    expect(out.trimEnd().split("\n")).toHaveLength(3);
    expect(out).not.toContain("\u001b");
    expect(rows(out)[0]?.[3]).toBe("日本語 🎉 \\x1b[31mred");
  });
});

it("says where it looked when no agent has a state here", async () => {
  const { code, out, data } = await run(repo({ "a.ts": "1\n" }), ["status"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^No agent has a saved state in .*\n {2}- \.claude\/\.session-state\.json\n/);
  expect(out).toContain("Save one: baton save <agent>");
  expect(data).toMatchObject({ states: [], looked: expect.arrayContaining([".codex/.session-state.json"]) });
});

it("changes nothing, not even a state that is broken", async () => {
  const here = repo({ "a.ts": "1\n" });
  await run(here, ["save", "claude"]);
  here.write(".codex/.session-state.json", "broken");
  const before = snapshot(here.root);
  await run(here, ["status"]);
  expect(snapshot(here.root)).toEqual(before);
});
