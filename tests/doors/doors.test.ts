import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { COMMANDS } from "../../scripts/commands/index.ts";
import { bundle } from "../support/bundle.ts";
import { type DoorAnswer, door, program, run } from "../support/cli.ts";
import { PACKAGE } from "../support/package.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";
import { snapshot } from "../support/snapshot.ts";

const CLAUDE = ".claude/.session-state.json";
const has = (here: Repo, file: string) => existsSync(join(here.root, file));

/** What `--json` printed: one object, and nothing beside it. */
function json({ out }: DoorAnswer): Record<string, unknown> {
  expect(out.startsWith("{\n")).toBe(true);
  expect(out.endsWith("}\n")).toBe(true);
  return JSON.parse(out);
}

describe("every verb", () => {
  it.each(Object.keys(COMMANDS))("%s is a door of a few lines, and an npm script", (name) => {
    const script = `scripts/session-${name}.ts`;
    const lines = readFileSync(join(PACKAGE, script), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(lines.at(-1)).toBe(`await runDoor("${name}", process.argv.slice(2));`);
    expect(manifest.scripts).toMatchObject({ [`session:${name}`]: `tsx ${script}` });
  });
});

describe("a door", () => {
  it("prints its answer to stdout and its talk to stderr", async () => {
    const here = repo({ "a.ts": "1\n" });
    const { code, out, err } = await door(here, ["save", "claude", "--task", "Add login"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^✅ Session saved to \.claude\/\.session-state\.json\n {3}Task: Add login\n/);
    expect(err).toContain("git now ignores");
    expect(out + err).not.toContain("\u001b");
  });

  it("with --quiet has its answer alone, with --json one object", async () => {
    const here = repo({ "a.ts": "1\n" });
    const quiet = await door(here, ["save", "claude", "--quiet"]);
    expect([quiet.code, quiet.err]).toEqual([0, ""]);
    const data = await door(here, ["save", "claude", "--json"]);
    expect(data.err).toBe("");
    expect(json(data)).toMatchObject({
      schema_version: 1,
      command: "save",
      ok: true,
      agent: "claude",
      path: CLAUDE,
      state: { version: "2.0" },
    });
  });

  it("is coloured where that is asked for, and never where it is not wanted", async () => {
    const here = repo({ "a.ts": "1\n" });
    expect((await door(here, ["save", "claude"], { env: { FORCE_COLOR: "1" } })).out).toContain("\u001b[");
    expect((await door(here, ["save", "claude"], { env: { NO_COLOR: "1" } })).out).not.toContain("\u001b");
  });

  it("prints no escape code and no second line that came from outside, as text or as JSON", async () => {
    const here = repo({ "a.ts": "1\n" });
    const nasty = "\u001b[2J\u009b31m\u007fevil";
    await door(here, ["save", "claude", "--task", nasty, "--next", nasty]);
    const shown = await door(here, ["restore", "claude"]);
    expect(shown.out + shown.err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    const data = await door(here, ["restore", "claude", "--json"]);
    expect(data.out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(json(data)).toMatchObject({ state: { task: { description: nasty } } });
    const wrong = await door(here, ["save", nasty]);
    expect(wrong.err).toContain("\\x1b[2J");
    expect(wrong.err).not.toContain("\u001b");
  });

  it("can be run by tsx and by npm, from a folder below", { tags: "slow" }, async () => {
    const tsx = join(PACKAGE, "node_modules/.bin/tsx");
    const script = `${tsx} ${join(PACKAGE, "scripts/session-save.ts")}`;
    const here = repo({
      "package.json": JSON.stringify({ scripts: { "session:save": script } }),
      "deep/a.ts": "1\n",
    });
    const direct = await program(here, tsx, [join(PACKAGE, "scripts/session-save.ts"), "claude"], {
      cwd: join(here.root, "deep"),
    });
    expect([direct.code, has(here, CLAUDE)]).toEqual([0, true]);
    const home = temporaryFolder();
    const env = { HOME: home, npm_config_update_notifier: "false" };
    const npm = await program(here, "npm", ["run", "session:save", "codex", "--", "--task", "via npm"], {
      env,
    });
    expect([npm.code, npm.out.includes("Task: via npm")]).toEqual([0, true]);
    const lost = await program(here, "npm", ["run", "session:save", "gemini", "--task", "x", "--dry-run"], {
      env,
    });
    expect(lost.code).toBe(2);
    expect(lost.err).toContain("npm kept --task --dry-run for itself");
    expect(lost.err).toContain("npm run session:save -- gemini --task …");
    expect(has(here, ".gemini")).toBe(false);
  });

  it("is a command of its own in a checkout of this project", { tags: "slow" }, async () => {
    const here = repo({});
    const { code, out } = await program(here, join(PACKAGE, "scripts/session-save.ts"), ["--help"], {
      cwd: PACKAGE,
    });
    expect([code, out.includes("Usage: baton save")]).toEqual([0, true]);
  });

  it("does not fall over when nobody reads its answer to the end", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--note", "x".repeat(500_000)]);
    const { code, err } = await door(here, ["restore", "claude", "--json"], {
      watch: (child) => child.stdout?.once("data", () => child.stdout?.destroy()),
    });
    expect(err).toBe("");
    expect(code).not.toBeNull();
  });

  it("says what it takes, with examples", async () => {
    const { code, out } = await door(repo(), ["handoff", "--help"]);
    expect(code).toBe(0);
    for (const said of [
      "Usage: baton handoff [options] [from] [to]",
      "--reason <reason>",
      "baton handoff claude opencode --reason rate_limit",
    ])
      expect(out).toContain(said);
    // Fifteen pages with the same table: it stands in `baton --help` alone.
    expect(out).not.toContain("Exit codes");
  });
});

describe("the command baton", () => {
  it("tells its version, its verbs, and the nearest one to a word that is none", async () => {
    const here = repo();
    expect((await door(here, ["baton", "--version"])).out).toBe(`${manifest.version}\n`);
    const { out } = await door(here, ["baton", "--help"]);
    for (const name of Object.keys(COMMANDS)) expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
    expect(out).toContain("Exit codes: 0 done · 1 failed · 2 wrong usage");
    const wrong = await door(here, ["baton", "safe"]);
    expect([wrong.code, wrong.out]).toEqual([2, ""]);
    expect(wrong.err).toBe(
      '❌ There is no command "safe".\n   Did you mean save? All commands: baton --help\n',
    );
  });
});

describe("--json is one object, whatever is asked", () => {
  it.each<[string, number, string[], Record<string, unknown>]>([
    ["nothing", 0, ["--json"], { command: "help", help: expect.stringContaining("Usage: baton <command>") }],
    ["help", 0, ["help", "--json"], { command: "help" }],
    ["--help", 0, ["--json", "--help"], { command: "help" }],
    [
      "the help of a command",
      0,
      ["save", "--help", "--json"],
      { command: "save", help: expect.stringContaining("Examples:") },
    ],
    ["help with a command", 0, ["help", "--json", "save"], { command: "save" }],
    ["the version", 0, ["--version", "--json"], { command: "version", version: manifest.version }],
    ["a short option for the version", 0, ["--json", "-v"], { version: manifest.version }],
    ["a command after it", 0, ["--json", "status"], { command: "status", ok: true }],
    [
      "a word that is no command",
      2,
      ["--json", "safe"],
      { ok: false, error: { code: 2, fix: expect.stringContaining("save") } },
    ],
    ["an option before the command", 2, ["--task", "x", "--json"], { ok: false }],
  ])("%s", async (_, code, argv, object) => {
    const answer = await door(repo(), ["baton", ...argv]);
    expect([answer.code, answer.err]).toEqual([code, ""]);
    expect(json(answer)).toMatchObject({ schema_version: 1, ...object });
  });

  it("but after two dashes it is a word like others", async () => {
    const { code, out } = await door(repo(), ["baton", "escalate", "claude", "--", "--json"]);
    expect([code, out]).toEqual([0, expect.stringContaining("Escalation recorded in")]);
  });

  it("holds no raw mark that changes how a terminal shows it, and is equal when it is parsed", async () => {
    const here = repo({ "a.ts": "1\n" });
    const marks =
      "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\u007f\u0085\u009f";
    const answer = await door(here, ["save", "claude", "--task", `x${marks}y`, "--json"]);
    expect(answer.out).not.toMatch(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
    expect(json(answer)).toMatchObject({ state: { task: { description: `x${marks}y` } } });
  });
});

describe.runIf(existsSync("/dev/full"))("standard output on a full disk", () => {
  it.each([["status"], ["status", "--json"], ["--help"], ["save", "--help"], ["--version"]])(
    "is said in plain words, with code 1: %s",
    async (...argv) => {
      const here = repo({ "a.ts": "1\n" });
      const folder = await bundle("scripts/baton.ts");
      const line = 'exec "$@" > /dev/full';
      const command = [process.execPath, join(folder, "baton.mjs"), ...argv];
      const { code, err } = await program(here, "sh", ["-c", line, "sh", ...command]);
      expect(code).toBe(1);
      expect(err).toMatch(
        /^❌ The answer could not be written to standard output: no space left on the disk\.\n {3}\S.*\n$/,
      );
    },
  );
});

describe("exit codes and errors", () => {
  const place = (prepare: (here: Repo) => void = () => {}) => {
    const here = repo({ "a.ts": "1\n" });
    prepare(here);
    return here;
  };

  it.each<[number, string, string[], Repo | (() => Repo)]>([
    [0, "looked", ["status"], () => place()],
    [0, "handed over", ["handoff", "claude", "codex", "--task", "x"], () => place()],
    [0, "escalated", ["escalate", "claude", "it loops"], () => place()],
    [1, "failed", ["doctor"], () => place((here) => here.write(CLAUDE, "broken"))],
    [2, "an agent that nobody knows", ["save", "cluade"], () => place()],
    [2, "a flag that nobody knows", ["save", "claude", "--taks", "x"], () => place()],
    [2, "an empty value", ["save", "claude", "--task", " "], () => place()],
    [2, "an option in the place of a value", ["save", "claude", "--next", "--task"], () => place()],
    [2, "an argument that is missing", ["handoff"], () => place()],
    [4, "nothing to hand over", ["handoff", "claude", "codex"], () => place()],
    [2, "an argument too many", ["restore", "claude", "codex"], () => place()],
    [
      3,
      "a hook that says no",
      ["handoff", "claude", "codex", "--task", "x"],
      () => place((here) => here.write(".husky/pre-handoff", "exit 1")),
    ],
    [4, "nothing saved", ["restore", "claude"], () => place()],
    [
      6,
      "a newer version",
      ["save", "claude"],
      () => place((here) => here.write(CLAUDE, '{"version":"3.0"}')),
    ],
  ])(
    "%i: %s, in words on stderr, and with --json as one object on stdout",
    async (expected, _, argv, make) => {
      const here = typeof make === "function" ? make() : make;
      const data = await door(here, [...argv, "--json"]);
      expect([data.code, data.err]).toEqual([expected, ""]);
      const object = json(data);
      expect(object).toMatchObject({ schema_version: 1, command: argv[0], ok: expected === 0 });
      if (expected < 2) return;
      expect(object).toMatchObject({
        error: { code: expected, message: expect.stringMatching(/\S/), fix: expect.stringMatching(/\S/) },
      });
      const words = await door(here, argv);
      expect([words.code, words.out]).toEqual([expected, ""]);
      expect(words.err).toMatch(/^❌ \S[\s\S]*\n {3}\S/);
    },
  );

  it("say that the folder is gone where somebody deleted it", { tags: "slow" }, async () => {
    const here = place();
    const folder = await bundle("scripts/session-save.ts");
    const { code, out, err } = await program(here, "sh", [
      "-c",
      'mkdir gone && cd gone && rmdir ../gone && exec "$@"',
      "sh",
      process.execPath,
      join(folder, "session-save.mjs"),
      "claude",
    ]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe("❌ The folder that you are in no longer exists.\n   Go to your project: cd …\n");
  });

  it("repeat no secret that was typed in the wrong place", { tags: "slow" }, async () => {
    const secret = ["gh", "p_", "Zk3vQ9".repeat(6)].join("");
    const here = place();
    for (const argv of [
      ["save", "claude", `--taks=${secret}`],
      ["save", "claude", "--status", secret],
      [secret],
    ]) {
      const { code, out, err } = await program(here, join(PACKAGE, "node_modules/.bin/tsx"), [
        join(PACKAGE, "scripts/baton.ts"),
        ...argv,
      ]);
      expect(code).toBe(2);
      expect(err).toContain("[REDACTED:github-token]");
      expect(out + err).not.toContain(secret);
    }
  });

  it.each(Object.keys(COMMANDS))(
    "%s answers a flag that it does not know with one object too",
    async (name) => {
      const answer = await door(repo(), [name, "--no-such-flag", "--json"]);
      expect([answer.code, answer.err]).toEqual([2, ""]);
      expect(json(answer)).toMatchObject({
        command: name,
        ok: false,
        error: { code: 2, fix: `See: baton ${name} --help` },
      });
    },
  );

  it("outside of a repository every command says what to do", async () => {
    const nowhere = { ...repo(), root: temporaryFolder() };
    const { code, err } = await door(nowhere, ["save", "claude"]);
    expect(code).toBe(1);
    expect(err).toMatch(/is not in a git repository\.\n {3}Go to your project.*git init\n$/);
  });
});

describe("Ctrl-C", { tags: "slow" }, () => {
  /** Interrupts a door as soon as `sign` is there. */
  async function interrupt(
    here: Repo,
    argv: string[],
    sign: string,
    signal: NodeJS.Signals,
  ): Promise<DoorAnswer> {
    return door(here, argv, {
      watch(child) {
        const wait = async () => {
          while (!existsSync(sign) && child.exitCode === null) await sleep(10);
          child.kill(signal);
        };
        void wait();
      },
    });
  }

  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s while the pre-handoff hook runs leaves the old states, and says so",
    async (signal) => {
      const here = repo({ "a.ts": "1\n" });
      await run(here, ["save", "claude", "--task", "old"]);
      const before = readFileSync(join(here.root, CLAUDE), "utf8");
      const sign = join(temporaryFolder(), "running");
      here.write(".husky/pre-handoff", `touch '${sign}'; exec sleep 60`);
      const { code, err } = await interrupt(
        here,
        ["handoff", "claude", "opencode", "--task", "new"],
        sign,
        signal,
      );
      expect(code).toBe(130);
      expect(err).toContain("Interrupted. The saved states are the old ones.");
      expect(readFileSync(join(here.root, CLAUDE), "utf8")).toBe(before);
      expect(has(here, ".opencode")).toBe(false);
    },
  );

  it("that reaches git too, as in a terminal, leaves all as it was, and blames nobody", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--task", "old"]);
    here.write("a.ts", "2\n");
    const sign = join(temporaryFolder(), "running");
    here.write(".git/hooks/pre-commit", `#!/bin/sh\ntouch '${sign}'; sleep 0.5; kill -INT $PPID`);
    await program(here, "chmod", ["+x", ".git/hooks/pre-commit"]);
    const before = here.git("status", "--porcelain");
    const { code, err } = await interrupt(
      here,
      ["handoff", "claude", "opencode", "--commit"],
      sign,
      "SIGINT",
    );
    expect(code).toBe(130);
    expect(err).toBe("❌ Interrupted. The saved states are the old ones.\n   Run the same command again.\n");
    expect(here.git("status", "--porcelain")).toBe(before);
    expect(has(here, ".opencode")).toBe(false);
  });

  it.each(["--commit", "--stash"])("while git works takes back what was put away: %s", async (flag) => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--task", "old"]);
    here.write("a.ts", "2\n");
    here.write("new.ts", "n\n");
    const sign = join(temporaryFolder(), "running");
    // A hook that git runs when the commit or the stash is there already.
    here.write(".git/hooks/reference-transaction", `#!/bin/sh\ntouch '${sign}'; sleep 0.5`);
    await program(here, "chmod", ["+x", ".git/hooks/reference-transaction"]);
    const before = [
      here.git("status", "--porcelain"),
      here.git("rev-parse", "HEAD"),
      here.git("stash", "list"),
    ];
    const { code, err } = await interrupt(here, ["handoff", "claude", "opencode", flag], sign, "SIGINT");
    expect(code).toBe(130);
    expect(err).toContain(
      "❌ Interrupted. The saved states are the old ones. Your uncommitted work is back as it was.\n   Run the same command again.\n",
    );
    expect([
      here.git("status", "--porcelain"),
      here.git("rev-parse", "HEAD"),
      here.git("stash", "list"),
    ]).toEqual(before);
    expect(has(here, ".opencode")).toBe(false);
  });

  it.each(["handoff", "validate"])(
    "in the middle of the gates stops %s with nothing written",
    async (name) => {
      const sign = join(temporaryFolder(), "running");
      const gates = { typescript: { command: "true" }, tests: { command: `touch '${sign}'; exec sleep 60` } };
      const here = repo({ "a.ts": "1\n", "baton.config.json": JSON.stringify({ gates }) });
      await run(here, ["save", "claude", "--task", "old"]);
      here.write("a.ts", "2\n");
      const before = snapshot(here.root);
      const argv =
        name === "handoff" ? ["handoff", "claude", "codex", "--commit", "--task", "new"] : ["validate"];
      const { code, err } = await interrupt(here, argv, sign, "SIGINT");
      expect([code, err]).toEqual([130, expect.stringMatching(/^❌ Interrupted\./)]);
      const objects = ([path]: [string, unknown]) => !path.startsWith(".git/objects/");
      expect(Object.entries(snapshot(here.root)).filter(objects)).toEqual(
        Object.entries(before).filter(objects),
      );
    },
  );
});
