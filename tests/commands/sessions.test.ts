import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { type Answer, refusal, run } from "../support/cli.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";

const CLAUDE = ".claude/.session-state.json";
const CODEX = ".codex/.session-state.json";

/** A repository and a home whose agents can be made to have worked in it. */
function workplace() {
  const here = repo({ "a.ts": "1\n" });
  const home = temporaryFolder();
  let minute = 0;
  const tick = () => new Date(Date.UTC(2026, 0, 5, 12, minute++)).toISOString();
  const uuid = (n: number) => `0000000${n}-0000-4000-8000-000000000000`;
  return {
    here,
    home,
    baton: (...argv: string[]): Promise<Answer> => run(here, argv, { home, now: new Date(tick()) }),
    refused: (...argv: string[]) => refusal(here, argv, { home, now: new Date(tick()) }),
    /** One more turn of Claude's session number `n`. */
    claude(n: number, ask: string, todos: [string, string][] = []) {
      const id = uuid(n);
      const path = join(home, ".claude/projects", here.root.replace(/[^A-Za-z0-9]/g, "-"), `${id}.jsonl`);
      const before = existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
      let parent = before.length === 0 ? null : (JSON.parse(before.at(-1) ?? "{}").uuid as string);
      const lines = [...before];
      const add = (record: object) => {
        const own = `${id.slice(0, 8)}-0000-4000-9000-${String(lines.length).padStart(12, "0")}`;
        const common = {
          sessionId: id,
          cwd: here.root,
          version: "2.1.197",
          gitBranch: "main",
          isSidechain: false,
        };
        lines.push(
          JSON.stringify({ ...common, ...record, uuid: own, parentUuid: parent, timestamp: tick() }),
        );
        parent = own;
      };
      add({ type: "user", userType: "external", message: { role: "user", content: ask } });
      const content: object[] = [{ type: "text", text: `On it: ${ask}` }];
      if (todos.length > 0) {
        const input = { todos: todos.map(([text, status]) => ({ content: text, status, activeForm: text })) };
        content.push({ type: "tool_use", id: `toolu_${lines.length}`, name: "TodoWrite", input });
      }
      add({
        type: "assistant",
        message: { id: `msg_${lines.length}`, role: "assistant", model: "claude-sonnet-4-5", content },
      });
      if (todos.length > 0) {
        const result = {
          type: "tool_result",
          tool_use_id: `toolu_${lines.length - 1}`,
          content: "Todos have been modified",
        };
        add({ type: "user", message: { role: "user", content: [result] } });
      }
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${lines.join("\n")}\n`);
      const now = new Date(tick());
      utimesSync(path, now, now);
    },
    state: (file = CLAUDE): SessionState => JSON.parse(readFileSync(join(here.root, file), "utf8")),
  };
}

const has = (here: Repo, file: string) => existsSync(join(here.root, file));

describe("a second conversation of the same agent", () => {
  it("begins a session of its own, of which nothing of the first is told, and says so in one line", async () => {
    const { claude, baton, state } = workplace();
    claude(1, "Build the coupon engine", [
      ["Model coupons", "completed"],
      ["Wire checkout", "in_progress"],
      ["Write tests", "pending"],
    ]);
    const said = ["--priority", "high", "--note", "TEN is 10 percent", "--status", "completed"];
    await baton("save", "claude", ...said);
    await baton("escalate", "claude", "cannot make the coupon test pass");
    const first = state();
    claude(2, "Fix the login page on Safari");
    const { talk } = await baton("save", "claude");
    expect(talk).toContain(
      'A new session begins: Claude Code\'s conversation is another one. The state of "Build the coupon engine" is kept: baton history claude\n',
    );
    const { out: brief } = await baton("restore", "claude", "--prompt");
    expect(brief).toContain("Fix the login page on Safari");
    for (const old of ["coupon", "Wire checkout", "Model coupons", "TEN", "high", "completed", "cannot make"])
      expect(brief).not.toContain(old);
    expect(state().escalation).toBeUndefined();
    expect(state().session?.id).not.toBe(first.session?.id);
  });

  it("leaves the first whole: going back to it makes its session current again, with what was said", async () => {
    const { claude, baton, state } = workplace();
    claude(1, "Build the coupon engine", [["Wire checkout", "pending"]]);
    await baton("save", "claude", "--note", "TEN is 10 percent", "--priority", "high");
    const first = state();
    claude(2, "Fix the login page on Safari");
    await baton("save", "claude");
    claude(1, "Now the checkout");
    const { talk } = await baton("save", "claude");
    expect(talk).toContain('Back in the session "Build the coupon engine"');
    expect(state()).toMatchObject({
      task: { description: "Build the coupon engine", priority: "high" },
      context: { notes: ["TEN is 10 percent"] },
      session: { id: first.session?.id, revision: 2 },
    });
    // And nothing is said while one goes on with the same.
    claude(1, "And the tests");
    expect((await baton("save", "claude")).talk).not.toMatch(/session begins|Back in/);
  });

  it("can be held to be the same, and the same to be another, by hand", async () => {
    const { claude, baton, state } = workplace();
    claude(1, "Build the coupon engine");
    await baton("save", "claude", "--note", "mine");
    const { session } = state();
    claude(2, "More of it");
    await baton("save", "claude", "--same");
    expect(state()).toMatchObject({ session: { id: session?.id }, context: { notes: ["mine"] } });
    // Now both belong to it.
    claude(1, "Back to the old one");
    await baton("save", "claude");
    expect(state().session?.id).toBe(session?.id);
    await baton("save", "claude", "--new");
    expect(state().session?.id).not.toBe(session?.id);
    expect(state().context.notes).toBeUndefined();
  });
});

describe("after a handoff", () => {
  it("the next agent's first conversation goes on with the session, an earlier one of it does not", async () => {
    const { claude, baton, state, here } = workplace();
    claude(1, "An old task of Claude's");
    await baton("save", "codex", "--task", "Add coupons", "--next", "Wire checkout");
    await baton("handoff", "codex", "claude", "--no-validate");
    const handed = state();
    expect(handed).toMatchObject({
      task: { description: "Add coupons" },
      lineage: { source_agent: "codex" },
    });
    // Nobody has worked with Claude since: its old conversation says nothing of this task.
    const { talk } = await baton("save", "claude");
    expect(talk).toContain("Claude Code has no session here since the handoff.");
    expect(state()).toMatchObject({
      task: { description: "Add coupons" },
      session: { id: handed.session?.id },
    });
    expect(state().session?.agent_session_id).toBeUndefined();
    await baton("undo", "claude");
    claude(2, "Read the handoff brief and go on");
    await baton("save", "claude");
    expect(state()).toMatchObject({
      task: { description: "Add coupons" },
      session: { id: handed.session?.id, agent_session_id: "00000002-0000-4000-8000-000000000000" },
    });
    expect(state(CODEX).session?.state).toBe("retired");
    expect(has(here, CODEX)).toBe(true);
  });
});

describe("without a name", () => {
  it("save takes the agent whose session is newest, restore the newest state, handoff the other one; and says so", async () => {
    const { claude, baton, state, refused } = workplace();
    expect((await refused("save")).code).toBe(4);
    expect((await refused("restore")).code).toBe(4);
    expect((await refused("handoff")).code).toBe(2);
    claude(1, "Build the coupon engine");
    const saved = await baton("save");
    expect(saved.talk).toContain("claude was taken: its session is the newest here.");
    expect(state().task.description).toBe("Build the coupon engine");
    expect((await baton("restore")).talk).toContain("claude was taken: its saved state is the newest here.");
    const { talk } = await baton("handoff", "codex", "--no-validate");
    expect(talk).toContain("claude was taken: its session is the newest here.");
    expect(state(CODEX).lineage?.source_agent).toBe("claude");
  });

  it.each(["Claude", "claude-code", "Claude Code", "CLAUDE_CODE"])("%s is claude", async (name) => {
    const { baton } = workplace();
    expect((await baton("save", name, "--task", "x")).data.agent).toBe("claude");
  });
});

describe("notes of transfers that are rubbish", () => {
  it.each(["[null]", "[{}]", '[1,"x"]', '[{"source":{"agent":"claude"}}]', "{"])(
    "stop no save: %s",
    async (text) => {
      const { claude, baton, here } = workplace();
      claude(1, "Build the coupon engine");
      here.write(".git/baton/transfers.json", text);
      expect((await baton("save", "claude")).out).toContain("Build the coupon engine");
      claude(2, "Another");
      expect((await baton("save", "claude")).out).toContain("Another");
    },
  );
});

describe("--new and --same", () => {
  it("exclude each other", async () => {
    expect((await workplace().refused("save", "claude", "--new", "--same")).code).toBe(2);
  });
});

describe("without a session", () => {
  it("save says so and where it looked, and claims none", async () => {
    const { baton, home } = workplace();
    const { talk } = await baton("save", "claude");
    expect(talk).toContain(
      "Claude Code has no session of this repository. Recorded are git and what you say.",
    );
    expect(talk).toContain(join(home, ".claude/projects"));
    expect((await baton("save", "claude", "--no-transcript")).talk).not.toContain("has no session");
  });
});

describe("on another branch", () => {
  it("the branch's own state comes back, and one that grew out of it takes it along", async () => {
    const { baton, state, here } = workplace();
    await baton("save", "opencode", "--task", "On main");
    const file = ".opencode/.session-state.json";
    here.git("switch", "-q", "-c", "feat/x");
    await baton("save", "opencode");
    expect(state(file).task.description).toBe("On main");
    here.git("switch", "-q", "main");
    here.git("switch", "-q", "-c", "feat/y");
    here.write("y.ts", "1\n");
    here.commit("y");
    await baton("save", "opencode", "--new", "--task", "On y");
    here.git("switch", "-q", "feat/x");
    const { talk } = await baton("save", "opencode");
    expect(talk).toContain('Back in the session "On main": it belongs to this branch.');
    expect(state(file).task.description).toBe("On main");
  });
});

describe("history, undo, forget", () => {
  it("list what is kept, show it, take it back, and be done with it", async () => {
    const { baton, claude, state, refused, here } = workplace();
    expect((await baton("history")).out).toContain("No session is kept");
    claude(1, "First task");
    await baton("save", "claude");
    await baton("save", "claude", "--note", "more");
    const first = state().session?.id ?? "";
    claude(2, "Second task");
    await baton("save", "claude");
    const second = state().session?.id ?? "";
    const listed = await baton("history");
    expect(listed.data.sessions).toEqual([
      expect.objectContaining({
        id: second,
        agent: "claude",
        task: "Second task",
        current: true,
        revisions: 1,
      }),
      expect.objectContaining({ id: first, task: "First task", current: false, revisions: 2 }),
    ]);
    expect(listed.out).toMatch(/Second task +claude \(current\)/);
    const revisions = await baton("history", first.slice(0, 8));
    expect(revisions.data.revisions).toMatchObject([{ number: 2 }, { number: 1 }]);
    expect((await baton("restore", "claude", "--at", first.slice(0, 8))).out).toContain("First task");
    const old = await baton("restore", "--at", `${first}@1`);
    expect(old.data.state).toMatchObject({ session: { revision: 1 } });
    expect((await baton("restore", "claude", "--at", "1")).out).toContain("Second task");
    expect((await refused("restore", "claude", "--at", `${first}@9`)).fix).toContain("Kept are 1 to 2");
    expect((await refused("restore", "--at", "nope")).code).toBe(4);

    const { out } = await baton("undo");
    expect(out).toContain("Taken back: save of");
    expect(state()).toMatchObject({ task: { description: "First task" }, context: { notes: ["more"] } });
    await baton("undo", "claude");
    await baton("undo", "claude");
    expect(has(here, CLAUDE)).toBe(false);
    expect((await refused("undo")).code).toBe(4);

    await baton("save", "claude");
    expect((await baton("forget", "claude")).out).toContain("Done with the session of claude: Second task");
    expect(has(here, CLAUDE)).toBe(false);
    expect((await baton("status")).out).toContain("No agent has a saved state");
    expect((await refused("forget", "claude")).code).toBe(4);
    expect((await baton("history", "claude")).data.sessions).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: first, current: false })]),
    );
    await baton("forget", first.slice(0, 8));
    expect((await baton("history")).data.sessions).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: first, state: "archived" })]),
    );
    await baton("undo", "claude");
    expect(state().task.description).toBe("Second task");
  });

  it("take both states of a handoff back together", async () => {
    const { baton, claude, state } = workplace();
    await baton("save", "codex", "--task", "Codex's own");
    claude(1, "Build coupons");
    await baton("save", "claude");
    await baton("handoff", "claude", "codex", "--no-validate");
    expect(state(CODEX).task.description).toBe("Build coupons");
    const { talk } = await baton("undo");
    expect(talk).toContain("Only the saved states went back.");
    expect(state(CODEX).task.description).toBe("Codex's own");
    expect(state().session?.state).toBe("active");
  });

  it("bring a state back whose file was deleted", async () => {
    const { baton, state, here } = workplace();
    await baton("save", "claude", "--task", "Precious");
    rmSync(join(here.root, CLAUDE));
    expect((await baton("restore", "claude")).talk).toContain("is gone. Its last content was kept");
    await baton("save", "claude");
    expect(state().task.description).toBe("Precious");
  });
});
