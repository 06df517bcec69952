import { appendFileSync, chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../schema/finding.ts";
import { door, type RunOptions, refusal, run } from "../support/cli.ts";
import { giveToOrdinaryUser } from "../support/ordinary-user.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";
import { snapshot } from "../support/snapshot.ts";

const CLAUDE = ".claude/.session-state.json";

async function doctor(here: Repo, options: RunOptions = {}) {
  const { code, out, data } = await run(here, ["doctor"], { home: temporaryFolder(), ...options });
  const findings = data.findings as Finding[];
  return { code, out, findings, bad: findings.filter(({ level }) => level === "fail") };
}

/** A folder with nothing on the PATH but these programs. */
function programs(scripts: Record<string, string>): string {
  const folder = temporaryFolder();
  const here = repoAt(folder);
  for (const [name, script] of Object.entries(scripts)) {
    here.write(name, `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

describe("a healthy place", () => {
  it("is called that, with what was found: code 0", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude"]);
    const { code, out, bad } = await doctor(here);
    expect([code, bad]).toEqual([0, []]);
    expect(out).toMatch(/✅ Node \d+/);
    expect(out).toMatch(/✅ git version 2\./);
    expect(out).toMatch(/✅ claude: the state saved just now \(2026-01-0\d \d\d:\d\d\) is readable/);
    expect(out.trimEnd().split("\n").at(-1)).toMatch(
      /^(✅|⚠️ ) (Nothing is wrong with Baton here|Nothing is broken, \d+ warnings?)\. (No agent is installed here|\d of 5 agents can be used here)/,
    );
  });

  it("is not changed by being looked at", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude"]);
    here.write(".codex/.session-state.json", "broken");
    const before = snapshot(here.root);
    await doctor(here);
    expect(snapshot(here.root)).toEqual(before);
  });
});

describe("what is broken has a fix, and the code is 1", () => {
  async function expectBroken(here: Repo, message: RegExp, fix: RegExp, options?: RunOptions) {
    const { code, out, bad } = await doctor(here, options);
    expect(code).toBe(1);
    expect(bad).toEqual([
      { level: "fail", message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
    ]);
    expect(out).toMatch(/❌ 1 thing to fix[,.].*\n$/);
  }

  it("a state that cannot be read", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(CLAUDE, "broken");
    here.git("config", "core.excludesFile", join(here.root, "../none"));
    await expectBroken(here, /session-state\.json could not be read/, /baton restore claude$/);
  });

  it("a state of a newer version", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(CLAUDE, '{"version":"3.0"}');
    await expectBroken(here, /version 3\.0/, /npm install/);
  });

  it.each<[string, (here: Repo) => void]>([
    ["a file", (here) => here.write(".claude", "")],
    ["a link that leads nowhere", (here) => symlinkSync("gone", join(here.root, ".claude"))],
  ])("%s where a state's folder is needed", async (_, obstruct) => {
    const here = repo({ "a.ts": "1\n" });
    obstruct(here);
    await expectBroken(
      here,
      /\.claude is no folder, and one is needed there/,
      /^mv .*\.claude .*\.claude\.old$/,
    );
  });

  it("a state that is tracked", async () => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude"]);
    here.git("add", "-f", CLAUDE);
    await expectBroken(here, /is tracked, and would be shared/, /^git rm --cached /);
  });

  it("a configuration with faults", async () => {
    const here = repo({ "baton.config.json": '{ "agnets": [] }' });
    await expectBroken(here, /agnets is not a setting; did you mean agents\?/, /Fix it/);
  });

  it("a configuration with faults, which hides nothing else", async () => {
    const here = repo({ "baton.config.json": '{\n  "rules": []\n  "gates": {}\n}\n' });
    const { code, out, bad } = await doctor(here);
    expect(code).toBe(1);
    expect(bad).toEqual([
      {
        level: "fail",
        message: `${join(here.root, "baton.config.json")} is not valid JSON: line 3, column 3: a comma is expected.`,
        fix: expect.stringContaining("Fix it, or remove it"),
      },
    ]);
    expect(out).toContain("Repository: ");
    expect(out).toContain("OpenCode: ");
    expect(await refusal(here, ["save", "claude"])).toMatchObject({
      code: 6,
      message: expect.stringContaining("line 3, column 3: a comma is expected"),
    });
  });

  it("no repository", async () => {
    await expectBroken(repoAt(temporaryFolder()), /is not in a git repository/, /git init/);
  });

  it("no git", async () => {
    const PATH = programs({});
    await expectBroken(repo({ "a.ts": "1\n" }), /git could not be started/, /Install git/, { env: { PATH } });
  });

  it("a git that is too old", async () => {
    const PATH = programs({ git: "echo git version 2.17.1" });
    await expectBroken(repo({ "a.ts": "1\n" }), /git version 2\.17\.1 is too old/, /Install git 2\.34/, {
      env: { PATH },
    });
  });

  it("folders that may not be written", async () => {
    const here = repo({ "a.ts": "1\n" });
    mkdirSync(join(here.root, ".claude"));
    giveToOrdinaryUser(here.root);
    chmodSync(join(here.root, ".claude"), 0o555);
    const { code, out } = await door(here, ["doctor", "--json"], { asOrdinaryUser: true });
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toContainEqual({
      level: "fail",
      message: expect.stringMatching(/^claude: .*\.claude cannot be written/),
      fix: `chmod u+rwx ${join(here.root, ".claude")}`,
    });
  });
});

describe("what is odd is a warning", () => {
  it("states that were bent to be read, and those that were set aside", async () => {
    const here = repo({ "a.ts": "1\n" });
    here.write(CLAUDE, '{"version":"1.0"}');
    here.write(".codex/.session-state.json.corrupt-20260105T1230", "x");
    const { code, findings } = await doctor(here);
    expect(code).toBe(0);
    expect(findings).toContainEqual({
      level: "warn",
      message: expect.stringContaining("it is of version 1.0"),
      fix: "baton save claude",
    });
    expect(findings).toContainEqual({
      level: "warn",
      message: expect.stringContaining("was set aside"),
      fix: expect.stringMatching(/rm .*corrupt-20260105T1230$/),
    });
  });

  it("states that git does not ignore", async () => {
    const { findings } = await doctor(repo({ "a.ts": "1\n" }));
    expect(findings).toContainEqual({
      level: "warn",
      message: expect.stringMatching(/^git does not ignore \.claude/),
      fix: "baton init",
    });
  });
});

describe("the agents' own sessions", () => {
  async function findingsAbout(subject: string, here: Repo, home: string) {
    const { findings } = await doctor(here, { home });
    return findings.filter(({ message }) => message.startsWith(subject));
  }

  it("are counted, and the newest read to the end", async () => {
    const here = repo({ "a.ts": "1\n" });
    const home = homeWithSessions("claude", here.root);
    const projects = join(home, ".claude", "projects");
    const message = `Claude Code's sessions: looked into ${projects} (jsonl); 8 sessions of this repository, 3 of the newest 3 can be read`;
    expect(await findingsAbout("Claude Code's", here, home)).toEqual([{ level: "info", message }]);
  });

  it("are told with what could not be read of them", async () => {
    const here = repo({ "a.ts": "1\n" });
    const home = homeWithSessions("claude", here.root);
    const [newest] = (await run(here, ["list"], { home })).data.sessions as { path: string }[];
    const path = newest?.path ?? "";
    appendFileSync(path, '{"type":"hologram"}\n{"type":"user","uu');
    const [finding] = await findingsAbout(path, here, home);
    expect(finding?.level).toBe("warn");
    expect(finding?.message).toMatch(/read \d+ records, 2 skipped: /);
    expect(finding?.message).toContain('1 unknown type "hologram"');
    expect(finding?.message).toContain("1 torn");
  });

  it("are counted where they can be read, beside a store of an unknown form", async () => {
    const here = repo({ "a.ts": "1\n" });
    const home = homeWithSessions("codex", here.root);
    mkdirSync(join(home, ".codex", "archived_sessions"));
    writeFileSync(join(home, ".codex", "archived_sessions", "threads.db"), "x");
    mkdirSync(join(home, ".local", "share", "opencode", "project"), { recursive: true });
    const [codex] = await findingsAbout("Codex's sessions", here, home);
    expect(codex?.level).toBe("warn");
    expect(codex?.message).toMatch(/no rollouts, but threads\.db.*; 8 sessions of this repository/);
    const [openCode] = await findingsAbout("OpenCode's sessions", here, home);
    expect(openCode?.level).toBe("warn");
    expect(openCode?.message).toMatch(/from before OpenCode 1\.0.*; no session of this repository/);
  });
});

describe("the agents' programs", () => {
  it("are looked for on the PATH; one that is missing is no fault", async () => {
    const folder = programs({ claude: "exit 0" });
    const { code, out } = await doctor(repo({ "a.ts": "1\n" }), {
      env: { PATH: `${folder}:${process.env.PATH}` },
    });
    expect(code).toBe(0);
    expect(out).toContain(`✅ Claude Code: ${join(folder, "claude")}`);
  });

  it("decide what the verdict says of the agents", async () => {
    const folder = programs({ claude: "exit 0", gemini: "exit 0" });
    const git = (process.env.PATH ?? "").split(":").find((path) => existsSync(join(path, "git")));
    const { out } = await doctor(repo({ "a.ts": "1\n" }), { env: { PATH: `${folder}:${git}` } });
    expect(out).toContain(
      "2 of 5 agents can be used here (claude and gemini); transfer to OpenCode needs opencode.\n",
    );
  });

  it("are found where a relative or an empty entry of the PATH leads to", async () => {
    const here = repo({ "a.ts": "1\n" });
    for (const [path, entry] of [
      ["tools/claude", "tools"],
      ["codex", ""],
    ] as const) {
      here.write(path, "#!/bin/sh\n");
      chmodSync(join(here.root, path), 0o755);
      const { out } = await doctor(here, { env: { PATH: `${process.env.PATH}:${entry}` } });
      expect(out).toContain(`: ${join(here.root, path)}\n`);
    }
  });

  it("count only where they can be run", async () => {
    const folder = programs({ codex: "exit 0" });
    chmodSync(join(folder, "codex"), 0o644);
    symlinkSync("gone", join(folder, "gemini"));
    const git = (process.env.PATH ?? "").split(":").find((path) => existsSync(join(path, "git")));
    const { out } = await doctor(repo({ "a.ts": "1\n" }), { env: { PATH: `${folder}:${git}` } });
    expect(out).toContain("–  Codex: there is no codex on the PATH\n");
    expect(out).toContain("–  OpenCode: there is no opencode on the PATH; a transfer to OpenCode needs it\n");
    expect(out).toMatch(/⚠️ {2}N.*\. No agent is installed here; transfer to OpenCode needs opencode\.\n$/);
    expect(out).not.toContain(join(folder, "codex"));
    expect(out).not.toContain(join(folder, "gemini"));
  });
});
