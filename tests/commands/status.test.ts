import { mkdirSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { NOW, onTerminal, run } from "../support/cli.ts";
import { type Repo, repo } from "../support/repo.ts";
import { snapshot } from "../support/snapshot.ts";
import { stateWith } from "../support/states.ts";

const at = (minutes: number) => ({ now: new Date(NOW.getTime() + minutes * 60_000) });

/** What is said of each agent, by its first line, without indentation. */
function entries(out: string): string[][] {
  return out
    .trimEnd()
    .split("\n\n")
    .map((entry) => entry.split("\n").map((line) => line.trim()));
}

describe("what stands where", () => {
  it("is the task of every agent with a state here: its status, age, branch, drift and next step", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--task", "Add login", "--next", "Test it", "--status", "blocked"]);
    here.git("checkout", "-q", "-b", "feat/x");
    await run(here, ["save", "codex"], at(90));
    const { code, out } = await run(here, ["status"], at(100));
    expect(code).toBe(0);
    expect(entries(out)).toEqual([
      ["claude: Add login", "blocked, 1 hour ago, on main, now on feat/x", "Next: Test it"],
      [
        "codex (newest): no task is recorded",
        "in progress, 10 minutes ago, on feat/x, nothing has changed since",
      ],
    ]);
  });

  it("fits into 80 columns, whatever it is called and written in", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.git("checkout", "-q", "-b", `feat/${"long-".repeat(20)}`);
    const long = "支払いにクーポンを追加する ".repeat(10);
    await run(here, ["save", "claude", "--task", long, "--next", long]);
    const lines = await onTerminal(await run(here, ["status"]), 80);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  it("shows a check that failed, and that files have changed since", async () => {
    const here = repo({ "a.ts": "1\n" });
    const config = { gates: { tests: { command: "exit 1" }, eslint: { command: ["true"] } } };
    here.write("baton.config.json", JSON.stringify(config));
    await run(here, ["save", "claude"]);
    await run(here, ["validate"]);
    expect(entries((await run(here, ["status"])).out)[0]?.slice(2)).toEqual([
      "❌ Tests failed",
      "Checks: ESLint passed",
    ]);
    here.write("a.ts", "2\n");
    expect((await run(here, ["status"])).out).toContain("❌ Tests failed (files have changed since)");
  });

  it("names no next step of a task that is done", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--next", "Test it", "--status", "completed"]);
    const { out } = await run(here, ["status"]);
    expect(out).toContain("completed, just now");
    expect(out).not.toContain("Test it");
  });

  it.each<[string, (here: Repo) => unknown]>([
    ["1 commit since", (here) => here.commit("more")],
    ["2 files changed since", (here) => [here.write("a.ts", "2\n"), here.write("new.ts", "n\n")]],
    ["the staging has changed", (here) => here.git("add", "b.ts")],
    ["a bisect is under way", (here) => here.git("bisect", "start")],
    ["the history was rewritten", (here) => here.git("commit", "-q", "--amend", "--allow-empty", "-m", "x")],
  ])("says in a few words what differs: %s", async (words, change) => {
    const here = repo({ "a.ts": "1\n", "b.ts": "1\n" });
    here.write("b.ts", "2\n");
    await run(here, ["save", "claude"]);
    change(here);
    expect((await run(here, ["status"])).out).toContain(`in progress, just now, on main, ${words}\n`);
  });

  it.each([
    ["claude", "opencode"],
    ["opencode", "claude"],
  ])("calls the next agent's state the newest after a handoff from %s to %s", async (from, to) => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", to]);
    await run(here, ["handoff", from, to, "--no-validate", "--task", "Add login"]);
    const { data } = await run(here, ["status"]);
    expect(data.states).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ agent: from, newest: false }),
        expect.objectContaining({ agent: to, newest: true }),
      ]),
    );
  });

  it("says how old an old state is", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude"]);
    expect((await run(here, ["status"], at(60 * 25))).out).toContain("in progress, 25 hours ago, on main");
  });

  it("has an entry for a state that cannot be read, and still the others", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude"]);
    here.write(".codex/.session-state.json", "broken");
    here.write(".gemini/.session-state.json", '{"version":"3.0"}');
    mkdirSync(join(here.root, ".opencode/.session-state.json"), { recursive: true });
    const { out, data } = await run(here, ["status"]);
    expect(out).toMatch(/^claude \(newest\)/m);
    for (const agent of ["codex", "gemini", "opencode"])
      expect(out).toMatch(new RegExp(`^${agent}: cannot be read$`, "m"));
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

  it("stays in its lines with wide characters, line breaks and escape codes in it", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--task", "日本語 🎉\n\u001b[31mred", "--next", "x"]);
    await run(here, ["save", "codex", "--task", "plain"]);
    const { out } = await run(here, ["status"]);
    expect(entries(out).map((lines) => lines.length)).toEqual([3, 2]);
    expect(out).not.toContain("\u001b");
    expect(entries(out)[0]?.[0]).toMatch(/^claude.*: 日本語 🎉 \\x1b\[31mred$/);
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
