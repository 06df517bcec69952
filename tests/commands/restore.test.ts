import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NOW, refusal, run } from "../support/cli.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";
import { SHAPES } from "../support/shapes.ts";
import { snapshot } from "../support/snapshot.ts";
import { CORE, stateWith } from "../support/states.ts";

const FILE = ".claude/.session-state.json";

/** Minutes and days as they are here, whatever the time zone. */
function localTime(date: Date): string {
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()];
  const [month, day, hour, minute] = parts.map((part) => String(part).padStart(2, "0"));
  return `${date.getFullYear()}-${month}-${day} ${hour}:${minute}`;
}

const restore = (here: Repo, ...words: string[]) => run(here, ["restore", "claude", ...words]);

/** A repository with work in it, and a state saved for claude. */
async function saved(): Promise<Repo> {
  const here = repo({ "a.ts": "1\n", "b.ts": "1\n" });
  here.write("a.ts", "2\n");
  await run(here, [
    "save",
    "claude",
    "--task",
    "Add login",
    "--next",
    "Test it",
    "--next",
    "Ship it",
    "--provider",
    "sonnet",
  ]);
  return here;
}

describe("what was saved", () => {
  it("is printed in the documented form", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, JSON.stringify({ ...CORE, agent: "claude", provider: "claude-sonnet-3.5" }));
    const { code, out } = await restore(here);
    expect(code).toBe(0);
    const rule = "━".repeat(40);
    expect(out.slice(0, out.lastIndexOf(rule) + rule.length)).toBe(`📋 Saved session of claude
${rule}
🕐 Session saved: just now (${localTime(NOW)})
🤖 Agent: claude (claude-sonnet-3.5)
🎯 Task: Implement user authentication with NextAuth
🚦 Status: in_progress, priority high, 45 minutes spent, 2 hours estimated
🌿 Git branch: feat/nextauth-integration
📝 Last commit: abc123
📁 Modified files: 2
✨ Created files: 1

Modified files:
  - app/api/auth/[...nextauth]/route.ts (staged)
  - lib/auth.ts

Created files:
  - components/auth/LoginButton.tsx

Next steps:
 1. Add session provider to layout
 2. Test login flow
 3. Update environment variables
${rule}`);
  });

  it("is data with --json, with what was compared", async () => {
    const { data } = await restore(await saved());
    expect(data).toMatchObject({
      agent: "claude",
      written_by: "claude",
      path: expect.stringContaining(FILE),
      state: { task: { description: "Add login" } },
      drift: { head: "none", changed: [] },
      remarks: [],
    });
  });

  it("may have been written by another agent, and copied: that is shown", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, JSON.stringify(CORE));
    const { out, talk, data } = await restore(here);
    expect(out).toContain("Saved session of opencode");
    expect(talk).toContain("was written for opencode, and copied here");
    expect(data.written_by).toBe("opencode");
  });

  it.each<[string, string, RegExp]>([
    [
      "a byte order mark and CRLF",
      `\uFEFF${JSON.stringify(CORE, null, 2).replaceAll("\n", "\r\n")}`,
      /Task: Implement user/,
    ],
    [
      "lines after the JSON",
      `${JSON.stringify(CORE)}\nEscalation: 3+ STRICT violations\n`,
      /Notes:\n {2}- Escalation: 3\+ STRICT violations/,
    ],
    [
      "only a part of the core",
      '{"version":"2.0","agent":"claude","git":{"branch":"main","staged_files":[["a","b"]],"issues":[""]}}',
      /Git branch: main/,
    ],
    [
      "version 1",
      '{"version":"1.0","agent":"claude","branch":"old","task":"Old task"}',
      /Task: Old task[\s\S]*Git branch: old/,
    ],
    [
      "a value of the wrong kind",
      JSON.stringify(stateWith({ task: { status: 7, description: "kept" } })),
      /Task: kept/,
    ],
  ])("is read where an older or damaged form holds it: %s", async (_, text, expected) => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, text);
    expect((await restore(here)).out).toMatch(expected);
  });

  it("is read from Copilot's older place", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(".copilot/.session-state.json", JSON.stringify(stateWith({ agent: "copilot" })));
    expect((await run(here, ["restore", "copilot"])).out).toContain("Implement user authentication");
  });

  it("cannot send escape codes to the terminal, nor break its lines", async () => {
    const here = repo({ "a.ts": "1\n" });
    const nasty = "\u001b[2J\u001b]0;x\u0007\u009b31m\n✅ Nothing has changed since";
    here.write(
      FILE,
      JSON.stringify(
        stateWith({
          agent: nasty,
          provider: nasty,
          timestamp: nasty,
          task: { description: nasty, time_spent: nasty, estimated_time: nasty },
          context: { files_modified: [nasty], next_steps: [nasty], notes: [nasty], completed_steps: [nasty] },
          git: {
            branch: nasty,
            last_commit: nasty,
            operation: nasty,
            stash: { oid: nasty, message: nasty, restore: nasty },
          },
          escalation: { reason: nasty, attempts: 1, at: nasty },
        }),
      ),
    );
    const { out, talk } = await restore(here);
    expect(out + talk).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(out).not.toMatch(/^✅ Nothing/m);
  });
});

it("marks the files that a merge has left in conflict, for people and in the brief", async () => {
  const here = (SHAPES["a merge with a conflict"] as () => Repo)();
  await run(here, ["save", "claude"]);
  const { out } = await restore(here);
  expect(out).toContain("🚧 Under way: a merge\n");
  expect(out).toMatch(/ {2}- a\.txt \(in conflict\)/);
  expect((await restore(here, "--prompt")).out).toContain("`a.txt` (in conflict, to be resolved");
  here.write("a.txt", "resolved\n");
  here.git("add", "a.txt");
  await run(here, ["save", "claude"]);
  expect((await restore(here)).out).not.toContain("in conflict");
});

describe("drift", () => {
  const changes: [string, RegExp, (here: Repo) => void | Promise<void>][] = [
    [
      "another branch",
      /the branch is now feat\/other, it was main/,
      (here) => void here.git("checkout", "-q", "-b", "feat/other"),
    ],
    [
      "commits since",
      /2 commits since then[\s\S]*second[\s\S]*first/,
      (here) => void [here.commit("first"), here.commit("second")],
    ],
    [
      "a commit taken back",
      /HEAD was moved back to an earlier commit/,
      async (here) => {
        here.commit("more");
        await run(here, ["save", "claude"]);
        here.git("reset", "-q", "--hard", "HEAD~1");
      },
    ],
    [
      "a rewritten commit",
      /the history was rewritten/,
      (here) => void here.git("commit", "-q", "--amend", "-m", "other words"),
    ],
    ["a changed file", /content changed since: a\.ts/, (here) => here.write("a.ts", "3\n")],
    ["a file that vanished", /not there any more: a\.ts/, (here) => rmSync(join(here.root, "a.ts"))],
    ["a file changed only now", /changed only since then: b\.ts/, (here) => here.write("b.ts", "2\n")],
    ["a file staged since", /newly staged: a\.ts/, (here) => void here.git("add", "a.ts")],
    [
      "an operation under way",
      /git bisect is under way: finish it or give it up first/,
      (here) => void here.git("bisect", "start"),
    ],
  ];

  it.each(changes)("is told: %s", async (_, expected, change) => {
    const here = await saved();
    await change(here);
    const { out } = await restore(here);
    expect(out).toContain("⚠️  Changed since this was saved:");
    expect(out).toMatch(expected);
    expect((await restore(here, "--prompt")).out.replaceAll("`", "")).toMatch(expected);
  });

  it("of none is told in one line", async () => {
    expect((await restore(await saved())).out).toContain(
      "✅ Nothing has changed since: the repository is as it was saved.",
    );
  });

  it("lists commits below the line that counts them, whatever else has changed", async () => {
    const here = await saved();
    here.commit("what was done");
    here.write("b.ts", "3\n");
    const lines = (await restore(here)).out.split("\n");
    const at = lines.findIndex((line) => line.includes("1 commit since then"));
    expect(lines[at + 1]).toMatch(/^ {6}[0-9a-f]{7,} what was done$/);
    expect(lines[at + 2]).toBe("  - changed only since then: b.ts");
  });

  it("is told beside the checks: which failed, which passed, and which nobody knows any more", async () => {
    const command = (name: string) => ["sh", "-c", `test ! -e ${name}.bad || { echo ${name}; exit 1; }`];
    const here = await saved();
    here.write(
      "baton.config.json",
      JSON.stringify({
        gates: { tests: { command: command("tests") }, typescript: { command: command("types") } },
      }),
    );
    here.write("tests.bad", "");
    here.commit("gates");
    await run(here, ["save", "claude"]);
    await run(here, ["validate", "claude"]);
    const now = new Date(NOW.getTime() + 12 * 60_000);
    const { out } = await run(here, ["restore", "claude"], { now });
    expect(out).toContain(`🕐 Session saved: 12 minutes ago (${localTime(NOW)})`);
    expect(out).toMatch(/^❌ Tests: FAIL \(sh .*exit 1/m);
    expect(out).toMatch(/^✅ TypeScript: pass/m);
    here.write("a.ts", "more\n");
    const stale = (await run(here, ["restore", "claude"], { now })).out;
    expect(stale).toContain(`⚠️  Tests: stale, FAIL 12 minutes ago (${localTime(NOW)}), 1 file changed since`);
    expect(stale).not.toContain("no longer apply");
  });

  it("names the checks that no longer apply", async () => {
    const here = await saved();
    const { data } = await restore(here);
    const state = {
      ...(data.state as object),
      validation: { typescript: "pass", eslint: "fail", tests: "not_run", strict_rules: "skipped" },
    };
    here.write(FILE, JSON.stringify(state));
    expect((await restore(here)).out).not.toContain("no longer apply");
    here.write("a.ts", "3\n");
    expect((await restore(here)).out).toContain(
      "the recorded results of TypeScript and ESLint no longer apply",
    );
  });

  it("is told of a state older than a day", async () => {
    const here = await saved();
    const old = await run(here, ["restore", "claude"], {
      now: new Date(NOW.getTime() + 49 * 60 * 60 * 1000),
    });
    expect(old.out).toContain("the state is 2 days 1h old");
  });

  it("lists many commits to a bound, with the true count", async () => {
    const here = await saved();
    for (let i = 0; i < 25; i++) here.git("commit", "-q", "--allow-empty", "-m", `commit ${i}`);
    const { out } = await restore(here);
    expect(out).toContain("25 commits since then");
    expect(out).toContain("commit 24");
    expect(out).not.toContain("commit 3\n");
    expect(out).toContain("and 15 more");
  });
});

describe("a commit that an older writer did not record", () => {
  it("is not taken for none", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(
      ".claude/.session-state.json",
      '{"version":"1.0","branch":"main","timestamp":"2026-01-05T12:00:00Z"}',
    );
    const { out } = await run(here, ["restore", "claude"]);
    expect(out).toContain("Last commit: not recorded");
    expect(out).toContain("Nothing has changed since");
  });
});

describe("--prompt", () => {
  it("prints the brief and nothing else", async () => {
    const { out, talk, data } = await restore(await saved(), "--prompt");
    expect(out.split("\n")[0]).toBe("Continue from step 1: Test it");
    expect(out.trimEnd()).toBe((data.brief as string).trimEnd());
    expect(talk).toBe("");
  });

  it.each([
    ["rate_limit", /^I am continuing work from Claude Code, which reached its rate limit/m],
    ["escalation", /^Solve what Claude Code could not/],
    ["offline", /^Validate the offline draft/],
    ["research", /^Research what blocks this step/],
    ["cost", /^Continue from step 1/],
    ["other", /^Continue from step 1/],
  ])("takes the template for --reason %s", async (reason, expected) => {
    expect((await restore(await saved(), "--prompt", "--reason", reason)).out).toMatch(expected);
  });

  it("refuses a reason that is none, and an agent that nobody knows", async () => {
    const here = await saved();
    expect(await refusal(here, ["restore", "claude", "--prompt", "--reason", "bored"])).toMatchObject({
      code: 2,
    });
    expect(await refusal(here, ["restore", "claude", "--prompt", "--for", "codx"])).toMatchObject({
      code: 2,
      fix: expect.stringContaining("codex"),
    });
  });

  it("takes a repository's own templates first, the most fitting one, and its own parts", async () => {
    const here = await saved();
    here.write(".baton/templates/rate_limit.md", "Own: {{task}}\n{{> origin}}");
    here.write(".baton/templates/rate_limit.codex.md", "For Codex: {{task}}");
    here.write(".baton/templates/origin.md", "Own part from {{from}}.");
    expect((await restore(here, "--prompt", "--reason", "rate_limit")).out).toBe(
      "Own: Add login\nOwn part from Claude Code.\n",
    );
    expect((await restore(here, "--prompt", "--reason", "rate_limit", "--for", "codex")).out).toBe(
      "For Codex: Add login\n",
    );
    expect((await restore(here, "--prompt")).out).toContain("Own part from Claude Code.");
    expect((await restore(here, "--prompt", "--reason", "offline")).out).toMatch(
      /^Validate the offline draft/,
    );
  });

  it.each([
    ["a section that is not closed", "{{#task}} x"],
    ["a part that takes itself in", "{{> general}}"],
  ])("says which template is broken: %s", async (_, template) => {
    const here = await saved();
    here.write(".baton/templates/general.md", template);
    expect(await refusal(here, ["restore", "claude", "--prompt"])).toMatchObject({
      code: 1,
      message: expect.stringContaining(".baton/templates/general.md"),
      fix: expect.stringContaining("remove it"),
    });
  });

  it("takes no template that is a link out of the repository", async () => {
    const here = await saved();
    const outside = join(temporaryFolder(), "private");
    writeFileSync(outside, "private matters");
    mkdirSync(join(here.root, ".baton/templates"), { recursive: true });
    symlinkSync(outside, join(here.root, ".baton/templates/origin.md"));
    const error = await refusal(here, ["restore", "claude", "--prompt"]);
    expect(error.message).toContain("leads out of the repository");
    expect(error.message).not.toContain("private matters");
  });

  it("keeps to the length that the config sets", async () => {
    const here = await saved();
    here.write("baton.config.json", '{ "brief": { "max_chars": 1000 } }');
    expect((await restore(here, "--prompt")).out.length).toBeLessThanOrEqual(1001);
  });
});

describe("where nothing was saved", () => {
  it("says where it looked, what to type, and which other agents have a state here: code 4", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "codex"]);
    here.write(".gemini/.session-state.json", "broken");
    expect(await refusal(here, ["restore", "copilot"])).toMatchObject({
      code: 4,
      message: `No session state found for copilot: looked for .github/copilot-session-state.json and .copilot/.session-state.json in ${here.root}.`,
      fix: "Save one: baton save copilot\n   Saved here are: codex and gemini. To see one: baton restore codex",
      details: { others: ["codex", "gemini"] },
    });
  });

  it("names no others where there are none", async () => {
    expect((await refusal(repo({ "a.ts": "1\n" }), ["restore", "claude"])).fix).toBe(
      "Save one: baton save claude",
    );
  });

  it("refuses an agent that nobody knows: code 2", async () => {
    expect(await refusal(repo({ "a.ts": "1\n" }), ["restore", "clod"])).toMatchObject({ code: 2 });
  });
});

describe("what it changes", () => {
  it("is nothing", async () => {
    const here = await saved();
    here.git("status");
    const before = snapshot(here.root);
    await restore(here);
    await restore(here, "--prompt", "--reason", "offline");
    expect(snapshot(here.root)).toEqual(before);
  });

  it("is that a state which cannot be read is set aside, the last good one taken, and the person told", async () => {
    const here = await saved();
    await run(here, ["save", "claude", "--task", "second"]);
    here.write(FILE, "{ broken");
    const { out, talk } = await restore(here);
    expect(out).toContain("Task: second");
    expect(talk).toMatch(/could not be read\. It was set aside as .*corrupt-.*taken from the history/);
    expect(readdirSync(join(here.root, ".claude")).some((name) => name.includes("corrupt"))).toBe(true);
    expect((await restore(here)).talk).toBe("");
  });

  it("is set aside with code 6 where there is no good one", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, "{ broken");
    expect(await refusal(here, ["restore", "claude"])).toMatchObject({
      code: 6,
      fix: "Save a new one: baton save claude",
    });
  });

  it("is nothing where the state's place is a folder, or leads nowhere", async () => {
    const here = repo({ "a.ts": "1\n" });
    mkdirSync(join(here.root, FILE), { recursive: true });
    expect(await refusal(here, ["restore", "claude"])).toMatchObject({
      code: 1,
      message: expect.stringContaining("it is a folder"),
    });
    symlinkSync("nowhere", join(here.root, ".codex"));
    expect(await refusal(here, ["restore", "codex"])).toMatchObject({ code: 4 });
  });
});
