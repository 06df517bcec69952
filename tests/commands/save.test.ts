import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { type Answer, NOW, type RunOptions, refusal, run } from "../support/cli.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { SECRETS } from "../support/secrets.ts";
import { snapshot } from "../support/snapshot.ts";
import { stateWith } from "../support/states.ts";

const FILE = ".claude/.session-state.json";

const save = (here: Repo, words: string[] = [], options?: RunOptions) =>
  run(here, ["save", "claude", ...words], options);

function stateIn(here: Repo, file = FILE): SessionState {
  return JSON.parse(readFileSync(join(here.root, file), "utf8"));
}

/** The revisions that are kept of an agent's current session. */
function history(here: Repo, agent = "claude"): string[] {
  const session = readFileSync(join(here.root, ".git/baton/current", agent), "utf8").trim();
  return readdirSync(join(here.root, ".git/baton/sessions", session));
}

const later = (minutes: number): RunOptions => ({ now: new Date(NOW.getTime() + minutes * 60_000) });

describe("a first save", () => {
  it("measures the repository, and says in a few lines what it saved", async () => {
    const here = repo({
      "staged.ts": "1\n",
      "unstaged.ts": "1\n",
      "gone.ts": "1\n",
      ".gitignore": "*.log\n",
    });
    here.git("checkout", "-q", "-b", "feat/x");
    here.write("staged.ts", "2\n");
    here.git("add", "staged.ts");
    here.write("unstaged.ts", "2\n");
    here.git("rm", "-q", "gone.ts");
    here.write("new file.ts", "n\n");
    here.write("x.log", "ignored\n");
    const { code, out } = await save(here, ["--task", "Add login", "--next", "Test it", "--next", "Ship it"]);
    expect(code).toBe(0);
    expect(out).toBe(
      `✅ Session saved to ${FILE}
   Task: Add login
   Branch: feat/x at ${here.git("rev-parse", "--short", "HEAD")}
   Files: 2 modified, 1 created, 1 deleted; 2 staged
   Next: Test it (and 1 more step)
`,
    );
    expect(stateIn(here)).toMatchObject({
      version: "2.0",
      timestamp: "2026-01-05T12:30:00Z",
      agent: "claude",
      task: { description: "Add login", status: "in_progress" },
      context: {
        files_modified: ["staged.ts", "unstaged.ts"],
        files_created: ["new file.ts"],
        files_deleted: ["gone.ts"],
        next_steps: ["Test it", "Ship it"],
      },
      git: {
        branch: "feat/x",
        head: here.git("rev-parse", "HEAD"),
        uncommitted_changes: true,
        staged_files: ["gone.ts", "staged.ts"],
      },
    });
  });

  it("says what is not known, and how to say it", async () => {
    const { out } = await save(repo({ "a.txt": "a" }));
    expect(out).toContain('Task: not known yet. Say it with --task "…"');
    expect(out).toContain('Next steps: none recorded. Add them with --next "…"');
  });

  it("takes everything that a person can say", async () => {
    const here = repo({ "a.txt": "a" });
    await save(here, [
      "--task",
      "t",
      "--status",
      "blocked",
      "--priority",
      "critical",
      "--estimate",
      "2 hours",
      "--spent",
      "45 minutes",
      "--note",
      "one",
      "--note",
      "two",
      "--provider",
      "sonnet",
    ]);
    expect(stateIn(here)).toMatchObject({
      provider: "sonnet",
      task: {
        description: "t",
        status: "blocked",
        priority: "critical",
        estimated_time: "2 hours",
        time_spent: "45 minutes",
      },
      context: { notes: ["one", "two"] },
    });
  });

  it.each([
    ["claude", ".claude/.session-state.json"],
    ["opencode", ".opencode/.session-state.json"],
    ["copilot", ".github/copilot-session-state.json"],
    ["codex", ".codex/.session-state.json"],
    ["gemini", ".gemini/.session-state.json"],
  ])("of %s goes to %s", async (agent, file) => {
    const here = repo({ "a.txt": "a" });
    await run(here, ["save", agent]);
    expect(stateIn(here, file).agent).toBe(agent);
  });

  it("goes to the root of the working tree, from whichever folder", async () => {
    const here = repo({ "deep/er/a.txt": "a" });
    await save(here, [], { cwd: join(here.root, "deep/er") });
    expect(stateIn(here).git.branch).toBe("main");
  });

  it("keeps file names as they are", async () => {
    const names = [
      "two words.txt",
      "-dash.txt",
      'quo"te.txt',
      "line\nbreak.txt",
      "emoji 🎉.txt",
      "esc\u001b[31m.txt",
      "__proto__",
      "$(x)`y`.txt",
    ];
    const here = repo({ "a.txt": "a" });
    for (const name of names) here.write(name, "x");
    const { out } = await save(here);
    expect(stateIn(here).context.files_created).toEqual(names.toSorted());
    expect(out).not.toContain("\u001b");
    const again = await run(here, ["restore", "claude"]);
    expect(again.out).toContain("  - line break.txt\n");
    expect(again.out).toContain("  - esc\\x1b[31m.txt\n");
    expect(again.out).not.toMatch(/[\u001b]/);
  });

  it("bounds its lists where 10,000 files have changed, and counts truly", { tags: "slow" }, async () => {
    const here = repo({ "a.txt": "a" });
    mkdirSync(join(here.root, "many"));
    for (let i = 0; i < 10_000; i++) writeFileSync(join(here.root, "many", `file-${i}.txt`), "");
    const { out } = await save(here);
    expect(out).toContain("10000 created");
    const state = stateIn(here);
    expect(state.context.files_created).toHaveLength(200);
    expect(state.truncated).toMatchObject({ "context.files_created": 10_000 });
  });
});

describe("a session", () => {
  it("counts what was committed since it began, and what is taken back", async () => {
    const here = repo({ "a.ts": "1\n", "b.ts": "1\n" });
    await save(here);
    here.write("a.ts", "2\n");
    here.write("c.ts", "new\n");
    here.commit("work");
    here.write("b.ts", "2\n");
    await save(here);
    expect(stateIn(here).context).toMatchObject({
      files_modified: ["a.ts", "b.ts"],
      files_created: ["c.ts"],
    });
    here.write("a.ts", "1\n");
    await save(here);
    expect(stateIn(here).context.files_modified).toEqual(["b.ts"]);
  });

  it("that began before the first commit counts what that commit brought", async () => {
    const here = repo();
    here.write("a.ts", "1\n");
    await save(here);
    expect(stateIn(here).session?.base_head).toBeNull();
    here.commit("first");
    await save(here);
    expect(stateIn(here).context.files_created).toEqual(["a.ts"]);
  });

  it("does not count Baton's own files as its work, even where somebody committed them", async () => {
    const here = repo({ "a.ts": "1\n" });
    await save(here);
    here.git("add", "-f", FILE);
    here.write("a.ts", "2\n");
    here.git("commit", "-q", "-am", "with the state");
    await save(here);
    const { files_modified, files_created } = stateIn(here).context;
    expect([files_modified, files_created]).toEqual([["a.ts"], []]);
    expect(stateIn(here).git.uncommitted_changes).toBe(false);
  });

  it("survives that the commit where it began is gone", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(
      FILE,
      JSON.stringify(
        stateWith({
          agent: "claude",
          git: { branch: "main" },
          session: { id: "s", revision: 3, started_at: "t", base_head: "0".repeat(40) },
        }),
      ),
    );
    here.write("a.ts", "2\n");
    await save(here);
    expect(stateIn(here)).toMatchObject({
      context: { files_modified: ["a.ts"] },
      session: { id: "s", revision: 4 },
    });
  });

  it("takes no option of git out of a state file", async () => {
    const here = repo({ "a.ts": "1\n" });
    const target = join(temporaryFolder(), "stolen");
    here.write(
      FILE,
      JSON.stringify(
        stateWith({ session: { id: "s", revision: 3, started_at: "t", base_head: `--output=${target}` } }),
      ),
    );
    await save(here);
    expect(existsSync(target)).toBe(false);
  });
});

describe("whose work it is", () => {
  /** A repository with a session of Claude Code that began at `T12:00`, after the first commit and before all others. */
  function withSession(): { here: Repo; home: string } {
    const here = repo();
    dated(here, "11:00");
    here.write("a.ts", "1\n");
    here.write("b.ts", "1\n");
    here.commit("first");
    here.git("checkout", "-q", "-b", "feat/coupons");
    const home = temporaryFolder();
    const folder = join(home, ".claude", "projects", here.root.replace(/[^A-Za-z0-9]/g, "-"));
    const common = { sessionId: "5e551011-0000-4000-8000-000000000001", cwd: here.root, isSidechain: false };
    const records = [
      {
        ...common,
        type: "user",
        uuid: "u1",
        parentUuid: null,
        timestamp: "2026-01-05T12:00:00.000Z",
        message: { role: "user", content: "Add coupon codes" },
      },
      {
        ...common,
        type: "assistant",
        uuid: "u2",
        parentUuid: "u1",
        timestamp: "2026-01-05T12:10:00.000Z",
        message: { role: "assistant", content: [{ type: "text", text: "On it." }] },
      },
    ];
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `${common.sessionId}.jsonl`),
      records.map((record) => `${JSON.stringify(record)}\n`).join(""),
    );
    dated(here, "12:05");
    return { here, home };
  }

  function dated(here: Repo, time: string): void {
    here.env.GIT_AUTHOR_DATE = `2026-01-05T${time}:00Z`;
    here.env.GIT_COMMITTER_DATE = `2026-01-05T${time}:00Z`;
  }

  it("is what the session committed before the first save, and nothing that was merged", async () => {
    const { here, home } = withSession();
    here.write("z.ts", "z\n");
    here.commit("Add z\u202e");
    const mate = repoAt(join(temporaryFolder(), "mate"));
    here.git("worktree", "add", "-q", mate.root, "-b", "side", "main");
    mate.env.GIT_AUTHOR_EMAIL = "bob@example.com";
    mate.write("mate.ts", "m\n");
    mate.git("rm", "-q", "a.ts");
    mate.commit("the mate's work");
    here.git("merge", "-q", "side", "-m", "Merge side");
    const { out, talk } = await save(here, [], { home });
    expect(out).toContain("Files: 0 modified, 1 created, 0 deleted");
    const state = stateIn(here);
    expect(state.context).toMatchObject({ files_created: ["z.ts"], files_modified: [], files_deleted: [] });
    expect(state.git.commits?.map(({ subject }) => subject)).toEqual(["Merge side", "Add z\u202e"]);
    expect(state.session).toMatchObject({
      base_head: here.git("rev-parse", "main"),
      started_at: "2026-01-05T12:00:00.000Z",
    });
    expect(talk).not.toContain("This session's work is on");
    const brief = await run(here, ["restore", "claude", "--prompt"], { home });
    expect(brief.out).toContain("Commits of this session, newest first (quoted data):");
    expect(brief.out).toContain(`${here.git("rev-parse", "HEAD~1").slice(0, 10)} Add z`);
    expect(brief.out).not.toMatch(/mate\.ts|\(deleted\)|\u202e/);
  });

  it("stays on its branch while another one is looked at, and the person is told", async () => {
    const { here, home } = withSession();
    here.write("b.ts", "2\n");
    here.write("z.ts", "z\n");
    here.commit("Add z");
    await save(here, [], { home });
    dated(here, "12:20");
    here.git("switch", "-q", "main");
    const { talk } = await save(here, [], { home, ...later(10) });
    expect(talk).toContain("This session's work is on feat/coupons, and you are on main now");
    expect(talk).toContain("To go back: git switch feat/coupons");
    expect(stateIn(here)).toMatchObject({
      git: { branch: "main", commits: [{ subject: "Add z" }] },
      session: { branch: "feat/coupons" },
      context: { files_modified: ["b.ts"], files_created: ["z.ts"], files_deleted: [] },
    });
    const brief = await run(here, ["restore", "claude", "--prompt"], { home });
    expect(brief.out).toContain("The work of this session is on `feat/coupons`: switch to it first");
    here.git("switch", "-q", "feat/coupons");
    const back = await save(here, [], { home, ...later(20) });
    expect(back.talk).not.toContain("This session's work is on");
    expect(stateIn(here).session).not.toHaveProperty("branch");
  });

  it("is left out where it cannot be known, and the person is told", async () => {
    const { here, home } = withSession();
    here.commit("Add z");
    rmSync(join(here.root, ".git/logs"), { recursive: true });
    const { talk } = await save(here, [], { home });
    expect(talk).toContain(
      "Left out: which commits belong to this session is not known: git keeps no reflog here.",
    );
    expect(stateIn(here).git).not.toHaveProperty("commits");
  });

  it("is not what init made, unless somebody changed that", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["init"]);
    here.write("b.ts", "1\n");
    await save(here);
    const made = here.git("ls-files", "--others", "--exclude-standard").split("\n");
    expect(made).toContain("baton.config.json");
    expect(stateIn(here).context.files_created).toEqual(["b.ts"]);
    here.write("baton.config.json", "{}\n");
    await save(here);
    expect(stateIn(here).context.files_created).toEqual(["b.ts", "baton.config.json"]);
  });
});

describe("saving again", () => {
  it("keeps what was said, and measures anew", async () => {
    const here = repo({ "a.ts": "1\n" });
    await save(here, ["--task", "Add login", "--priority", "high", "--next", "Test it", "--note", "careful"]);
    here.git("checkout", "-q", "-b", "feat/x");
    here.write("a.ts", "2\n");
    await save(here, ["--status", "blocked"], later(10));
    expect(stateIn(here)).toMatchObject({
      timestamp: "2026-01-05T12:40:00Z",
      task: { description: "Add login", priority: "high", status: "blocked" },
      context: { next_steps: ["Test it"], notes: ["careful"], files_modified: ["a.ts"] },
      git: { branch: "feat/x" },
      session: { revision: 2, started_at: "2026-01-05T12:30:00Z" },
    });
    expect(history(here)).toHaveLength(2);
  });

  it("keeps what nobody here knows of", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, JSON.stringify({ ...stateWith({ git: { branch: "main" } }), ticket: { id: 7 } }));
    await save(here);
    expect(stateIn(here).ticket).toEqual({ id: 7 });
  });

  it("with --new begins another session: the old one is kept, and that is said", async () => {
    const here = repo({ "a.ts": "1\n" });
    await save(here, ["--task", "old", "--next", "old step", "--note", "old note"]);
    const id = stateIn(here).session?.id;
    const { talk } = await save(here, ["--new", "--task", "new"]);
    expect(talk).toContain('A new session begins. The state of "old" is kept: baton history claude\n');
    const state = stateIn(here);
    expect(state).toMatchObject({
      task: { description: "new" },
      context: { next_steps: [] },
      session: { revision: 1 },
    });
    expect(state.context.notes).toBeUndefined();
    expect(state.session?.id).not.toBe(id);
    expect(history(here)).toHaveLength(1);
    expect(readdirSync(join(here.root, ".git/baton/sessions"))).toHaveLength(2);
  });

  it("reads what older writers left, and writes it in today's form", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(
      FILE,
      `\uFEFF{"version":"2.0","agent":"claude","git":{"staged_files":[["a","b"]],"issues":[""]},"task":"Old task"}\r\nEscalation: 3 violations\r\n`,
    );
    const { talk } = await save(here);
    expect(talk).toContain("lines after the JSON were taken as notes");
    expect(stateIn(here)).toMatchObject({
      task: { description: "Old task" },
      context: { notes: ["Escalation: 3 violations"] },
      git: { issues: [] },
    });
  });

  it("reads Copilot's older place, and writes to today's", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(
      ".copilot/.session-state.json",
      JSON.stringify(stateWith({ agent: "copilot", git: { branch: "main" } })),
    );
    await run(here, ["save", "copilot"]);
    expect(stateIn(here, ".github/copilot-session-state.json").task.description).toBe(
      "Implement user authentication with NextAuth",
    );
  });

  it("sets aside what cannot be read, goes on from the last good state, and says so", async () => {
    const here = repo({ "a.ts": "1\n" });
    await save(here, ["--task", "first"]);
    await save(here, ["--task", "second"]);
    here.write(FILE, '{"version": "2.0", "ta');
    const { talk } = await save(here);
    expect(talk).toMatch(/could not be read\. It was set aside as .*corrupt-.*taken from the history/);
    expect(stateIn(here).task.description).toBe("second");
  });

  it("says what was set aside also where there is no good one", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, "rubbish");
    const { talk, data } = await save(here);
    expect(talk).toMatch(/set aside as .*corrupt-/);
    expect(data.remarks).toEqual([expect.stringContaining("set aside as")]);
    expect(readdirSync(join(here.root, ".claude")).filter((name) => name.includes("corrupt"))).toHaveLength(
      1,
    );
  });

  it("refuses to touch a state of a newer version", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, '{"version":"3.0"}');
    expect(await refusal(here, ["save", "claude"])).toMatchObject({
      code: 6,
      message: expect.stringContaining("3.0"),
    });
    expect(readFileSync(join(here.root, FILE), "utf8")).toBe('{"version":"3.0"}');
  });
});

describe("the provider", () => {
  const provider = async (here: Repo, words: string[] = []) => {
    await run(here, ["save", "opencode", ...words]);
    return stateIn(here, ".opencode/.session-state.json").provider;
  };

  it("is what was said, else what OpenCode's settings say, else the previous one, else unknown", async () => {
    const here = repo({ "a.ts": "1\n" });
    expect(await provider(here)).toBe("unknown");
    here.write("opencode.json", '{ "model": "anthropic/sonnet" }');
    expect(await provider(here)).toBe("anthropic/sonnet");
    here.write(".opencode/config.json", '{ // a comment\n "default_provider": "groq_primary", }');
    expect(await provider(here)).toBe("groq_primary");
    expect(await provider(here, ["--provider", "ollama"])).toBe("ollama");
    expect(await provider(here)).toBe("groq_primary");
    rmSync(join(here.root, "opencode.json"));
    rmSync(join(here.root, ".opencode/config.json"));
    expect(await provider(here)).toBe("groq_primary");
  });

  it.each(["", "not json", '{"default_provider": 7}', '{"default_provider": ""}', "[]"])(
    "does not mind broken settings: %s",
    async (text) => {
      const here = repo({ "a.ts": "1\n" });
      here.write(".opencode/config.json", text);
      expect(await provider(here)).toBe("unknown");
    },
  );
});

describe("agents", () => {
  it("that nobody knows are refused, with the known ones and the nearest", async () => {
    expect(await refusal(repo({ "a.ts": "1" }), ["save", "cluade"])).toMatchObject({
      code: 2,
      message: 'There is no agent called "cluade".',
      fix: expect.stringMatching(
        /^Did you mean claude\? Known agents: claude, opencode, copilot, codex and gemini\./,
      ),
      details: { known: expect.arrayContaining(["claude"]), nearest: "claude" },
    });
  });

  it("can be added by the repository's config, or by package.json", async () => {
    const here = repo({
      "baton.config.json": '{ "agents": [{ "name": "aider", "state_file": "tools/aider.json" }] }',
    });
    await run(here, ["save", "aider"]);
    expect(stateIn(here, "tools/aider.json").agent).toBe("aider");
    const other = repo({ "package.json": '{ "baton": { "agents": [{ "name": "aider" }] } }' });
    await run(other, ["save", "aider"]);
    expect(stateIn(other, ".aider/.session-state.json").agent).toBe("aider");
  });

  it.each([
    "../outside.json",
    "/etc/state.json",
    ".git/config",
    ".GIT/hooks/pre-commit",
    "a/../../b",
    "a\nb",
  ])("cannot be given the state file %j", async (file) => {
    const here = repo({
      "baton.config.json": JSON.stringify({ agents: [{ name: "aider", state_file: file }] }),
    });
    expect(await refusal(here, ["save", "aider"])).toMatchObject({
      code: 2,
      message: expect.stringContaining("state_file"),
    });
  });
});

describe("privacy", () => {
  it("git is told not to look at the state, in this clone alone, and the person is told", async () => {
    const here = repo({ "a.ts": "1\n" });
    const { talk } = await save(here);
    expect(talk).toContain("git now ignores .claude/.session-state.json");
    expect(here.git("status", "--porcelain")).toBe("");
    here.git("add", "-A");
    expect(here.git("ls-files")).toBe("a.ts");
    expect((await save(here)).talk).not.toContain("git now ignores");
  });

  it("also where an older writer's state lies open already", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(FILE, JSON.stringify(stateWith()));
    expect(here.git("status", "--porcelain")).toContain(".claude");
    await save(here);
    expect(here.git("status", "--porcelain")).toBe("");
  });

  it("nothing is added where rules cover the state already", async () => {
    const here = repo({ ".gitignore": ".claude/\n" });
    const before = readFileSync(join(here.root, ".git/info/exclude"), "utf8");
    expect((await save(here)).talk).not.toContain("git now ignores");
    expect(readFileSync(join(here.root, ".git/info/exclude"), "utf8")).toBe(before);
  });

  it.each(Object.entries(SECRETS))(
    "a secret reaches no file and no line of output, wherever it was: %s",
    async (_, secret) => {
      const here = repo({ "a.ts": "1\n", [`keys/${secret}.txt`]: "x\n" });
      here.git("checkout", "-q", "-b", `feat/${secret}`);
      here.write(`keys/${secret}.txt`, "changed\n");
      const words = [
        "--task",
        `Use ${secret} to log in`,
        "--next",
        `export TOKEN=${secret}`,
        "--note",
        `key: "${secret}"`,
        "--provider",
        secret,
      ];
      const answers: Answer[] = [
        await save(here, words),
        await save(here, ["--dry-run"]),
        await run(here, ["restore", "claude"]),
        await run(here, ["restore", "claude", "--prompt"]),
        await run(here, ["status"]),
      ];
      for (const { out, talk, data } of answers)
        expect(out + talk + JSON.stringify(data)).not.toContain(secret);
      const ours = Object.entries(snapshot(here.root)).filter(([path]) =>
        /\.claude|\.git\/(baton|info)/.test(path),
      );
      expect(ours.length).toBeGreaterThan(2);
      for (const [path, content] of ours) expect(path + content).not.toContain(secret);
      expect(stateIn(here).task.description).toMatch(/Use \[REDACTED:[\w-]+\] to log in/);
      expect(answers[0]?.talk).toMatch(/Hidden before writing: /);
    },
  );

  it("a secret of .env is hidden wherever it turns up, a placeholder is not", async () => {
    const here = repo({ ".gitignore": ".env\n" });
    const secret = ["correct", "horse", "battery", "9!x"].join("-");
    here.write(".env", `DB_PASSWORD=${secret}\n`);
    await save(here, ["--task", `Connect with ${secret}`, "--note", "url: postgres://u:${DB_PASSWORD}@h"]);
    expect(stateIn(here).task.description).toMatch(/^Connect with \[REDACTED:/);
    expect(stateIn(here).context.notes).toEqual(["url: postgres://u:${DB_PASSWORD}@h"]);
  });

  it("errors keep secrets to themselves too", async () => {
    const error = await refusal(repo({ "a.ts": "1" }), ["save", SECRETS.github]);
    expect(error.message + error.fix + JSON.stringify(error.details)).not.toContain(SECRETS.github);
  });
});

describe("a dry run", () => {
  it.each([
    ["for the first time", async (_: Repo) => {}],
    ["again", async (here: Repo) => void (await save(here, ["--task", "x"]))],
    ["over a broken state", async (here: Repo) => here.write(FILE, "rubbish")],
    ["with a --new task", async (here: Repo) => void (await save(here, ["--task", "x"]))],
  ])("writes nothing, neither here nor into git's folder: %s", async (how, prepare) => {
    const here = repo({ "a.ts": "1\n" });
    here.write("a.ts", "2\n");
    await prepare(here);
    const before = snapshot(here.root);
    const { out, talk, data } = await save(here, [
      "--dry-run",
      "--task",
      "y",
      ...(how.includes("new") ? ["--new"] : []),
    ]);
    expect(snapshot(here.root)).toEqual(before);
    expect(out).toContain(`Would write ${FILE}:`);
    expect(talk).toContain("nothing was written");
    expect(data).toMatchObject({
      dry_run: true,
      state: { task: { description: "y" }, context: { files_modified: ["a.ts"] } },
    });
  });
});

it.each([
  ["--status", "almost"],
  ["--priority", "urgent"],
])("refuses %s %s, and names the allowed words", async (flag, value) => {
  expect(await refusal(repo({ "a.ts": "1" }), ["save", "claude", flag, value])).toMatchObject({
    code: 2,
    message: expect.stringContaining(`cannot be "${value}". It is one of: `),
  });
});

it("stops where it was asked to before anything is written", async () => {
  const here = repo({ "a.ts": "1\n" });
  const before = snapshot(here.root);
  const signal = AbortSignal.abort(new Error("stop"));
  await expect(save(here, [], { signal })).rejects.toThrow("stop");
  expect(snapshot(here.root)).toEqual(before);
});

it("flags names that are not UTF-8, in the state, on the screen and in the brief", async () => {
  const here = repo({ "a.ts": "1\n" });
  writeFileSync(Buffer.concat([Buffer.from(`${here.root}/caf`), Buffer.from([0xe9])]), "x");
  await save(here);
  expect(stateIn(here)).toMatchObject({
    context: { files_created: ["caf\\xe9"] },
    git: { escaped_paths: ["caf\\xe9"] },
  });
  expect((await run(here, ["restore", "claude"])).out).toContain("  - caf\\xe9 (not UTF-8)\n");
  expect((await run(here, ["restore", "claude", "--prompt"])).out).toContain("its name is not UTF-8");
  here.commit("with it");
  await save(here);
  expect(stateIn(here).git.escaped_paths).toBeUndefined();
});
