import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../scripts/base/errors.ts";
import { isProcessAlive } from "../../scripts/base/files.ts";
import { NOW, refusal, run } from "../support/cli.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";

const STATE = ".claude/.session-state.json";

/** Each gate notes in a file outside of the repository that it ran, and fails when the file `<gate>.bad` is there. */
function project(config: object = {}, gates: Record<string, object> = {}): Repo {
  const here = repo();
  const command = (name: string) =>
    `echo ${name} >> "$RAN"; if test -e ${name}.bad; then echo ${name} is bad; exit 1; fi`;
  here.write("a.ts", "a\n");
  here.write(
    "baton.config.json",
    JSON.stringify({
      gates: Object.fromEntries(
        ["typescript", "eslint", "tests"].map((name) => [name, { command: command(name), ...gates[name] }]),
      ),
      ...config,
    }),
  );
  here.env.RAN = join(temporaryFolder(), "ran");
  writeFileSync(here.env.RAN, "");
  here.commit();
  return here;
}

/** The gates that ran since it was last asked. */
function ran(here: Repo): string[] {
  const path = here.env.RAN ?? "";
  const names = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  writeFileSync(path, "");
  return names.sort();
}

function state(here: Repo): Record<string, unknown> & { validation: Record<string, string> } {
  return JSON.parse(readFileSync(join(here.root, STATE), "utf8"));
}

/** What lets Node read TypeScript, in this very process and not in a child that would take signals in its place. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const DOOR = join(import.meta.dirname, "../../scripts/session-validate.ts");

const PASSED = { typescript: "pass", eslint: "pass", tests: "pass", strict_rules: "skipped" };
const ALL = ["eslint", "tests", "typescript"];

describe("validate", () => {
  it("runs the gates and records what they say in the state", async () => {
    const here = project();
    await run(here, ["save", "claude", "--task", "Do it"]);
    const before = state(here);
    const answer = await run(here, ["validate"]);
    expect(answer.code).toBe(EXIT.done);
    expect(answer.data).toMatchObject({
      agent: "claude",
      path: STATE,
      validation: PASSED,
      ran: ["typescript", "eslint", "tests"],
    });
    expect(answer.out).toContain("TypeScript: pass");
    expect(state(here)).toMatchObject({
      task: { description: "Do it" },
      timestamp: before.timestamp,
      validation: PASSED,
      validation_details: {
        tests: { result: "pass", exit_code: 0, at: "2026-01-05T12:30:00Z", tree: here.git("write-tree") },
        strict_rules: { result: "skipped", reason: expect.stringContaining("rules") },
      },
    });
  });

  it("answers with exit code 3 when a gate fails, and shows what it said", async () => {
    const here = project();
    await run(here, ["save", "claude"]);
    here.write("tests.bad", "");
    const answer = await run(here, ["validate", "claude"]);
    expect(answer.code).toBe(EXIT.refused);
    expect(answer.out).toMatch(/❌ Tests: FAIL .*exit 1[\s\S]*tests is bad/);
    expect(state(here)).toMatchObject({
      validation: { ...PASSED, tests: "fail" },
      validation_details: { tests: { exit_code: 1, output_tail: ["tests is bad"] } },
      validation_attempts: { tests: 1 },
    });
    expect(answer.data.findings).toEqual([
      expect.objectContaining({ level: "fail", message: "Tests failed" }),
    ]);
  });

  it("runs nothing again while no file has changed, and everything once one has", async () => {
    const here = project();
    await run(here, ["save", "claude"]);
    here.write("tests.bad", "");
    expect((await run(here, ["validate"])).code).toBe(EXIT.refused);
    expect(ran(here)).toEqual(ALL);
    const again = await run(here, ["validate"]);
    expect([again.code, again.data.ran, ran(here)]).toEqual([EXIT.refused, [], []]);
    expect(again.out).toContain(", as measured just now: nothing has changed since");
    const later = await run(here, ["validate"], { now: new Date(NOW.getTime() + 3 * 60_000) });
    expect(later.out).toContain(", as measured 3 minutes ago: nothing has changed since");
    expect(state(here).validation_attempts).toEqual({ tests: 1 });
    here.git("add", "-A");
    expect((await run(here, ["validate"])).data.ran).toEqual([]);
    here.write("a.ts", "changed\n");
    await run(here, ["validate"]);
    expect(ran(here)).toEqual(ALL);
    expect(state(here).validation_attempts).toEqual({ tests: 2 });
  });

  it("runs only gates that depend on what has changed, where they say what they depend on", async () => {
    const here = project(
      {},
      { typescript: { files: ["**/*.ts"] }, tests: { files: ["**/*.ts", "**/*.snap"] } },
    );
    await run(here, ["save", "claude"]);
    await run(here, ["validate"]);
    ran(here);
    here.write("README.md", "read me\n");
    await run(here, ["validate"]);
    expect(ran(here)).toEqual(["eslint"]);
    here.write("x.snap", "x\n");
    await run(here, ["validate"]);
    expect(ran(here)).toEqual(["eslint", "tests"]);
    expect(state(here).validation).toEqual(PASSED);
  });

  it("runs a gate again when its command is another", async () => {
    const here = project();
    await run(here, ["save", "claude"]);
    await run(here, ["validate"]);
    // The person's own config is not in the tree.
    const home = temporaryFolder();
    const own = join(home, ".config/baton/config.json");
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, JSON.stringify({ gates: { audit: { command: "true" } } }));
    expect((await run(here, ["validate"], { home })).data.ran).toEqual(["audit"]);
    writeFileSync(own, JSON.stringify({ gates: { audit: { command: "exit 0" } } }));
    expect((await run(here, ["validate"], { home })).data.ran).toEqual(["audit"]);
    expect((await run(here, ["validate"], { home })).data.ran).toEqual([]);
  });

  it("runs again what it is told to, and nothing but what it is told to", async () => {
    const here = project();
    await run(here, ["save", "claude"]);
    here.write("eslint.bad", "");
    const only = await run(here, ["validate", "--only", "tests", "--only", "typescript"]);
    expect([only.code, ran(here)]).toEqual([EXIT.done, ["tests", "typescript"]]);
    expect(state(here).validation).toEqual({ ...PASSED, eslint: "not_run", strict_rules: "not_run" });
    expect((await run(here, ["validate", "--only", "tests", "--rerun"])).data.ran).toEqual(["tests"]);
    expect((await run(here, ["validate"])).data.ran).toEqual(["eslint"]);
    expect((await run(here, ["validate", "--only", "tests"])).code).toBe(EXIT.done);
  });

  it("speaks of nothing but what it was asked for, and answers for that alone", async () => {
    const here = project();
    await run(here, ["save", "claude"]);
    here.write("typescript.bad", "");
    expect((await run(here, ["validate"])).code).toBe(EXIT.refused);
    const { code, out, data } = await run(here, ["validate", "--only", "eslint"]);
    expect([code, out.trimEnd().split("\n").length]).toEqual([EXIT.done, 1]);
    expect(out).toMatch(/^✅ ESLint: pass /);
    expect(data).toMatchObject({ findings: [], validation: { typescript: "fail" } });
    const failing = await run(here, ["validate", "--only", "typescript"]);
    expect(failing.code).toBe(EXIT.refused);
    expect(failing.out).toMatch(/^❌ TypeScript: FAIL/);
    expect(failing.out).not.toContain("ESLint");
    // One that the project does not have is named when it was asked for.
    expect((await run(here, ["validate", "--only", "strict_rules"])).out).toMatch(/^STRICT rules: skipped/);
  });

  it("names what it runs, nothing that the project cannot have, and a missing program in words", async () => {
    const here = repo({ "pyproject.toml": "[tool.ruff]\n", "tests/test_calc.py": "def test_it(): pass\n" });
    const bin = temporaryFolder();
    writeFileSync(join(bin, "pytest"), "#!/bin/sh\nexit 0\n");
    chmodSync(join(bin, "pytest"), 0o755);
    await run(here, ["save", "claude"]);
    const without = (process.env.PATH ?? "").split(":").filter((folder) => !existsSync(join(folder, "ruff")));
    const env = { PATH: [bin, ...without].join(":") };
    const { out, data } = await run(here, ["validate"], { env });
    expect(out.trimEnd().split("\n")).toEqual([
      "⚠️  ruff: not run (ruff check .): ruff is not installed",
      expect.stringMatching(/^✅ pytest: pass \(pytest, /),
    ]);
    // The state keeps the names that every reader of it knows.
    expect(data.validation).toEqual({
      typescript: "skipped",
      eslint: "not_run",
      tests: "pass",
      strict_rules: "skipped",
    });
    const brief = (await run(here, ["restore", "claude", "--prompt"])).out;
    expect(brief).toContain("- pytest: passed");
    expect(brief).toContain("- ruff: not run (ruff is not installed)");
    expect(brief).not.toMatch(/TypeScript|ESLint|STRICT/);
  });

  it("runs a package's own scripts in the package that the person is in", async () => {
    const here = repo({
      "package.json": '{ "scripts": { "lint": "exit 0" } }',
      "packages/web/package.json": '{ "scripts": { "test": "exit 1" } }',
      "packages/web/src/a.js": "",
    });
    const { code, out } = await run(here, ["validate"], { cwd: join(here.root, "packages/web/src") });
    expect(code).toBe(EXIT.refused);
    expect(out).toMatch(/^❌ Tests: FAIL \(cd packages\/web && npm run test, exit 1/m);
    expect(out).toMatch(/^✅ Lint: pass \(npm run lint/m);
    expect((await run(here, ["validate"])).out).toMatch(/^Tests: skipped: no script test:run or test/m);
  });

  it("says what is stale, and what it was", async () => {
    const here = project();
    await run(here, ["save", "claude"]);
    await run(here, ["validate"]);
    here.write("a.ts", "changed\n");
    here.write("b.ts", "new\n");
    await run(here, ["validate", "--only", "tests"]);
    expect((await run(here, ["restore", "claude"])).out).toMatch(
      /ESLint: stale, pass just now \(2026-01-0\d .*\), 2 files changed since/,
    );
    expect(state(here)).toMatchObject({
      validation: { eslint: "stale", tests: "pass" },
      validation_details: { eslint: { result: "pass", files_changed: 2 } },
    });
  });

  it("records in the newest state when none is named", async () => {
    const here = project();
    await run(here, ["save", "opencode"], { now: new Date("2026-01-05T13:00:00Z") });
    await run(here, ["save", "claude"]);
    expect((await run(here, ["validate"])).data.agent).toBe("opencode");
    expect((await run(here, ["validate", "claude"])).data.agent).toBe("claude");
  });

  it("tells that nothing was recorded where nobody has saved anything", async () => {
    const here = project();
    const answer = await run(here, ["validate"]);
    expect([answer.code, answer.data.agent, ran(here)]).toEqual([EXIT.done, null, ALL]);
    expect(answer.talk).toContain("baton save <agent>");
    expect(here.git("status", "--short")).toBe("");
    expect(await refusal(here, ["validate", "claude"])).toMatchObject({ code: EXIT.notFound });
  });

  it("refuses a gate that there is none of, and an agent that nobody knows", async () => {
    const here = project();
    expect(await refusal(here, ["validate", "--only", "test"])).toMatchObject({
      code: EXIT.usage,
      fix: expect.stringContaining("Did you mean tests?"),
    });
    expect(await refusal(here, ["validate", "cloude"])).toMatchObject({ code: EXIT.usage });
  });

  it("hides secrets in what it records and in what it shows", async () => {
    const token = ["gh", "p_", "Ab3".repeat(12)].join("");
    const here = project(
      {},
      { tests: { command: `printf 'token %s\\n' ${token.slice(0, 9)}'${token.slice(9)}'; exit 1` } },
    );
    await run(here, ["save", "claude"]);
    const answer = await run(here, ["validate"]);
    expect(answer.out).toContain("token [REDACTED:");
    for (const text of [
      answer.out,
      JSON.stringify(answer.data),
      readFileSync(join(here.root, STATE), "utf8"),
    ]) {
      expect(text).not.toContain(token);
    }
  });

  it("gives gates no variables that point git elsewhere", async () => {
    const here = project({}, { tests: { command: "git rev-parse --show-toplevel" } });
    await run(here, ["save", "claude"]);
    await run(here, ["validate"], { env: { GIT_DIR: "/nowhere/.git", GIT_INDEX_FILE: "/nowhere/index" } });
    expect(state(here)).toMatchObject({
      validation_details: { tests: { result: "pass", output_tail: [here.root] } },
    });
  });

  it("finds out a gate that modifies files", async () => {
    const here = project({}, { eslint: { command: "echo fixed > a.ts" } });
    await run(here, ["save", "claude"]);
    const answer = await run(here, ["validate"]);
    expect(answer.data).toMatchObject({
      validation: { typescript: "stale", eslint: "stale", tests: "pass" },
      validation_details: { eslint: { modified_files: ["a.ts"] } },
      findings: [{ level: "warn", message: expect.stringContaining("a.ts") }],
    });
    expect((await run(here, ["validate"])).data.validation).toEqual(PASSED);
  });

  it("answers with exit code 3 for a gate that fails and modifies files, or fails before another one does", async () => {
    const here = project(
      { rules: [{ id: "dots", level: "STRICT", files: ["*.ts"], forbid: "a", message: "No a" }] },
      { tests: { command: "date > log.txt; echo one test failed; exit 1" } },
    );
    await run(here, ["save", "claude"]);
    here.write("a.ts", "aa\n");
    const answer = await run(here, ["validate"]);
    expect(answer.code).toBe(EXIT.refused);
    expect(answer.data.validation).toMatchObject({ strict_rules: "stale", tests: "stale" });
    expect(answer.out).toMatch(/❌ Tests: stale, FAIL just now .*, 1 file changed since/);
    expect(answer.out).toMatch(/❌ STRICT rules: stale, FAIL just now /);
    expect(answer.out).toContain("one test failed");
    expect(answer.out).toContain("a.ts:1: a  [dots] No a");
    expect(answer.data.findings).toMatchObject([
      { level: "fail", message: "Tests failed" },
      { level: "fail", message: "STRICT rules failed" },
      { level: "warn", message: expect.stringContaining("log.txt") },
    ]);
  });

  it("skips the rest where the person presses the key for it, and records why", async () => {
    const here = project({}, { eslint: { command: "echo begun; sleep 1000" } });
    await run(here, ["save", "claude"]);
    let skip = () => {};
    const running = run(here, ["validate"], {
      offerKey(key, what, handler) {
        expect([key, what]).toEqual(["s", "skips the checks"]);
        skip = handler;
        return () => {};
      },
    });
    // typescript runs before eslint, so it has been noted when eslint is the next.
    while (!readFileSync(here.env.RAN ?? "", "utf8").includes("typescript")) await sleep(10);
    await sleep(200);
    skip();
    const answer = await running;
    expect(answer.data.validation).toMatchObject({ tests: "not_run" });
    expect(state(here)).toMatchObject({
      validation_details: { tests: { result: "not_run", reason: "the person skipped it" } },
    });
    expect(ran(here)).not.toContain("tests");
  });
});

describe("rules", () => {
  const rules = [
    {
      id: "tokens",
      level: "STRICT",
      files: ["**/*.tsx"],
      forbid: "px-\\d+",
      message: "Hardcoded token",
      fix: "Use a token",
    },
    {
      id: "todo",
      level: "FLEXIBLE",
      files: ["**"],
      exclude: ["*.json"],
      forbid: "TODO",
      message: "Left to do",
    },
  ];

  it("are held against what the session has changed, committed or not, and with --all against everything", async () => {
    const here = project({ rules });
    here.write("old.tsx", "px-1\n");
    here.commit();
    await run(here, ["save", "claude"]);
    expect((await run(here, ["validate"])).data.validation).toMatchObject({ strict_rules: "pass" });
    here.write("committed.tsx", "px-2\n");
    here.commit();
    here.write("new.tsx", "\npx-3 TODO\n");
    const answer = await run(here, ["validate"]);
    expect(answer.code).toBe(EXIT.refused);
    expect(answer.out).toContain("new.tsx:2: px-3  [tokens] Hardcoded token Fix: Use a token");
    expect(answer.out).toContain("[ ] new.tsx:2: TODO  [todo] Left to do");
    const files = (data: Record<string, unknown>) =>
      (
        data.validation_details as { strict_rules: { violations: { file: string }[] } }
      ).strict_rules.violations.map((v) => v.file);
    expect(files(answer.data)).toEqual(["committed.tsx", "new.tsx", "new.tsx"]);
    expect(files((await run(here, ["validate", "--all"])).data)).toEqual([
      "committed.tsx",
      "new.tsx",
      "old.tsx",
      "new.tsx",
    ]);
  });

  it("are held against all that was committed in a session that began before the first commit", async () => {
    const here = repo();
    here.write("baton.config.json", JSON.stringify({ rules }));
    await run(here, ["save", "claude"]);
    here.write("a.tsx", "px-1\n");
    here.commit();
    const answer = await run(here, ["validate", "--only", "strict_rules"]);
    expect(answer.code).toBe(EXIT.refused);
    expect(answer.out).toContain("on the files of this session");
    expect(answer.out).toContain("a.tsx:1: px-1");
  });

  it("are not checked again where a check of all files has passed", async () => {
    const here = project({ rules });
    await run(here, ["save", "claude"]);
    expect((await run(here, ["validate", "--all"])).data.ran).toContain("strict_rules");
    expect((await run(here, ["validate"])).data.ran).toEqual([]);
  });

  it("recommend a stronger agent after two failed attempts with three STRICT violations", async () => {
    const here = project({ rules });
    await run(here, ["save", "opencode"]);
    here.write("a.tsx", "px-1 px-2 px-3\n");
    const first = await run(here, ["validate"]);
    expect(first.out).not.toContain("escalation");
    here.write("a.tsx", "px-1 px-2 px-3 px-4\n");
    const second = await run(here, ["validate"]);
    expect(second.out).toContain("4 STRICT violations are left after 2 failed attempts");
    expect(second.out).toContain("baton handoff opencode <stronger agent> --reason escalation");
    expect(second.data.validation_attempts).toEqual({ strict_rules: 2 });
  });

  it("recommend one in a handoff too, but not in the very handoff that is recommended", async () => {
    const here = project({ rules });
    await run(here, ["save", "opencode"]);
    for (const text of ["px-1 px-2 px-3\n", "px-4 px-5 px-6\n"]) {
      here.write("a.tsx", text);
      await run(here, ["validate"]);
    }
    const advised = await run(here, ["handoff", "opencode", "codex"]);
    expect(advised.out).toContain("a stronger agent should take over");
    const followed = await run(here, ["handoff", "codex", "claude", "--reason", "escalation"]);
    expect(followed.out).not.toContain("a stronger agent should take over");
    expect(followed.data.brief).toContain("Previous attempts: 2.");
  });

  it("do not look at Baton's own files", async () => {
    const here = project({ rules: [{ ...rules[1], files: ["**"], forbid: "." }] });
    await run(here, ["save", "claude"]);
    here.write(".git/info/exclude", "");
    const answer = await run(here, ["validate", "--all"]);
    expect(JSON.stringify(answer.data.validation_details)).not.toContain(".session-state");
    expect(answer.data.tree).toBe(here.git("write-tree"));
  });
});

describe("Ctrl-C, at the door", { tags: "slow" }, () => {
  /** Starts `baton validate` in a process of its own, and gives it and what its second gate notes as its pid. */
  async function start(gate: string) {
    const here = project({}, { eslint: { command: gate } });
    await run(here, ["save", "claude"]);
    const child = spawn(process.execPath, ["--import", TSX, DOOR], {
      cwd: here.root,
      env: { ...here.env, PID: `${here.env.RAN}.pid` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
    const pid = `${here.env.RAN}.pid`;
    while (!existsSync(pid) || readFileSync(pid, "utf8") === "") await sleep(10);
    return { here, child, exit, gate: Number(readFileSync(pid, "utf8")) };
  }

  it("once ends the gate with all that it started, and the state is the old one", async () => {
    const { here, child, exit, gate } = await start('sh -c "echo \\$\\$ > $PID; exec sleep 1000"; true');
    const before = readFileSync(join(here.root, STATE), "utf8");
    child.kill("SIGINT");
    expect(await exit).toBe(EXIT.interrupted);
    expect(await gone(gate)).toBe(true);
    expect(readFileSync(join(here.root, STATE), "utf8")).toBe(before);
  });

  it("twice ends the whole, and the state is the old one", async () => {
    const { here, child, exit, gate } = await start(
      'trap "" TERM; echo $$ > $PID; while :; do sleep 1000; done',
    );
    const before = readFileSync(join(here.root, STATE), "utf8");
    child.kill("SIGINT");
    await sleep(100);
    child.kill("SIGINT");
    expect(await exit).toBe(EXIT.interrupted);
    expect(await gone(gate)).toBe(true);
    expect(readFileSync(join(here.root, STATE), "utf8")).toBe(before);
  });

  it("is not waited for when the terminal is closed: nothing is left running", async () => {
    const { exit, child, gate } = await start(
      'trap "" TERM HUP; echo $$ > $PID; while :; do sleep 1000; done',
    );
    child.kill("SIGHUP");
    expect(await exit).toBe(EXIT.interrupted);
    expect(await gone(gate)).toBe(true);
  });
});

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 1000 && isProcessAlive(pid); i++) await sleep(10);
  return !isProcessAlive(pid);
}
