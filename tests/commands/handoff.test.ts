import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { UserError } from "../../scripts/base/errors.ts";
import { renderLines, styleFor } from "../../scripts/cli/print.ts";
import { door, NOW, program, refusal, run } from "../support/cli.ts";
import { programs } from "../support/programs.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";
import { SECRETS } from "../support/secrets.ts";
import { divided } from "../support/shapes.ts";
import { snapshot } from "../support/snapshot.ts";
import { redacted, stateWith } from "../support/states.ts";

const CLAUDE = ".claude/.session-state.json";
const OPENCODE = ".opencode/.session-state.json";

const pathWith = (program: string) => `${programs(program)}:${process.env.PATH}`;
const handoff = (here: Repo, ...words: string[]) =>
  run(here, ["handoff", "claude", "opencode", ...words], { env: { PATH: pathWith("opencode") } });
const stateIn = (here: Repo, file: string): SessionState =>
  JSON.parse(readFileSync(join(here.root, file), "utf8"));
const has = (here: Repo, file: string) => existsSync(join(here.root, file));

/** A repository with staged, unstaged and untracked work, and a state saved for claude. */
async function working(): Promise<Repo> {
  const here = repo({ "a.ts": "1\n", "b.ts": "1\n" });
  here.write("a.ts", "2\n");
  here.git("add", "a.ts");
  here.write("b.ts", "2\n");
  here.write("new.ts", "n\n");
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
    "--spent",
    "45 minutes",
  ]);
  return here;
}

describe("the five steps", () => {
  it("are shown, with all that the next person and agent need", async () => {
    const here = await working();
    const { code, out } = await handoff(here, "--provider", "groq_primary", "--reason", "rate_limit");
    expect(code).toBe(0);
    const head = here.git("rev-parse", "--short", "HEAD");
    expect(out.split("\n")).toEqual([
      "🔄 claude (sonnet) → opencode (groq_primary): Add login",
      "   Reason: rate limit",
      `1 Saved        ✅ ${CLAUDE}   (main, at ${head})`,
      "2 Git          ⚠️  3 files uncommitted: a.ts (staged), b.ts and new.ts (untracked)   they stay as they are (--commit or --stash puts them away)",
      "3 Checks       – skipped: Tests",
      `4 Handed over  ✅ ${OPENCODE}`,
      "5 Brief        ✅ .opencode/.session-brief.md   next: Test it (and 1 more step)   (to print it: baton restore opencode --prompt)",
      "",
      "✨ Continue in opencode:",
      "   opencode --prompt 'Read the handoff brief in .opencode/.session-brief.md and continue the task from where it says.'",
      "",
    ]);
  });

  it("take twelve lines at most, whatever there is to say, and fit 80 columns", async () => {
    const here = await working();
    for (let i = 0; i < 120; i++) here.write(`src/some/folder/with/a/long/path/file-${i}.ts`, "x");
    await run(here, ["save", "opencode", "--task", "Something else"]);
    const { lines, out } = await handoff(here, "--why", "limit until 14:00", "--commit", "--no-validate");
    expect(out.trimEnd().split("\n").length).toBeLessThanOrEqual(12);
    const narrow = await renderLines(
      redacted(lines),
      styleFor({ isTTY: true, columns: 80 }, { NO_COLOR: "1" }),
    );
    const wide = narrow.split("\n").filter((line) => stringWidth(line) > 80);
    // Commands stay whole, to be copied.
    expect(wide.every((line) => /^ {3}(opencode|git) /.test(line))).toBe(true);
    expect(out).not.toContain("\u001b");
  });

  it("print the brief where that is asked for, before the command to type", async () => {
    const here = await working();
    expect((await handoff(here)).out).not.toContain("Continue from step 1");
    const { out } = await handoff(here, "--print-brief");
    expect(out).toMatch(
      /\nContinue from step 1: Test it\n[\s\S]*✨ Continue in opencode:\n {3}opencode .*\n$/,
    );
  });

  it("write both states, with where the work came from, and the brief beside", async () => {
    const here = await working();
    await handoff(here, "--provider", "groq_primary", "--reason", "rate_limit", "--why", "limit until 14:00");
    const [source, target] = [stateIn(here, CLAUDE), stateIn(here, OPENCODE)];
    expect(source).toMatchObject({ agent: "claude", provider: "sonnet", session: { revision: 2 } });
    expect(source.lineage).toBeUndefined();
    expect(target).toMatchObject({
      agent: "opencode",
      provider: "groq_primary",
      task: source.task,
      context: source.context,
      git: source.git,
      lineage: {
        kind: "handoff",
        source_session_id: source.session?.id,
        source_agent: "claude",
        source_provider: "sonnet",
        source_timestamp: source.timestamp,
        imported_at: "2026-01-05T12:30:00Z",
        reason: "rate_limit",
        why: "limit until 14:00",
        time_spent: "45 minutes",
      },
      bootstrap: { status: "pending" },
      session: { revision: 1 },
    });
    expect(target.session?.id).not.toBe(source.session?.id);
    expect(readFileSync(join(here.root, ".opencode/.session-brief.md"), "utf8")).toContain(
      "limit until 14:00",
    );
    expect(here.git("status", "--porcelain", "--", ".claude", ".opencode")).toBe("");
  });

  it("take what is said on the way", async () => {
    const here = await working();
    await handoff(here, "--task", "Add logout", "--next", "Look again", "--note", "mind the tests");
    for (const file of [CLAUDE, OPENCODE])
      expect(stateIn(here, file)).toMatchObject({
        task: { description: "Add logout" },
        context: { next_steps: ["Look again"], notes: ["mind the tests"] },
      });
  });

  it("need no state to begin with, where the person says what the task is", async () => {
    const here = repo({ "a.ts": "1\n" });
    const { code, out } = await handoff(here, "--task", "Add login");
    expect(code).toBe(0);
    expect(out).toContain("nothing uncommitted");
    expect(stateIn(here, OPENCODE).lineage).toMatchObject({ source_agent: "claude" });
  });

  it("say what becomes of the state that the next agent had", async () => {
    const here = await working();
    await run(here, ["save", "opencode", "--task", "Something else"]);
    const { out } = await handoff(here);
    expect(out).toContain("what opencode had before (Something else) went to the history");
    expect(stateIn(here, OPENCODE)).toMatchObject({
      task: { description: "Add login" },
      session: { revision: 1 },
    });
  });

  it.each([
    ["with nothing of any agent", [], /^Work with an agent first/],
    ["where it was meant the other way round", ["opencode"], /^Did you mean: baton handoff opencode claude$/],
    ["where another agent has something", ["codex"], /of codex: baton handoff codex opencode$/],
  ])("do not begin without a session, a state or a word: %s", async (_, saved, fix) => {
    const here = repo({ "a.ts": "1\n" });
    for (const agent of saved) await run(here, ["save", agent, "--task", "Good work"]);
    const before = saved.map((agent) =>
      readFileSync(join(here.root, `.${agent}/.session-state.json`), "utf8"),
    );
    const error = await refusal(here, ["handoff", "claude", "opencode"]);
    expect(error.code).toBe(4);
    expect(error.message).toMatch(/claude has no session and no saved state here.*Nothing was written/s);
    expect(error.fix).toMatch(fix);
    expect(has(here, CLAUDE)).toBe(false);
    for (const [i, agent] of saved.entries())
      expect(readFileSync(join(here.root, `.${agent}/.session-state.json`), "utf8")).toBe(before[i]);
  });

  it("show failing checks first, with the age of results that were not measured just now", async () => {
    const here = await working();
    const state = stateIn(here, CLAUDE);
    here.write(
      CLAUDE,
      JSON.stringify({
        ...state,
        validation: { typescript: "pass", eslint: "fail", tests: "not_run", strict_rules: "skipped" },
      }),
    );
    const { out } = await handoff(here, "--no-validate");
    expect(out).toMatch(/^3 Checks {7}❌ ESLint: FAIL {3}✅ TypeScript: pass {3}/m);
    expect(out).toContain("– not run: Tests   – skipped: STRICT rules\n");
    here.write("baton.config.json", JSON.stringify({ gates: { tests: { command: "echo no; exit 4" } } }));
    expect((await handoff(here)).out).toMatch(/❌ Tests: FAIL \(exit 4\)\n/);
    const later = await run(here, ["handoff", "claude", "opencode"], {
      now: new Date(NOW.getTime() + 180_000),
    });
    expect(later.out).toMatch(/❌ Tests: FAIL \(exit 4\).* {3}\(as measured 3 minutes ago\)/);
  });

  it("name the provider from the flag, else the agent's settings, else what it had, else not at all", async () => {
    const here = await working();
    expect((await handoff(here)).data.target).toMatchObject({ state: { provider: "unknown" } });
    await run(here, ["save", "opencode", "--provider", "ollama"]);
    expect((await handoff(here)).data.target).toMatchObject({ state: { provider: "ollama" } });
    here.write(".opencode/config.json", '{ "default_provider": "groq_primary" }');
    expect((await handoff(here)).data.target).toMatchObject({ state: { provider: "groq_primary" } });
    expect((await handoff(here, "--provider", "other")).data.target).toMatchObject({
      state: { provider: "other" },
    });
  });

  it("can go from an agent to itself with another provider", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "opencode", "--task", "t", "--provider", "ollama"]);
    const { out } = await run(here, ["handoff", "opencode", "opencode", "--provider", "groq_primary"]);
    expect(out).toContain("🔄 opencode (ollama) → opencode (groq_primary): t\n");
    expect(stateIn(here, OPENCODE)).toMatchObject({
      provider: "groq_primary",
      session: { revision: 1 },
      lineage: { source_provider: "ollama" },
    });
  });

  it("name the provider that the work was done with in the brief, not the next one", async () => {
    const here = await working();
    const { data } = await handoff(here, "--provider", "groq_primary", "--reason", "escalation");
    expect(data.brief).toContain("Escalated from Claude Code (sonnet).");
    expect(data.brief).toContain("no session of Claude Code (sonnet) was read");
  });

  it("keep each thing that was said on a line of its own", async () => {
    const here = repo({ "a.ts": "1\n" });
    const said = ["--task", "Add\n# login", "--next", "Test\n# it"];
    expect((await run(here, ["save", "opencode", ...said])).out).toMatch(
      /Task: Add # login\n.*Next: Test # it\n/s,
    );
    const { out } = await handoff(here, ...said, "--why", "because\n# of it");
    expect(out).toContain("what opencode had before (Add # login) went");
    expect(out).toContain("   Reason: because # of it\n");
    expect(out).toContain("   next: Test # it   ");
  });

  it("bring the files that changed to a person's notice, to a bound", async () => {
    const here = repo({ "a.ts": "1\n" });
    for (let i = 0; i < 12; i++) here.write(`file-${i}.ts`, "x");
    here.write("line\nbreak.ts", "x");
    const { out } = await handoff(here, "--task", "Add files");
    expect(out).toMatch(
      /⚠️ {2}13 files uncommitted: file-0\.ts \(untracked\), file-1\.ts \(untracked\), file-10\.ts \(untracked\) and 10 more/,
    );
  });
});

describe("once the next agent has saved a state of its own", () => {
  const later = { now: new Date(NOW.getTime() + 60_000) };

  it("the work is that agent's, and the reason of the handoff is past", async () => {
    const here = await working();
    await handoff(here, "--provider", "groq_primary", "--reason", "rate_limit", "--why", "limit until 14:00");
    await run(here, ["save", "opencode"], later);
    expect((await run(here, ["restore", "opencode"], later)).out).toContain(
      "🤖 Agent: opencode (groq_primary)\n",
    );
    const { out } = await run(here, ["restore", "opencode", "--prompt"], later);
    expect(out).toContain("I am continuing work from OpenCode.\n");
    expect(out).toContain("no session of OpenCode (groq_primary) was read");
    expect(out).not.toMatch(/rate limit|14:00|Claude/);
    // Where it came from is still known.
    expect(stateIn(here, OPENCODE)).toMatchObject({
      lineage: { source_agent: "claude", reason: "rate_limit" },
      bootstrap: { status: "completed" },
    });
  });

  it("an escalation is answered, until there is another one", async () => {
    const here = await working();
    await run(here, ["escalate", "claude", "too", "hard"]);
    expect((await handoff(here)).data.brief).toContain("Escalated from Claude Code");
    await run(here, ["save", "opencode"], later);
    const prompt = async () => (await run(here, ["restore", "opencode", "--prompt"], later)).out;
    expect(await prompt()).not.toContain("Escalated from");
    await run(here, ["escalate", "opencode", "still", "too", "hard"], later);
    expect(await prompt()).toContain("Escalated from OpenCode");
  });
});

describe("what is refused before anything is written", () => {
  it.each<[string, string[], number, RegExp]>([
    ["an agent to itself", ["claude", "claude"], 2, /--provider <name>/],
    ["an agent that nobody knows", ["claude", "opncode"], 2, /Did you mean opencode/],
    [
      "commit and stash at once",
      ["claude", "opencode", "--commit", "--stash"],
      2,
      /Commit for long work, stash for quick/,
    ],
    ["--launch into JSON", ["claude", "opencode", "--launch", "--json"], 2, /Leave --launch out/],
    ["a reason that is none", ["claude", "opencode", "--reason", "bored"], 2, /handoff --help/],
  ])("%s", async (_, words, code, fix) => {
    const here = await working();
    const before = snapshot(here.root);
    expect(await refusal(here, ["handoff", ...words])).toMatchObject({
      code,
      fix: expect.stringMatching(fix),
    });
    expect(snapshot(here.root)).toEqual(before);
  });

  it("launching an agent that nobody knows how to start", async () => {
    const here = repo({ "baton.config.json": '{ "agents": [{ "name": "aider" }] }' });
    expect(await refusal(here, ["handoff", "claude", "aider", "--launch"])).toMatchObject({
      code: 2,
      fix: expect.stringContaining('"launch": ["aider", "{brief}"]'),
    });
    expect(has(here, CLAUDE)).toBe(false);
  });

  it.each(["--commit", "--stash"])("%s in the middle of a merge", async (flag) => {
    const here = divided();
    expect(() => here.git("merge", "-q", "side")).toThrow();
    expect(await refusal(here, ["handoff", "claude", "opencode", flag])).toMatchObject({
      code: 3,
      fix: expect.stringContaining("git merge --abort"),
    });
    expect(has(here, CLAUDE)).toBe(false);
  });

  it("--stash in the middle of a bisect, with the line that git knows", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.git("bisect", "start");
    const { fix } = await refusal(here, ["handoff", "claude", "opencode", "--stash"]);
    expect(fix).toContain("(git bisect reset)");
  });

  it("a template that cannot be filled in", async () => {
    const here = await working();
    here.write(".baton/templates/general.md", "{{#open}}");
    expect(await refusal(here, ["handoff", "claude", "opencode"])).toMatchObject({
      message: expect.stringContaining("general.md"),
    });
    expect(has(here, OPENCODE)).toBe(false);
  });

  it("a source state of a newer version", async () => {
    const here = await working();
    here.write(CLAUDE, '{"version":"3.0"}');
    expect(await refusal(here, ["handoff", "claude", "opencode"])).toMatchObject({ code: 6 });
    expect(readFileSync(join(here.root, CLAUDE), "utf8")).toBe('{"version":"3.0"}');
    expect(has(here, OPENCODE)).toBe(false);
  });
});

describe("uncommitted work", () => {
  it("stays as it is without a word about it", async () => {
    const here = await working();
    const before = here.git("status", "--porcelain");
    await handoff(here);
    expect(here.git("status", "--porcelain")).toBe(before);
  });

  it("goes into a wip commit with --commit, with the command that takes it back", async () => {
    const here = await working();
    const [head, before] = [here.git("rev-parse", "HEAD"), here.git("status", "--porcelain=v2")];
    const { out, data } = await handoff(here, "--commit");
    expect(here.git("status", "--porcelain")).toBe("");
    expect(here.git("log", "-1", "--format=%s")).toBe(
      "wip: Add login (handing over from claude to opencode)",
    );
    expect(out).toMatch(
      /✅ committed 3 files \([0-9a-f]{7}\): wip: Add login .* {3}to take it back:\n {3}git update-ref HEAD [0-9a-f]{40} [0-9a-f]{40} && git read-tree --reset [0-9a-f]{40}\n/,
    );
    const undo = `git update-ref HEAD ${head} ${here.git("rev-parse", "HEAD")}`;
    expect(data.git).toMatchObject({
      uncommitted: 3,
      put_away: { kind: "commit", undo: expect.stringContaining(undo) },
    });
    expect(stateIn(here, OPENCODE)).toMatchObject({
      git: { head: here.git("rev-parse", "HEAD"), uncommitted_changes: false, staged_files: [] },
      context: { files_modified: ["a.ts", "b.ts"], files_created: ["new.ts"] },
    });
    execFileSync("sh", ["-c", (data.git as { put_away: { undo: string } }).put_away.undo], {
      cwd: here.root,
      env: here.env,
    });
    expect(here.git("status", "--porcelain=v2")).toBe(before);
  });

  it.each(["--commit", "--stash"])(
    "that lies in a submodule alone stays there with %s, and that is said",
    async (flag) => {
      const here = repo({ "a.ts": "1\n" });
      const origin = repo({ "s.txt": "s\n" });
      here.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", origin.root, "sub");
      here.commit();
      here.write("sub/s.txt", "changed\n");
      const head = here.git("rev-parse", "HEAD");
      const { out, code, data } = await handoff(here, flag, "--task", "Add login");
      expect(code).toBe(0);
      expect(out).toContain("sub is a repository of its own: the changes in it stay there, untouched");
      expect(data.git).toMatchObject({ put_away: null });
      expect(here.git("rev-parse", "HEAD")).toBe(head);
    },
  );

  it("is not committed where a repository inside this one would be empty in it", async () => {
    const here = await working();
    here.git("init", "-q", "inner");
    const before = here.git("status", "--porcelain");
    expect(await refusal(here, ["handoff", "claude", "opencode", "--commit"])).toMatchObject({
      code: 3,
      message: expect.stringContaining("inner/ is a git repository inside this one"),
      fix: expect.stringContaining("--stash"),
    });
    expect(here.git("status", "--porcelain")).toBe(before);
  });

  it("goes into a labelled stash with --stash, which the state and the brief name", async () => {
    const here = await working();
    const before = here.git("status", "--porcelain");
    const { out, data } = await handoff(here, "--stash");
    expect(here.git("status", "--porcelain")).toBe("");
    expect(here.git("stash", "list")).toContain("baton: Add login (claude to opencode)");
    const undo = `git stash apply --index ${here.git("rev-parse", "refs/stash")}`;
    expect(data.brief).toContain(`Bring them back: \`${undo}\``);
    expect(out).toMatch(/✅ stashed 3 files \([0-9a-f]{7}\): baton: Add login .* {3}to take it back:\n/);
    expect(out).toContain(`\n   ${undo}\n`);
    expect(stateIn(here, OPENCODE)).toMatchObject({
      git: {
        uncommitted_changes: false,
        stash: { oid: here.git("rev-parse", "refs/stash"), restore: undo },
      },
      context: { files_modified: ["a.ts", "b.ts"], files_created: ["new.ts"] },
    });
    expect((await run(here, ["restore", "opencode"])).out).toContain("Nothing has changed since");
    // Whoever stashes meanwhile does not come between.
    here.write("a.ts", "other\n");
    here.git("stash", "-q");
    here.git(...undo.split(" ").slice(1));
    expect(here.git("status", "--porcelain")).toBe(before);
  });

  it("that was stashed is asked for no longer once the stash is gone", async () => {
    const here = await working();
    await handoff(here, "--stash");
    expect((await run(here, ["restore", "opencode", "--prompt"])).out).toContain("Bring them back");
    here.git("stash", "pop", "-q", "--index");
    const { out, talk } = await run(here, ["restore", "opencode", "--prompt"]);
    expect(out).not.toContain("stash");
    expect(talk).toContain("The stash of the handoff is not there any more");
  });

  it.each(["--commit", "--stash"])(
    "never takes a state with it, also where none was ignored before: %s",
    async (flag) => {
      const here = repo({ "a.ts": "1\n" });
      here.write(CLAUDE, JSON.stringify(stateWith({ agent: "claude", git: { branch: "main" } })));
      here.write("a.ts", "2\n");
      here.write("new.ts", "1\n");
      await handoff(here, flag);
      const kept =
        flag === "--commit"
          ? here.git("ls-tree", "-r", "--name-only", "HEAD")
          : here.git("show", "--name-only", "--format=", "stash@{0}^3");
      expect(kept).toContain("new.ts");
      expect(kept).not.toContain(".claude");
      expect(stateIn(here, CLAUDE).task.description).toBe("Implement user authentication with NextAuth");
    },
  );

  it("is not committed where a hook of git refuses: the states are the old ones, and that is said", async () => {
    const here = await working();
    here.write(".git/hooks/pre-commit", "#!/bin/sh\necho no TODO marks >&2\nexit 1\n");
    chmodSync(join(here.root, ".git/hooks/pre-commit"), 0o755);
    const before = [here.git("status", "--porcelain"), readFileSync(join(here.root, CLAUDE), "utf8")];
    const error = await refusal(here, ["handoff", "claude", "opencode", "--commit"]);
    expect(error.message).toContain("no TODO marks");
    expect(error.message).toContain("The saved states are the old ones.");
    expect([here.git("status", "--porcelain"), readFileSync(join(here.root, CLAUDE), "utf8")]).toEqual(
      before,
    );
    expect(has(here, OPENCODE)).toBe(false);
  });

  it("that is there no more is no reason to fail", async () => {
    const here = repo({ "a.ts": "1\n" });
    for (const flag of ["--commit", "--stash"])
      expect((await handoff(here, flag, "--task", "Add login")).data.git).toEqual({
        uncommitted: 0,
        put_away: null,
      });
    expect(here.git("rev-list", "--count", "HEAD")).toBe("1");
  });
});

describe("the pre-handoff hook of the repository", () => {
  const withHook = async (script: string): Promise<Repo> => {
    const here = await working();
    here.write(".husky/pre-handoff", script);
    return here;
  };

  it("knows from whom, to whom and why, and runs at the root", async () => {
    const out = join(temporaryFolder(), "seen");
    const here = await withHook(
      `printf '%s|%s|%s|%s' "$BATON_FROM" "$BATON_TO" "$BATON_REASON" "$PWD" > '${out}'`,
    );
    mkdirSync(join(here.root, "deep"));
    await run(here, ["handoff", "claude", "opencode", "--reason", "cost"], { cwd: join(here.root, "deep") });
    expect(readFileSync(out, "utf8")).toBe(`claude|opencode|cost|${here.root}`);
    await handoff(here);
    expect(readFileSync(out, "utf8")).toBe(`claude|opencode||${here.root}`);
  });

  it("runs before anything is written, and says no with a non-zero exit: code 3", async () => {
    const here = await withHook("echo tests first; echo really >&2; exit 7");
    const before = snapshot(here.root);
    expect(await refusal(here, ["handoff", "claude", "opencode", "--commit"])).toMatchObject({
      code: 3,
      message: expect.stringMatching(
        /pre-handoff says no \(exit 7\):\ntests first\nreally\nNothing was written\./,
      ),
      fix: expect.stringContaining("--force"),
    });
    expect(snapshot(here.root)).toEqual(before);
  });

  it("stops at the first command that fails, as husky's hooks do", async () => {
    expect(await refusal(await withHook("false\ntrue"), ["handoff", "claude", "opencode"])).toMatchObject({
      code: 3,
    });
  });

  it("is passed over with --force, and that is said", async () => {
    const { talk, code } = await handoff(await withHook("echo tests first; exit 1"), "--force");
    expect(code).toBe(0);
    expect(talk).toMatch(
      /pre-handoff says no \(exit 1\):\ntests first\nGoing on all the same, because of --force\./,
    );
  });

  it("has its time, and no more: code 3, with what is to be done", async () => {
    const here = await withHook("echo thinking; exec sleep 1000");
    here.write("baton.config.json", JSON.stringify({ handoff: { pre_handoff_timeout_s: 0.5 } }));
    expect(await refusal(here, ["handoff", "claude", "opencode"])).toMatchObject({
      code: 3,
      message: expect.stringContaining("pre-handoff did not end within 0.5 s, and was stopped"),
      fix: expect.stringMatching(/--force.*handoff\.pre_handoff_timeout_s/),
    });
    expect((await handoff(here, "--force")).code).toBe(0);
  });

  it("can warn without stopping", async () => {
    const { talk } = await handoff(await withHook("echo mind the gap"));
    expect(talk).toContain(".husky/pre-handoff says:\nmind the gap");
  });

  it("may say a lot", async () => {
    const { talk, code } = await handoff(
      await withHook(
        "i=0; while [ $i -lt 9000 ]; do echo 'a line of some forty characters, or so'; i=$((i+1)); done",
      ),
    );
    expect(code).toBe(0);
    expect(talk).toContain("a line of some forty characters");
  });

  it("is not run by a dry run", async () => {
    const seen = join(temporaryFolder(), "seen");
    await handoff(await withHook(`touch '${seen}'; exit 1`), "--dry-run");
    expect(existsSync(seen)).toBe(false);
  });

  it("does not get what points git at another repository", async () => {
    const out = join(temporaryFolder(), "seen");
    const here = await withHook(`git rev-parse --show-toplevel > '${out}'`);
    const other = repo({ "o.txt": "o" });
    await run(here, ["handoff", "claude", "opencode"], {
      env: { GIT_DIR: join(other.root, ".git"), GIT_WORK_TREE: other.root },
    });
    expect(readFileSync(out, "utf8").trim()).toBe(here.root);
  });
});

describe("a dry run", () => {
  it.each([[], ["--commit"], ["--stash"], ["--launch"], ["--force"]])(
    "writes nothing: %s",
    async (...flags) => {
      const here = await working();
      here.git("status");
      const before = snapshot(here.root);
      const { out, data } = await handoff(here, "--dry-run", "--next", "Other", ...flags);
      expect(snapshot(here.root)).toEqual(before);
      expect(out).toContain("Dry run: nothing is written");
      expect(out).toContain("next: Other");
      expect(data.brief).toContain("Continue from step 1: Other");
      expect(data).toMatchObject({
        dry_run: true,
        target: { state: { agent: "opencode", context: { next_steps: ["Other"] } } },
      });
    },
  );

  it("says what would become of a broken state, and leaves it", async () => {
    const here = await working();
    here.write(OPENCODE, "broken");
    const before = snapshot(here.root);
    expect((await handoff(here, "--dry-run")).talk).toContain(`${OPENCODE} could not be read`);
    expect(snapshot(here.root)).toEqual(before);
  });
});

describe("states that cannot be read", () => {
  it("the source's comes back from the history, and the person is told", async () => {
    const here = await working();
    await run(here, ["save", "claude"]);
    here.write(CLAUDE, "broken");
    const { talk } = await handoff(here);
    expect(talk).toMatch(/set aside as .*taken from the history/);
    expect(stateIn(here, OPENCODE).task.description).toBe("Add login");
  });

  it("with none in the history they are set aside, and the person is told", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(CLAUDE, "broken");
    here.write(OPENCODE, "broken too");
    const { talk } = await handoff(here);
    expect(talk.match(/set aside as/g)).toHaveLength(2);
    expect(stateIn(here, OPENCODE).agent).toBe("opencode");
  });
});

describe("a failure halfway", () => {
  it.each<[string, (here: Repo) => void]>([
    ["a file in the place of the target's folder", (here) => here.write(".opencode", "")],
    ["a link out of the repository", (here) => symlinkSync(temporaryFolder(), join(here.root, ".opencode"))],
  ])("leaves the old states, says so, and where the work is: %s", async (_, obstruct) => {
    const here = await working();
    obstruct(here);
    writeFileSync(join(here.root, ".git/info/exclude"), "/.opencode\n");
    const before = readFileSync(join(here.root, CLAUDE), "utf8");
    const error = await refusal(here, ["handoff", "claude", "opencode", "--stash"]);
    expect(error.message).toMatch(/The saved states are the old ones\.$/);
    expect(error.fix).toMatch(
      /Your work is in a stash \([0-9a-f]{7}\)\. To take it back: git stash apply --index [0-9a-f]{40}\b/,
    );
    expect(readFileSync(join(here.root, CLAUDE), "utf8")).toBe(before);
    here.git("stash", "pop", "-q", "--index");
    await run(here, ["save", "claude"]);
  });

  it("after the states were written says that they are the new ones", async () => {
    const here = await working();
    mkdirSync(join(here.root, ".opencode/.session-brief.md"), { recursive: true });
    const error = await refusal(here, ["handoff", "claude", "opencode"]);
    expect(error.message).toMatch(/session-brief\.md.* The saved states are the new ones\.$/);
    expect(stateIn(here, OPENCODE).lineage).toMatchObject({ source_agent: "claude" });
  });

  it("by Ctrl-C before anything was written says that the states are the old ones: code 130", async () => {
    const here = await working();
    const before = [readFileSync(join(here.root, CLAUDE), "utf8"), here.git("status", "--porcelain")];
    const signal = AbortSignal.abort(new UserError("Interrupted.", "Run the same command again.", 130));
    await expect(run(here, ["handoff", "claude", "opencode", "--commit"], { signal })).rejects.toMatchObject({
      code: 130,
      message: "Interrupted. The saved states are the old ones.",
    });
    expect([readFileSync(join(here.root, CLAUDE), "utf8"), here.git("status", "--porcelain")]).toEqual(
      before,
    );
    expect(has(here, OPENCODE)).toBe(false);
  });
});

describe("what was saved meanwhile", () => {
  it("by somebody else is not lost", async () => {
    const here = await working();
    const busy = join(temporaryFolder(), "busy");
    // The gate stands for minutes of tests, in which a person saves a note.
    const gate = `touch '${busy}'; while [ -e '${busy}' ]; do sleep 0.05; done`;
    here.write("baton.config.json", JSON.stringify({ gates: { tests: { command: gate } } }));
    const going = handoff(here);
    while (!existsSync(busy)) await new Promise((resolve) => setTimeout(resolve, 20));
    await run(here, ["save", "claude", "--note", "said meanwhile"]);
    rmSync(busy);
    await going;
    expect(stateIn(here, CLAUDE)).toMatchObject({
      context: { notes: ["said meanwhile"] },
      session: { revision: 3 },
    });
    expect(stateIn(here, OPENCODE).context.notes).toEqual(["said meanwhile"]);
  });
});

describe("privacy", () => {
  it.each(Object.entries(SECRETS))(
    "a secret reaches no state, brief, commit, stash or line of output: %s",
    async (_, secret) => {
      const here = repo({ "a.ts": "1\n" });
      for (const flag of ["--commit", "--stash"]) {
        here.write("a.ts", `${flag}\n`);
        const { out, talk, data } = await handoff(
          here,
          flag,
          "--task",
          `Use ${secret} now`,
          "--why",
          `token=${secret}`,
          "--next",
          secret,
          "--provider",
          secret,
        );
        expect(out + talk + JSON.stringify(data)).not.toContain(secret);
      }
      expect(here.git("log", "--all", "--format=%B")).not.toContain(secret);
      for (const [path, content] of Object.entries(snapshot(here.root)))
        expect([path, content.includes(secret)]).toEqual([path, false]);
    },
  );
});

describe("the command to type next", () => {
  const last = (out: string) => out.trimEnd().split("\n").at(-1)?.trim();

  it("starts the next agent, with the brief in a file", async () => {
    const here = await working();
    const { data, out } = await handoff(here);
    const argv = data.launch as string[];
    expect(argv[0]).toBe("opencode");
    expect(argv.join(" ")).toContain(".opencode/.session-brief.md");
    expect(argv.join(" ").length).toBeLessThan(500);
    expect(last(out)).toBe(data.next_command);
    expect(NOW.toISOString()).toContain(stateIn(here, OPENCODE).timestamp.slice(0, 19));
  });

  it("is never a program that is not there: what to install is said, and a line that works is offered", async () => {
    const here = await working();
    for (const [to, install] of [
      ["opencode", "npm install --global opencode-ai"],
      ["codex", "npm install --global @openai/codex"],
    ] as const) {
      const env = { PATH: without(process.env.PATH ?? "", to) };
      const { out, data } = await run(here, ["handoff", "claude", to], { env });
      expect(out).toContain(`There is no ${to} on the PATH: install it first (${install})`);
      expect(last(out)).toBe(`baton restore ${to} --prompt`);
      expect(data.next_command).toBe(`baton restore ${to} --prompt`);
      expect(out.split(`baton restore ${to} --prompt`)).toHaveLength(2);
    }
  });

  it("is the brief for an agent that Baton cannot start", async () => {
    const here = repo({ "baton.config.json": '{ "agents": [{ "name": "aider" }] }' });
    const { out } = await run(here, ["handoff", "claude", "aider", "--task", "Add login"]);
    expect(out).toContain("Baton does not know how to start aider");
    expect(last(out)).toBe("baton restore aider --prompt");
  });

  it.each(["opencode", "codex", "gemini", "copilot", "claude"])(
    "gives %s the brief from the root and from a folder below, as a shell runs it",
    async (to) => {
      const here = repo({ "deep er/a.ts": "1\n" });
      const from = to === "claude" ? "codex" : "claude";
      await run(here, ["save", from, "--task", 'it\'s a "task" $HOME `x`']);
      for (const cwd of [here.root, join(here.root, "deep er")]) {
        const PATH = pathWith(to);
        const { data, out } = await run(here, ["handoff", from, to], { cwd, env: { PATH } });
        expect(last(out)).toBe(data.next_command);
        const started = await program(here, "sh", ["-c", String(data.next_command)], { cwd, env: { PATH } });
        const brief = readFileSync(join(here.root, briefOf(to)), "utf8");
        // The program prints the folder that it is in, and its arguments.
        expect(started.out.startsWith(`${here.root}\n`)).toBe(true);
        expect(started.out).toContain(to === "gemini" ? brief.trimEnd() : briefOf(to));
      }
    },
  );

  it("carries the brief itself to Gemini, which refuses to read what git ignores", async () => {
    const here = await working();
    const { data } = await run(here, ["handoff", "claude", "gemini"]);
    expect(data.launch).toEqual([
      "gemini",
      "-i",
      readFileSync(join(here.root, ".gemini/.session-brief.md"), "utf8"),
    ]);
    expect(data.brief).toBe((data.launch as string[])[2]);
  });

  it("is no longer than what a system takes as one argument", async () => {
    const here = repo({ "baton.config.json": '{ "brief": { "max_chars": 400000 } }' });
    const notes = Array.from({ length: 200 }, (_, i) => ["--note", `${i} ${"ä".repeat(1500)}`]).flat();
    const PATH = pathWith("gemini");
    const { data } = await run(here, ["handoff", "claude", "gemini", ...notes], { env: { PATH } });
    const [, , brief = ""] = data.launch as string[];
    if (Buffer.byteLength(String(data.brief)) > 120_000) {
      expect(Buffer.byteLength(brief)).toBeLessThanOrEqual(120_000);
      expect(String(data.brief).startsWith(brief)).toBe(true);
    }
    const { code } = await program(here, "sh", ["-c", String(data.next_command)], { env: { PATH } });
    expect(code).toBe(0);
  });

  it("is all that --quiet prints", async () => {
    const here = await working();
    const env = { PATH: pathWith("codex") };
    const { code, out, err } = await door(here, ["handoff", "claude", "codex", "--quiet"], { env });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(
      "codex 'Read the handoff brief in .codex/.session-brief.md and continue the task from where it says.'\n",
    );
  });
});

function briefOf(agent: string): string {
  return agent === "copilot" ? ".github/.session-brief.md" : `.${agent}/.session-brief.md`;
}

/** A PATH without the folders that hold a program. */
function without(path: string, name: string): string {
  return path
    .split(":")
    .filter((folder) => !existsSync(join(folder, name)))
    .join(":");
}
