// @module-tag slow
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { World } from "../../scripts/commands/command.ts";
import { nextHere } from "../../scripts/commands/demo/here.ts";
import { makeStage } from "../../scripts/commands/demo/stage.ts";
import { ASK, CORRECTION, LIMIT, TEST_OUTPUT } from "../../scripts/commands/demo/story.ts";
import { type DoorOptions, door, NOW, program, refusal, run } from "../support/cli.ts";
import { PACKAGE } from "../support/package.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";
import { snapshot } from "../support/snapshot.ts";

/** A person's repository, with a place of its own for what is temporary. */
function place() {
  const here = repo({ "a.ts": "1\n" });
  const temporary = temporaryFolder();
  const demo = (flags: readonly string[] = [], options: DoorOptions = {}) =>
    door(here, ["demo", ...flags], { ...options, env: { TMPDIR: temporary, ...options.env } });
  return { here, temporary, demo };
}

describe("the demonstration", () => {
  it("shows the whole handoff, touches nothing else, and leaves nothing behind", async () => {
    const { here, temporary, demo } = place();
    const [home, config] = [homeWithSessions("claude", here.root), temporaryFolder()];
    const before = [snapshot(home), snapshot(here.root)];
    const env = {
      HOME: home,
      CLAUDE_CONFIG_DIR: join(config, "claude"),
      CODEX_HOME: join(config, "codex"),
      XDG_CONFIG_HOME: config,
      GIT_DIR: join(here.root, ".git"),
    };
    const { code, out, err } = await demo([], { env });
    expect([code, err]).toEqual([0, ""]);
    expect(out.match(/^▶ \d\. \S.*/gm)).toHaveLength(6);
    for (const said of [
      ASK,
      LIMIT,
      "$ baton save claude\n✅ Session saved",
      "$ baton handoff claude codex\n🔄",
      "❌ Tests: FAIL",
      "Continue from step 1: Refuse expired coupons",
      "15 tool calls with their results, and your words:",
    ])
      expect(out).toContain(said);
    expect(out).toMatch(/✨ Continue in codex:\n {3}codex resume [0-9a-f-]{36}/);
    expect([snapshot(home), snapshot(here.root)]).toEqual(before);
    expect([readdirSync(temporary), readdirSync(config)]).toEqual([[], []]);
  });

  it("with --quiet prints the command for the folder that the person is in", async () => {
    const { here, temporary, demo } = place();
    const { code, out, err } = await demo(["--quiet"], {
      env: { HOME: homeWithSessions("codex", here.root) },
    });
    expect([code, out, err]).toEqual([0, "baton handoff codex claude\n", ""]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("tells nothing but the truth: what it kept can be read again", async () => {
    const { temporary, demo } = place();
    const { code, out } = await demo(["--keep", "--json"]);
    const data = JSON.parse(out);
    expect([code, data.ok, data.kept, dirname(data.folder)]).toEqual([0, true, true, temporary]);
    const there = repoAt(data.repository);
    const env = { HOME: data.home };

    // The session that it recorded is what a person would have seen happen in the repository.
    expect(there.git("status", "--porcelain", "--untracked-files=all")).toBe(
      " M test/checkout.test.js\n?? src/coupons.js",
    );
    expect((await program(there, "npm", ["test", "--silent"], { env })).out).toBe(`${TEST_OUTPUT}\n`);
    const source = await entriesOf(there, data.source.session_id, data.home);
    expect(source.filter(({ type }) => type === "tool_call")).toHaveLength(15);
    for (const { input } of source.filter(({ tool }) => tool === "Write"))
      expect(readFileSync(String(input?.file_path), "utf8")).toBe(input?.content);
    for (const { input } of source.filter(({ tool }) => tool === "Edit"))
      expect(readFileSync(String(input?.file_path), "utf8")).toContain(input?.new_string);

    // Codex has the conversation: the person's words, each call with its result.
    expect(existsSync(data.target.path)).toBe(true);
    expect(data.target.resume_command).toEqual(["codex", "resume", data.target.session_id]);
    const carried = await entriesOf(there, data.target.session_id, data.home);
    const said = carried.filter(({ type, role }) => type === "text" && role === "user");
    expect(said.map(({ text }) => text).slice(-2)).toEqual([ASK, CORRECTION]);
    const calls = carried.filter(({ type }) => type === "tool_call").map(({ callId }) => callId);
    const results = carried.filter(({ type }) => type === "tool_result").map(({ callId }) => callId);
    expect(calls).toHaveLength(15);
    expect(results.toSorted()).toEqual(calls.toSorted());

    for (const told of [
      "Continue from step 1: Refuse expired coupons",
      `Task: ${ASK}`,
      "2. Describe coupons in the README",
      CORRECTION,
      "Tests: FAILED",
      "FAIL  WINTER25 has expired",
      "`test/checkout.test.js`",
      "`src/coupons.js` (created)",
      LIMIT,
    ])
      expect(data.brief).toContain(told);
    expect(data.brief).not.toContain("REDACTED");
    const restored = await run(there, ["restore", "codex", "--prompt"], { home: data.home });
    expect(restored.out).toContain("Continue from step 1: Refuse expired coupons");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("%s stops it at once and removes what it made", async (signal) => {
    const { temporary, demo } = place();
    const isSaved = () =>
      readdirSync(temporary).some((name) =>
        existsSync(join(temporary, name, "shop/.claude/.session-state.json")),
      );
    const { code, out, err } = await demo([], {
      watch(child) {
        const interrupt = async () => {
          while (!isSaved() && child.exitCode === null) await sleep(5);
          child.kill(signal);
        };
        void interrupt();
      },
    });
    expect([code, out]).toEqual([130, ""]);
    expect(err).toContain("Interrupted. Everything that the demonstration made is removed.");
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("that is stopped before it begins says the same", async () => {
    const error = await refusal(repo(), ["demo"], { signal: AbortSignal.abort() });
    expect([error.code, error.message]).toEqual([130, expect.stringContaining("Interrupted")]);
  });

  it.each([
    [
      "there is no git",
      (): DoorOptions => ({ env: { PATH: temporaryFolder() } }),
      "git could not be started",
    ],
    [
      "there is no place for it",
      (): DoorOptions => ({ env: { TMPDIR: join(temporaryFolder(), "absent") } }),
      "No temporary folder can be made in",
    ],
  ])("where %s it says so, and leaves nothing behind", async (_, options, said) => {
    const { temporary, demo } = place();
    const { code, err } = await demo([], options());
    expect(code).toBe(1);
    expect(err).toMatch(/^❌ \S/);
    expect(err).toContain(said);
    expect(err).not.toContain("the fault is its own");
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("passes on no key and none of the person's settings", async () => {
    const settings = [
      "ANTHROPIC_API_KEY",
      "OPENAI_API_KEY",
      "GITHUB_TOKEN",
      "GIT_DIR",
      "CODEX_HOME",
      "NODE_OPTIONS",
    ];
    const stage = await makeStage(
      worldAt(repo(), {
        env: { PATH: process.env.PATH, ...Object.fromEntries(settings.map((name) => [name, "x"])) },
      }),
    );
    await stage.remove();
    expect(Object.keys(stage.env).filter((name) => settings.includes(name))).toEqual([]);
    expect(stage.env).toMatchObject({
      HOME: stage.home,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
    });
    expect(existsSync(stage.folder)).toBe(false);
  });
});

describe("how to do the same here", () => {
  const claudeHere = (here: Repo) => homeWithSessions("claude", here.root);
  const codexHere = (here: Repo) => homeWithSessions("codex", here.root);
  const nobody = () => temporaryFolder();

  it.each<[string, () => Repo, (here: Repo) => string, string, string[]]>([
    ["Claude Code has a session", repo, claudeHere, "Claude Code has a session in", ["claude", "codex"]],
    ["Codex has a session", repo, codexHere, "Codex has a session in", ["codex", "claude"]],
    ["there is no session", repo, nobody, "No agent has a session in", ["claude", "codex"]],
    [
      "there is no repository",
      () => ({ ...repo(), root: temporaryFolder() }),
      nobody,
      "Go to a git repository",
      ["claude", "codex"],
    ],
  ])("where %s", async (_, make, homeOf, words, agents) => {
    const here = make();
    const next = await nextHere(worldAt(here, { home: homeOf(here) }));
    expect(next.words).toContain(words);
    expect(next.command).toEqual(["baton", "handoff", ...agents]);
  });

  it("in Baton's own sources the command works in another repository", async () => {
    const here = { ...repo(), root: PACKAGE };
    const { words, command } = await nextHere(worldAt(here, { home: temporaryFolder() }));
    expect(words).toContain("This folder is Baton itself");
    const [file = "", ...args] = command.slice(0, 2);
    const { code, out } = await program(repo(), file, [...args, "handoff", "--help"]);
    expect([code, out.includes("Usage: baton handoff")]).toEqual([0, true]);
  });
});

function worldAt(here: Repo, { home, env }: { home?: string; env?: Repo["env"] } = {}): World {
  const signal = new AbortController().signal;
  return { cwd: here.root, home: home ?? "", env: env ?? here.env, now: () => NOW, signal } as World;
}

interface Read {
  type: string;
  role?: string;
  text?: string;
  tool?: string;
  callId?: string;
  input?: Record<string, unknown>;
}

async function entriesOf(here: Repo, id: string, home: string): Promise<Read[]> {
  const { data } = await run(here, ["show", id, "--json"], { home });
  return data.entries as Read[];
}
