import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { onTerminal, refusal, run } from "../support/cli.ts";
import { repo, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";

interface Listed {
  agent: string;
  id: string;
  title: string | null;
  updatedAt: string | null;
}

function sessionsOf(data: Record<string, unknown>): Listed[] {
  return data.sessions as Listed[];
}

/** Codex sessions here, by their ids. */
function codexSessions(
  home: string,
  cwd: string,
  sessions: Record<string, { ask: string; branch?: string }>,
) {
  const folder = join(home, ".codex", "sessions", "2026", "01", "05");
  mkdirSync(folder, { recursive: true });
  for (const [id, { ask, branch }] of Object.entries(sessions)) {
    const lines = [
      { type: "session_meta", payload: { id, cwd, ...(branch === undefined ? {} : { git: { branch } }) } },
      {
        type: "response_item",
        payload: { type: "message", role: "user", content: [{ type: "input_text", text: ask }] },
      },
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    writeFileSync(join(folder, `rollout-2026-01-05T12-00-00-${id}.jsonl`), text);
  }
}

const THREE = {
  "01a1fa00-aaaa-4000-8000-000000000001": { ask: "Refactor the Login form", branch: "main" },
  "01a1fa00-aaab-4000-8000-000000000002": {
    ask: "クーポンのコードを支払いに追加して、テストも書いてください。それから文書も直してください",
  },
  "02b1fa00-aaaa-4000-8000-000000000003": { ask: "Count the files", branch: "feat/LOGIN" },
};

describe("what a person reads and types", () => {
  it.each([80, 60])("fits into %i columns, by columns and not by characters", async (columns) => {
    const here = repo();
    const home = temporaryFolder();
    codexSessions(home, here.root, THREE);
    const lines = await onTerminal(await run(here, ["list"], { home }), columns);
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    for (const title of ["Refactor the Login form", "クーポンの", "Count the files"])
      expect(lines.join("\n")).toContain(title);
  });

  it("are ids as short as they may be, and each opens its session wherever an id is asked for", async () => {
    const here = repo();
    const home = temporaryFolder();
    codexSessions(home, here.root, THREE);
    // In another repository ids may begin in the same way.
    codexSessions(home, "/elsewhere", { "02b1fa00-cccc-4000-8000-000000000004": { ask: "Far away" } });
    const { out } = await run(here, ["list"], { home });
    const shown = out
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(/ +/).at(-1) ?? "");
    expect(shown.toSorted()).toEqual(["01a1fa00-aaaa", "01a1fa00-aaab", "02b1fa00"]);
    for (const id of shown) {
      const full = Object.keys(THREE).find((whole) => whole.startsWith(id));
      expect((await run(here, ["show", id], { home })).data.session).toMatchObject({ id: full });
      const saved = await run(here, ["save", "codex", "--session-id", id, "--dry-run"], { home });
      expect(JSON.stringify(saved.data)).toContain(full);
      const carried = ["transfer", "codex", "claude", "--session-id", id, "--dry-run"];
      expect((await run(here, carried, { home })).data.source).toMatchObject({ session_id: full });
    }
  });

  it.each([
    ["login", 2],
    ["02B1", 1],
    ["クーポン", 1],
    ["nowhere", 0],
  ])("--grep %s finds it in titles, ids and branches, in any case", async (words, expected) => {
    const here = repo();
    const home = temporaryFolder();
    codexSessions(home, here.root, THREE);
    const { data, out } = await run(here, ["list", "--grep", words], { home });
    expect(data).toMatchObject({ total: expected });
    expect(sessionsOf(data)).toHaveLength(expected);
    if (expected === 0) expect(out).toContain('Of 3 sessions none has "nowhere" in its title, id or branch.');
  });

  it("--limit shows the newest, and says how many more there are", async () => {
    const here = repo();
    const home = temporaryFolder();
    codexSessions(home, here.root, THREE);
    const { data, out, talk } = await run(here, ["list", "--limit", "1"], { home });
    expect(data).toMatchObject({ total: 3, sessions: [expect.anything()] });
    expect(out.trimEnd().split("\n")).toHaveLength(2);
    expect(talk).toContain("and 2 more");
    expect((await run(here, ["list", "--limit", "3"], { home })).talk).toBe("");
    expect(await refusal(here, ["list", "--limit", "0"], { home })).toMatchObject({ code: 2 });
  });

  it("marks a conversation that was carried over", async () => {
    const here = repo();
    const home = temporaryFolder();
    codexSessions(home, here.root, THREE);
    const id = "02b1fa00-aaaa-4000-8000-000000000003";
    await run(here, ["transfer", "codex", "claude", "--session-id", id], { home });
    const { data, out } = await run(here, ["list"], { home });
    expect(out).toMatch(/^Count the files +claude ← codex /m);
    expect(data.sessions).toContainEqual(
      expect.objectContaining({
        agent: "claude",
        carried_over_from: { agent: "codex", session_id: id },
      }),
    );
  });

  it("is, for an id of another agent, which agent it is of", async () => {
    const here = repo();
    const home = temporaryFolder();
    codexSessions(home, here.root, THREE);
    for (const argv of [
      ["save", "claude"],
      ["transfer", "claude", "gemini"],
      ["handoff", "claude", "gemini", "--no-validate"],
      ["escalate", "claude", "why"],
    ]) {
      const error = await refusal(here, [...argv, "--session-id", "02b1"], { home });
      expect(error).toMatchObject({
        code: 4,
        message: "claude has no session 02b1; codex has one.",
        fix: "See it: baton show 02b1",
      });
      expect(await refusal(here, [...argv, "--session-id", "zz"], { home })).toMatchObject({
        code: 4,
        message: "claude has no session zz, nor has another agent.",
      });
      expect(await refusal(here, [...argv, "--session-id", ""], { home })).toMatchObject({ code: 2 });
    }
  });

  it("can be listed of everywhere also outside of a repository", async () => {
    const home = temporaryFolder();
    codexSessions(home, "/elsewhere", THREE);
    const outside = temporaryFolder();
    expect((await run(repo(), ["list", "--all"], { home, cwd: outside })).data).toMatchObject({ total: 3 });
    const [id = ""] = Object.keys(THREE);
    expect((await run(repo(), ["show", id], { home, cwd: outside })).data.session).toMatchObject({ id });
  });
});

describe("baton list", () => {
  it("lists the sessions of this repository, newest first, so that a person can recognise them", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const { out, data } = await run(here, ["list"], { home });
    const listed = sessionsOf(data);
    expect(listed.length).toBeGreaterThan(0);
    for (const session of listed) {
      expect(out).toMatch(new RegExp(` ${session.id.slice(0, 8)}\\w*$`, "m"));
      expect(session.title).toBeTruthy();
    }
    const times = listed.map(({ updatedAt }) => Date.parse(updatedAt ?? ""));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it("leaves out those of other repositories, unless all are asked for", async () => {
    const here = repo();
    const home = homeWithSessions("codex", "/home/dev/elsewhere");
    const own = await run(here, ["list"], { home });
    expect(sessionsOf(own.data)).toEqual([]);
    expect(own.out).toContain(join(home, ".codex", "sessions"));
    expect(own.out).toContain("baton list --all");
    const all = await run(here, ["list", "--all"], { home });
    expect(sessionsOf(all.data).length).toBeGreaterThan(0);
    expect(all.out).toContain("/home/dev/elsewhere");
  });

  it("says where it looked when there is nothing anywhere", async () => {
    const home = temporaryFolder();
    const { out } = await run(repo(), ["list", "--all"], { home });
    expect(out).toContain(`Claude Code: ${join(home, ".claude", "projects")} (not there)`);
  });

  it("keeps to one agent, and refuses one that there is not", async () => {
    const here = repo();
    const home = homeWithSessions("gemini", here.root);
    expect(sessionsOf((await run(here, ["list", "--agent", "claude"], { home })).data)).toEqual([]);
    expect(
      sessionsOf((await run(here, ["list", "--agent", "gemini"], { home })).data).length,
    ).toBeGreaterThan(0);
    expect((await refusal(here, ["list", "--agent", "gemni"], { home })).fix).toContain(
      "Did you mean gemini?",
    );
  });

  it("lists what it can read, and fails with what it cannot", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    mkdirSync(join(home, ".codex", "sessions"), { recursive: true });
    writeFileSync(join(home, ".codex", "sessions", "threads.db"), "x");
    const { code, out, talk, data } = await run(here, ["list"], { home });
    expect(code).toBe(6);
    expect(sessionsOf(data).length).toBeGreaterThan(0);
    expect(out).toContain(sessionsOf(data)[0]?.id.slice(0, 8));
    expect(talk).toContain("threads.db");
    expect(data.unreadable).toMatchObject([{ message: expect.stringContaining("threads.db") }]);
    expect((await refusal(here, ["list", "--agent", "codex"], { home })).code).toBe(6);
    expect((await run(here, ["list", "--agent", "claude"], { home })).code).toBe(0);
  });

  it("remembers what it read, sees every change, and does without its cache", async () => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const first = sessionsOf((await run(here, ["list"], { home })).data);
    const cache = join(home, ".cache", "baton", "sessions.json");
    expect(readFileSync(cache, "utf8")).toContain(first[0]?.id);
    expect(sessionsOf((await run(here, ["list"], { home })).data)).toEqual(first);

    const folder = join(home, ".claude", "projects", readdirSync(join(home, ".claude", "projects"))[0] ?? "");
    const file = join(folder, `${first[0]?.id}.jsonl`);
    const title = { type: "custom-title", customTitle: "A better name", sessionId: first[0]?.id };
    writeFileSync(file, `${readFileSync(file, "utf8")}${JSON.stringify(title)}\n`);
    const changed = sessionsOf((await run(here, ["list"], { home })).data);
    expect(changed.find(({ id }) => id === first[0]?.id)?.title).toBe("A better name");

    for (const broken of ["{ broken", JSON.stringify({ version: 1, files: [[file, null]] })]) {
      writeFileSync(cache, broken);
      expect(sessionsOf((await run(here, ["list"], { home })).data)).toEqual(changed);
    }
    rmSync(cache);
    expect(sessionsOf((await run(here, ["list"], { home })).data)).toEqual(changed);
  });

  it("shares what it remembers with a save, which looks through thousands of other projects' sessions", async () => {
    const here = repo();
    const home = temporaryFolder();
    const folder = join(home, ".codex", "sessions", "2026", "01", "05");
    mkdirSync(folder, { recursive: true });
    const write = (n: number, cwd: string, ask: string) => {
      const id = `${String(n).padStart(8, "0")}-0000-4000-8000-000000000000`;
      const content = [{ type: "input_text", text: ask }];
      const lines = [
        { type: "session_meta", payload: { id, cwd } },
        { type: "response_item", payload: { type: "message", role: "user", content } },
      ];
      const name = `rollout-2026-01-05T12-00-00-${id}.jsonl`;
      writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    };
    for (let n = 1; n <= 120; n++) write(n, "/elsewhere", "Something else");
    write(0, here.root, "Build it");
    const task = async () => {
      const { state } = (await run(here, ["save", "codex", "--dry-run"], { home })).data as {
        state: { task: { description?: string } };
      };
      return state.task.description;
    };
    expect(await task()).toBe("Build it");
    const cache = join(home, ".cache", "baton", "sessions.json");
    expect(readFileSync(cache, "utf8")).toContain("Something else");
    expect(await task()).toBe("Build it");
    write(0, here.root, "Build it better");
    expect(await task()).toBe("Build it better");
  });

  it.each([
    ["that fit into a column", "Use @s now"],
    ["that a column cuts", "Please use the token @s now"],
  ])("hides secrets in titles %s, on the screen and in its cache", async (_, words) => {
    const here = repo();
    const home = homeWithSessions("claude", here.root);
    const folder = join(home, ".claude", "projects", readdirSync(join(home, ".claude", "projects"))[0] ?? "");
    const name = readdirSync(folder).find((file) => file.endsWith(".jsonl")) ?? "";
    const secret = ["gh", "p_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("");
    const title = {
      type: "custom-title",
      customTitle: words.replace("@s", secret),
      sessionId: name.slice(0, -6),
    };
    writeFileSync(
      join(folder, name),
      `${readFileSync(join(folder, name), "utf8")}${JSON.stringify(title)}\n`,
    );
    const { out, data } = await run(here, ["list"], { home });
    const cache = readFileSync(join(home, ".cache", "baton", "sessions.json"), "utf8");
    expect(JSON.stringify(data)).toContain("[REDACTED:");
    expect(JSON.stringify(data) + out + cache).not.toContain(secret.slice(0, 16));
  });
});
