import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { openStore, type StatePlace, type StateStore, serialise } from "../../scripts/state/store.ts";
import { asOrdinaryUser } from "../support/ordinary-user.ts";
import { temporaryFolder } from "../support/repo.ts";
import { redacted, stateWith } from "../support/states.ts";

const CLAUDE: StatePlace = { agent: "claude", file: ".claude/.session-state.json", olderFiles: [] };
const OPENCODE: StatePlace = { agent: "opencode", file: ".opencode/.session-state.json", olderFiles: [] };
const COPILOT: StatePlace = {
  agent: "copilot",
  file: ".github/copilot-session-state.json",
  olderFiles: [".copilot/.session-state.json"],
};

interface Place {
  root: string;
  store: StateStore;
  /** Saves a state with this task for the agent. */
  save(place: StatePlace, description: string): Promise<string[]>;
  put(file: string, text: string | Buffer): void;
  text(file: string): string;
  history(agent: string): string[];
}

function place(): Place {
  const root = temporaryFolder();
  const gitDir = join(root, ".git");
  mkdirSync(gitDir);
  const store = openStore({ root, gitDir, commonDir: gitDir });
  return {
    root,
    store,
    save: async (place, description) => {
      const { remarks } = await store.update([place], "save", async () => [
        redacted(stateWith({ agent: place.agent, task: { description } })),
      ]);
      return remarks;
    },
    put(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    text: (file) => readFileSync(join(root, file), "utf8"),
    history(agent) {
      const folder = historyFolder(root, agent);
      return existsSync(folder) ? readdirSync(folder).toSorted() : [];
    },
  };
}

/** Where the revisions of states without a session's id are kept. */
const historyFolder = (root: string, agent: string) =>
  join(root, ".git/baton/sessions", `${agent}-without-id`);

const task = (state: SessionState | undefined) => state?.task.description;

describe("a state that is written", () => {
  it("is the same when it is read, is private, and ends in a line feed", async () => {
    const here = place();
    const state = stateWith({ agent: "claude" });
    expect((await here.store.update([CLAUDE], "save", async () => [redacted(state)])).remarks).toEqual([]);
    expect(await here.store.peek(CLAUDE)).toEqual({ state, path: join(here.root, CLAUDE.file), remarks: [] });
    expect(here.text(CLAUDE.file)).toBe(`${JSON.stringify(state, null, 2)}\n`);
    expect(statSync(join(here.root, CLAUDE.file)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(here.root, ".claude"))).toEqual([".session-state.json"]);
  });

  it("leaves a marker for the git hooks: file, branch, HEAD and what is not good", async () => {
    const here = place();
    await here.store.update([CLAUDE], "save", async () => [
      redacted(
        stateWith({ git: { branch: "main", head: "f00d" }, validation: { tests: "fail", eslint: "stale" } }),
      ),
    ]);
    expect(here.text(".git/baton/saved/claude")).toBe(
      ".claude/.session-state.json\nmain\nf00d\neslint=stale,tests=fail\n",
    );
  });

  it("is written even where no marker can be", async () => {
    const here = place();
    here.put(".git/baton/saved", "a file in the place of the folder");
    await here.save(CLAUDE, "one");
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("one");
  });

  it("is cut when it is larger than a state may be, says so, and the whole stays in the history", async () => {
    const here = place();
    const notes = Array.from({ length: 30_000 }, (_, i) => `note ${i} ${"x".repeat(100)}`);
    here.put(CLAUDE.file, serialise(redacted(stateWith({ agent: "claude", context: { notes } }))));
    const { remarks } = await here.store.update([CLAUDE], "save", async ([previous]) => [
      redacted(previous?.state ?? stateWith()),
    ]);
    expect(remarks).toEqual([expect.stringMatching(/too large: context\.notes was cut/)]);
    const saved = (await here.store.peek(CLAUDE))?.state;
    expect(saved?.context.notes?.at(-1)).toBe(notes.at(-1));
    expect(saved?.truncated).toEqual({ "context.notes": 30_000 });
    const [kept = ""] = here.history("claude");
    expect(readFileSync(join(historyFolder(here.root, "claude"), kept), "utf8")).toContain("note 0 ");
  });

  it("is left as it is where the change decides nothing, or throws", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    await here.store.update([CLAUDE], "save", async () => [null]);
    const failing = here.store.update([CLAUDE], "save", async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("one");
    expect(here.history("claude")).toHaveLength(1);
  });

  it("is not there where nothing was saved", async () => {
    const here = place();
    expect(await here.store.peek(CLAUDE)).toBeNull();
    expect(await here.store.recover(CLAUDE)).toBeNull();
    expect(readdirSync(here.root)).toEqual([".git"]);
  });
});

describe("the history", () => {
  it("keeps every state, oldest first, and of a session no more than fifty", async () => {
    const here = place();
    for (let i = 1; i <= 53; i++) await here.save(CLAUDE, `task ${i}`);
    const names = here.history("claude");
    expect(names).toHaveLength(50);
    const tasks = names.map((name) =>
      task(JSON.parse(readFileSync(join(historyFolder(here.root, "claude"), name), "utf8"))),
    );
    expect(tasks).toEqual(Array.from({ length: 50 }, (_, i) => `task ${i + 4}`));
    expect(names.map((name) => Number(name.slice(0, 8)))).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 4),
    );
  });

  it("is each agent's own, and private", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    await here.save(OPENCODE, "one");
    await here.save(CLAUDE, "two");
    expect(here.history("claude")).toHaveLength(2);
    expect(here.history("opencode")).toHaveLength(1);
    expect(statSync(historyFolder(here.root, "claude")).mode & 0o777).toBe(0o700);
  });

  it("holds what was there, byte for byte, whoever wrote it", async () => {
    const here = place();
    const text = '{"version":"2.0","git":{"staged_files":[["a"]]}}\nEscalation: why';
    here.put(CLAUDE.file, text);
    await here.save(CLAUDE, "new");
    expect(
      readFileSync(join(historyFolder(here.root, "claude"), here.history("claude")[0] ?? ""), "utf8"),
    ).toBe(text);
  });

  it("holds the content of a state that is a symbolic link, not the link", async () => {
    const here = place();
    here.put("shared/state.json", serialise(redacted(stateWith({ task: { description: "shared" } }))));
    here.put(".claude/x", "");
    symlinkSync("../shared/state.json", join(here.root, CLAUDE.file));
    await here.save(CLAUDE, "own");
    const entry = join(historyFolder(here.root, "claude"), here.history("claude")[0] ?? "");
    expect(lstatSync(entry).isFile()).toBe(true);
    expect(task(JSON.parse(readFileSync(entry, "utf8")))).toBe("shared");
  });

  it("keeps each session apart, and lists the one that was written last first", async () => {
    const here = place();
    for (const id of ["one", "two", "../three", "one"]) {
      const session = { id, revision: 1, started_at: "2026-01-05T12:30:00Z" };
      await here.store.update([CLAUDE], "save", async () => [
        redacted(stateWith({ agent: "claude", session })),
      ]);
    }
    const ids: (string | undefined)[] = [];
    for await (const { state } of here.store.sessions()) ids.push(state.session?.id);
    expect(ids).toEqual(["one", "../three", "two"]);
    expect(existsSync(join(here.root, ".git/baton/three"))).toBe(false);
    expect(await here.store.current("claude")).toBe("one");
  });

  it("takes over what older versions kept, in its order", async () => {
    const here = place();
    const old = (description: string, id?: string) =>
      serialise(
        redacted(
          stateWith({
            agent: "claude",
            task: { description },
            ...(id === undefined ? {} : { session: { id, revision: 1, started_at: "2026-01-05T12:30:00Z" } }),
          }),
        ),
      );
    here.put(".git/baton/history/claude/00000002-.session-state.json", old("b", "old-session"));
    here.put(".git/baton/history/claude/00000001-.session-state.json", old("a", "old-session"));
    here.put(".git/baton/history/claude/123456789-.session-state.json", old("c"));
    here.put(".git/baton/history/notes.txt", "not ours");
    await here.save(CLAUDE, "new");
    const tasks: (string | undefined)[] = [];
    for await (const { state } of here.store.revisions("old-session")) tasks.push(task(state));
    expect(tasks).toEqual(["b", "a"]);
    expect(here.history("claude")).toHaveLength(2);
    expect(existsSync(join(here.root, ".git/baton/history"))).toBe(false);
    expect(here.text(".git/baton/history.old/notes.txt")).toBe("not ours");
  });

  it("keeps two hundred sessions; those that are done with go first, current ones stay", {
    tags: "slow",
  }, async () => {
    const here = place();
    const save = (id: string, state: "active" | "archived" | "retired", file = CLAUDE) =>
      here.store.update([file], "save", async () => [
        redacted(
          stateWith({
            agent: file.agent,
            session: { id, revision: 1, started_at: "2026-01-05T12:30:00Z", state },
          }),
        ),
      ]);
    await save("current", "retired", OPENCODE);
    await save("oldest", "active");
    await save("done", "archived");
    for (let i = 0; i < 199; i++) await save(`later-${i}`, "active");
    const ids = new Set<string | undefined>();
    for await (const { state } of here.store.sessions()) ids.add(state.session?.id);
    expect(ids.size).toBe(200);
    expect([...ids]).toEqual(expect.arrayContaining(["current", "later-0", "later-198"]));
    expect(ids.has("done")).toBe(false);
    expect(ids.has("oldest")).toBe(false);
  });

  it("is not pushed out by a write that fails again and again", async () => {
    const here = place();
    await here.save(CLAUDE, "old");
    await here.save(CLAUDE, "newer");
    here.put(".opencode", "a file in the place of the folder");
    for (let i = 0; i < 3; i++) {
      const both = here.store.update([CLAUDE, OPENCODE], "save", async () => [
        redacted(stateWith({ task: { description: `try ${i}` } })),
        redacted(stateWith()),
      ]);
      await expect(both).rejects.toMatchObject({ code: 1 });
    }
    expect(here.history("claude")).toHaveLength(2);
  });
});

describe("a state whose file is gone", () => {
  it("is there all the same, and that is said", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    await here.save(CLAUDE, "two");
    rmSync(join(here.root, CLAUDE.file));
    for (const stored of [await here.store.peek(CLAUDE), await here.store.recover(CLAUDE)]) {
      expect(task(stored?.state)).toBe("two");
      expect(stored?.remarks).toEqual([expect.stringMatching(/is gone.*was kept.*baton forget claude/)]);
    }
    const { previous } = await here.store.update([CLAUDE], "save", async ([stored]) => [
      redacted({ ...(stored?.state ?? stateWith()), provider: "new" }),
    ]);
    expect(task(previous[0]?.state)).toBe("two");
    expect(task(JSON.parse(here.text(CLAUDE.file)))).toBe("two");
  });

  it("that was forgotten stays gone, and its session is kept", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    const gone = await here.store.forget(CLAUDE, async (state) => redacted({ ...state, provider: "last" }));
    expect(task(gone?.state)).toBe("one");
    expect(await here.store.peek(CLAUDE)).toBeNull();
    expect(await here.store.recover(CLAUDE)).toBeNull();
    expect(existsSync(join(here.root, ".git/baton/saved/claude"))).toBe(false);
    expect(here.history("claude")).toHaveLength(2);
    expect(await here.store.forget(CLAUDE, async (state) => redacted(state))).toBeNull();
  });
});

describe("a change that is taken back", () => {
  const texts = (here: Place) =>
    [CLAUDE, OPENCODE].map(({ file }) => (existsSync(join(here.root, file)) ? here.text(file) : null));
  const both = (here: Place, name: string) =>
    here.store.update([CLAUDE, OPENCODE], "handoff", async () => [
      redacted(stateWith({ agent: "claude", task: { description: name } })),
      redacted(stateWith({ agent: "opencode", task: { description: name } })),
    ]);

  it("leaves what was there before, byte for byte, one change at a time; both states of a handoff together", async () => {
    const here = place();
    const seen = [texts(here)];
    await here.save(CLAUDE, "one");
    seen.push(texts(here));
    await here.save(CLAUDE, "two");
    seen.push(texts(here));
    await both(here, "three");
    seen.push(texts(here));
    await here.store.forget(OPENCODE, async (state) => redacted({ ...state, provider: "last" }));
    for (const before of seen.toReversed()) {
      expect(await here.store.undo(null)).not.toBeNull();
      expect(texts(here)).toEqual(before);
    }
    expect(await here.store.undo(null)).toBeNull();
    expect(await here.store.peek(CLAUDE)).toBeNull();
  });

  it("is the named agent's last one", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    await here.save(OPENCODE, "other");
    expect((await here.store.undo("claude"))?.places.map(({ agent }) => agent)).toEqual(["claude"]);
    expect(await here.store.peek(CLAUDE)).toBeNull();
    expect(task((await here.store.peek(OPENCODE))?.state)).toBe("other");
  });

  it("is refused where the state has been changed since by something else", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    await both(here, "two");
    await here.save(OPENCODE, "three");
    await expect(here.store.undo("claude")).rejects.toMatchObject({ code: 3 });
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("two");
    await here.store.undo("opencode");
    await here.store.undo("claude");
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("one");
    here.put(CLAUDE.file, "edited by hand");
    await expect(here.store.undo(null)).rejects.toMatchObject({ code: 3 });
    expect(here.text(CLAUDE.file)).toBe("edited by hand");
  });

  it("brings back a state whose file was deleted before it was forgotten", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    rmSync(join(here.root, CLAUDE.file));
    await here.store.forget(CLAUDE, async (state) => redacted({ ...state, provider: "last" }));
    await here.store.undo(null);
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("one");
    expect((await here.store.peek(CLAUDE))?.remarks).toEqual([]);
  });

  it("is refused, with nothing changed, where what was there before is not kept any more", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    await here.save(CLAUDE, "two");
    rmSync(join(historyFolder(here.root, "claude"), "00000001.json"));
    await expect(here.store.undo(null)).rejects.toMatchObject({ code: 4 });
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("two");
  });

  it("is taken back after the repository was moved, and after its files were cleaned away", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    await here.save(CLAUDE, "two");
    const moved = join(temporaryFolder(), "moved");
    cpSync(here.root, moved, { recursive: true });
    const gitDir = join(moved, ".git");
    const store = openStore({ root: moved, gitDir, commonDir: gitDir });
    rmSync(join(moved, ".claude"), { recursive: true });
    await store.undo(null);
    expect(task((await store.peek(CLAUDE))?.state)).toBe("one");
  });

  it.each([
    '[{"places":[null]}]',
    '[{"at":"t","what":"w","places":[{"agent":"claude","file":"../victim-session-state.json","before":null,"after":{"session":"s","number":1},"isGone":false}]}]',
    '[{"at":"t","what":"w","places":[{"agent":"claude","file":".claude/.session-state.json","before":{"session":"../x","number":1},"after":{"session":"s","number":1},"isGone":false}]}]',
    "rubbish",
  ])("is none of ours, and touches nothing: %s", async (text) => {
    const here = place();
    await here.save(CLAUDE, "one");
    writeFileSync(join(here.root, "../victim-session-state.json"), "precious");
    here.put(".git/baton/changes.json", text);
    expect(await here.store.undo(null)).toBeNull();
    expect(readFileSync(join(here.root, "../victim-session-state.json"), "utf8")).toBe("precious");
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("one");
  });

  it.each([".git/baton/changes.json", ".git/baton/current"])(
    "cannot be noted where %s is in the way: then the states are the old ones, as is said",
    async (path) => {
      const here = place();
      if (path.endsWith("json")) mkdirSync(join(here.root, path, "x"), { recursive: true });
      else here.put(path, "a file in the place of the folder");
      await expect(both(here, "new")).rejects.toMatchObject({ code: 1 });
      expect(texts(here)).toEqual([null, null]);
      expect(existsSync(join(here.root, ".git/baton/pending.json"))).toBe(false);
    },
  );

  it("goes back to what an edit by hand held that was not kept before", async () => {
    const here = place();
    await here.save(CLAUDE, "one");
    const edited = `${here.text(CLAUDE.file)}A note by hand\n`;
    here.put(CLAUDE.file, edited);
    await here.save(CLAUDE, "two");
    await here.store.undo(null);
    expect(here.text(CLAUDE.file)).toBe(edited);
  });
});

describe("a state that cannot be read", () => {
  const RUBBISH: [string, string][] = [
    ["cut off", serialise(redacted(stateWith())).slice(0, 200)],
    ["empty", ""],
    ["NULs", "\0".repeat(100)],
    ["a list", "[1, 2]"],
  ];

  it.each(RUBBISH)("is refused by a look, which changes nothing: %s", async (_, text) => {
    const here = place();
    here.put(CLAUDE.file, text);
    await expect(here.store.peek(CLAUDE)).rejects.toMatchObject({
      code: 6,
      message: expect.stringContaining(CLAUDE.file),
      fix: expect.stringContaining("baton restore claude"),
    });
    expect(readdirSync(join(here.root, ".claude"))).toEqual([".session-state.json"]);
  });

  it.each(RUBBISH)("is set aside, and the newest good one comes back: %s", async (_, text) => {
    const here = place();
    await here.save(CLAUDE, "good");
    await here.save(CLAUDE, "newer");
    await here.save(CLAUDE, "newest");
    // The newest revision is broken too.
    writeFileSync(join(historyFolder(here.root, "claude"), "00000003.json"), "{");
    here.put(CLAUDE.file, text);
    const recovered = await here.store.recover(CLAUDE);
    expect(task(recovered?.state)).toBe("newer");
    expect(recovered?.remarks).toEqual([
      expect.stringMatching(/could not be read.*set aside as .*corrupt-.*from the history/),
    ]);
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("newer");
    const aside = readdirSync(join(here.root, ".claude")).filter((name) => name.includes(".corrupt-"));
    expect(aside).toHaveLength(1);
    expect(here.text(join(".claude", aside[0] ?? ""))).toBe(text);
  });

  it("is not replaced by a state of another working tree, though they share the history", async () => {
    const here = place();
    await here.store.update([CLAUDE], "save", async () => [
      redacted(stateWith({ agent: "claude", git: { worktree: "other" } })),
    ]);
    await here.save(CLAUDE, "main's own");
    here.put(CLAUDE.file, "{");
    expect(task((await here.store.recover(CLAUDE))?.state)).toBe("main's own");
    const linked = temporaryFolder();
    const gitDir = join(here.root, ".git/worktrees/other");
    const store = openStore({ root: linked, gitDir, commonDir: join(here.root, ".git") });
    mkdirSync(join(linked, ".claude"));
    writeFileSync(join(linked, CLAUDE.file), "{");
    expect((await store.recover(CLAUDE))?.state.git.worktree).toBe("other");
  });

  it("is set aside under a name of its own each time", async () => {
    const here = place();
    for (const text of ["{1", "{2", "{3"]) {
      here.put(CLAUDE.file, text);
      await expect(here.store.recover(CLAUDE)).rejects.toMatchObject({ code: 6 });
    }
    const names = readdirSync(join(here.root, ".claude"));
    expect(names.map((name) => here.text(join(".claude", name))).toSorted()).toEqual(["{1", "{2", "{3"]);
  });

  it("with no history says what it was set aside as, and what to type; the marker goes", async () => {
    const here = place();
    here.put(".git/baton/saved/claude", `${CLAUDE.file}\n\n\n\n`);
    here.put(CLAUDE.file, "{");
    await expect(here.store.recover(CLAUDE)).rejects.toMatchObject({
      message: expect.stringMatching(/set aside as .*corrupt-.* no earlier one/),
      fix: "Save a new one: baton save claude",
      code: 6,
    });
    expect(existsSync(join(here.root, CLAUDE.file))).toBe(false);
    expect(existsSync(join(here.root, ".git/baton/saved/claude"))).toBe(false);
    expect(await here.store.peek(CLAUDE)).toBeNull();
  });

  it("does not stand in the way of a new one, and the person is told", async () => {
    const here = place();
    here.put(CLAUDE.file, "{");
    expect(await here.save(CLAUDE, "fresh")).toEqual([expect.stringContaining("set aside as")]);
    expect(task((await here.store.peek(CLAUDE))?.state)).toBe("fresh");
  });

  it("gives the one from the history to whoever changes it, and the person is told", async () => {
    const here = place();
    await here.save(CLAUDE, "good");
    await here.save(CLAUDE, "better");
    here.put(CLAUDE.file, "{");
    const seen: (string | undefined)[] = [];
    const { remarks } = await here.store.update([CLAUDE], "save", async ([previous]) => {
      seen.push(task(previous?.state));
      return [redacted(stateWith())];
    });
    expect(seen).toEqual(["better"]);
    expect(remarks).toEqual([expect.stringContaining("taken from the history")]);
  });

  it("is one that is far too large, without being read", async () => {
    const here = place();
    here.put(CLAUDE.file, "");
    truncateSync(join(here.root, CLAUDE.file), 8 * 1024 ** 3);
    await expect(here.store.peek(CLAUDE)).rejects.toMatchObject({ code: 6 });
  });

  it("is not confused with a folder in its place, which is left alone", async () => {
    const here = place();
    mkdirSync(join(here.root, CLAUDE.file), { recursive: true });
    for (const attempt of [
      () => here.store.peek(CLAUDE),
      () => here.store.recover(CLAUDE),
      () => here.save(CLAUDE, "x"),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        message: expect.stringMatching(/it is a folder/),
        code: 1,
      });
    }
    expect(lstatSync(join(here.root, CLAUDE.file)).isDirectory()).toBe(true);
  });
});

describe("a state of a newer version", () => {
  it("is refused by everything, and stays untouched", async () => {
    const here = place();
    const text = JSON.stringify({ ...stateWith(), version: "3.1" });
    here.put(CLAUDE.file, text);
    for (const attempt of [
      () => here.store.peek(CLAUDE),
      () => here.store.recover(CLAUDE),
      () => here.save(CLAUDE, "x"),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        message: expect.stringContaining("version 3.1"),
        fix: expect.stringContaining("npm install"),
        code: 6,
      });
    }
    expect(here.text(CLAUDE.file)).toBe(text);
    expect(readdirSync(join(here.root, ".claude"))).toEqual([".session-state.json"]);
    expect(here.history("claude")).toEqual([]);
  });

  it("in the history is passed over", async () => {
    const here = place();
    await here.save(CLAUDE, "good");
    await here.save(CLAUDE, "better");
    writeFileSync(
      join(historyFolder(here.root, "claude"), "00000003.json"),
      JSON.stringify({ version: "9.0" }),
    );
    here.put(CLAUDE.file, "{");
    expect(task((await here.store.recover(CLAUDE))?.state)).toBe("better");
  });
});

describe("older places", () => {
  it("are read where there is nothing at today's, and never written", async () => {
    const here = place();
    const old = JSON.stringify(stateWith({ agent: "copilot", task: { description: "old" } }));
    here.put(".copilot/.session-state.json", old);
    const stored = await here.store.peek(COPILOT);
    expect(task(stored?.state)).toBe("old");
    expect(stored?.path).toBe(join(here.root, ".copilot/.session-state.json"));
    await here.save(COPILOT, "new");
    expect(task((await here.store.peek(COPILOT))?.state)).toBe("new");
    expect(here.text(".copilot/.session-state.json")).toBe(old);
  });

  it("are set aside where they cannot be read", async () => {
    const here = place();
    here.put(".copilot/.session-state.json", "{");
    await expect(here.store.recover(COPILOT)).rejects.toMatchObject({ code: 6 });
    expect(readdirSync(join(here.root, ".copilot"))).toEqual([expect.stringContaining(".corrupt-")]);
  });
});

it("a state that was copied from another agent's place is told as such", async () => {
  const here = place();
  await here.save(CLAUDE, "x");
  here.put(OPENCODE.file, here.text(CLAUDE.file));
  const stored = await here.store.peek(OPENCODE);
  expect(stored?.state.agent).toBe("claude");
  // A session is not two agents': what is saved here begins one of its own.
  expect(stored?.state.session).toBeUndefined();
  expect(stored?.remarks).toEqual([expect.stringContaining("written for claude")]);
});

describe("two states at once", () => {
  const both = (here: Place, name: string) =>
    here.store.update([CLAUDE, OPENCODE], "save", async () => [
      redacted(stateWith({ agent: "claude", task: { description: name } })),
      redacted(stateWith({ agent: "opencode", task: { description: name } })),
    ]);
  const tasks = async (here: Place) => [
    task((await here.store.peek(CLAUDE))?.state),
    task((await here.store.peek(OPENCODE))?.state),
  ];

  it("are both written, and no note of it stays", async () => {
    const here = place();
    await both(here, "one");
    expect(await tasks(here)).toEqual(["one", "one"]);
    expect(existsSync(join(here.root, ".git/baton/pending.json"))).toBe(false);
    expect(here.text(".git/baton/saved/opencode")).toContain(OPENCODE.file);
  });

  it.each<[string, (here: Place) => void]>([
    ["a file where the second one's folder is needed", (here) => here.put(".opencode", "")],
    [
      "a folder in the place of the second one",
      (here) => mkdirSync(join(here.root, OPENCODE.file, "x"), { recursive: true }),
    ],
    ["a link out of the repository", (here) => symlinkSync(temporaryFolder(), join(here.root, ".opencode"))],
  ])(
    "are both the old ones when one cannot be written, and the next command is not held up: %s",
    async (_, obstruct) => {
      const here = place();
      await here.save(CLAUDE, "old");
      obstruct(here);
      await expect(both(here, "new")).rejects.toMatchObject({ code: 1 });
      expect(task(JSON.parse(here.text(CLAUDE.file)))).toBe("old");
      expect(readdirSync(join(here.root, ".claude"))).toEqual([".session-state.json"]);
      await here.save(CLAUDE, "next");
      expect(task((await here.store.peek(CLAUDE))?.state)).toBe("next");
    },
  );

  /** As a process leaves it that is killed between its two writes. */
  function halfDone(here: Place, name: string): void {
    const texts = [CLAUDE, OPENCODE].map(({ agent, file }) => ({
      place: { agent, file },
      text: serialise(redacted(stateWith({ agent, task: { description: name } }))),
    }));
    here.put(".git/baton/pending.json", JSON.stringify(texts));
    here.put(CLAUDE.file, texts[0]?.text ?? "");
  }

  it.each<[string, (here: Place) => Promise<unknown>]>([
    ["a look", (here) => here.store.peek(CLAUDE)],
    ["a restore", (here) => here.store.recover(CLAUDE)],
    ["a save for a third agent", (here) => here.save(COPILOT, "third")],
  ])("are finished after a kill between the two writes, by whoever comes next: %s", async (_, next) => {
    const here = place();
    await both(here, "old");
    halfDone(here, "new");
    await next(here);
    expect(await tasks(here)).toEqual(["new", "new"]);
    expect(existsSync(join(here.root, ".git/baton/pending.json"))).toBe(false);
    expect(here.history("opencode")).toHaveLength(2);
  });

  it.each(["", "{", "[]", "[1]", '[{"place":{"agent":"claude"},"text":"x"}]', '{"a":1}'])(
    "whose note is damaged hold nobody up: %s",
    async (text) => {
      const here = place();
      await both(here, "old");
      here.put(".git/baton/pending.json", text);
      await here.save(CLAUDE, "new");
      expect(await tasks(here)).toEqual(["new", "old"]);
    },
  );

  it("whose note names a place outside are not written there", async () => {
    const here = place();
    here.put(
      ".git/baton/pending.json",
      JSON.stringify([{ place: { agent: "claude", file: "../stolen.json" }, text: "x" }]),
    );
    await expect(here.save(CLAUDE, "x")).rejects.toThrow(/leads out of the repository/);
    expect(existsSync(join(here.root, "../stolen.json"))).toBe(false);
  });
});

describe("where a state may not be written", () => {
  it("a folder that is a link out of the repository is refused, and nothing is written through it", async () => {
    const here = place();
    const outside = temporaryFolder();
    symlinkSync(outside, join(here.root, ".claude"));
    await expect(here.save(CLAUDE, "x")).rejects.toMatchObject({
      message: expect.stringContaining("leads out of the repository"),
      fix: expect.stringContaining("mkdir"),
    });
    expect(readdirSync(outside)).toEqual([]);
  });

  it("a state that is a link out of the repository is not read either", async () => {
    const here = place();
    const outside = join(temporaryFolder(), "private.json");
    writeFileSync(outside, '{"token":"private"}');
    here.put(".claude/x", "");
    symlinkSync(outside, join(here.root, CLAUDE.file));
    for (const attempt of [
      () => here.store.peek(CLAUDE),
      () => here.store.recover(CLAUDE),
      () => here.save(CLAUDE, "x"),
    ])
      await expect(attempt()).rejects.toThrow(/leads out of the repository/);
    expect(lstatSync(join(here.root, CLAUDE.file)).isSymbolicLink()).toBe(true);
  });

  it("a link within the repository is followed", async () => {
    const here = place();
    mkdirSync(join(here.root, "settings"));
    symlinkSync("settings", join(here.root, ".claude"));
    await here.save(CLAUDE, "x");
    expect(task(JSON.parse(here.text("settings/.session-state.json")))).toBe("x");
  });

  it.each([
    [".claude", "the state's folder"],
    [".git/baton", "the history's folder"],
    [".git/baton/sessions/claude-without-id", "the session's folder"],
  ])("%s is read-only: the old state stays, and the answer says what to do", async (folder) => {
    const here = place();
    await here.save(CLAUDE, "older");
    await here.save(CLAUDE, "old");
    chmodSync(join(here.root, folder), 0o555);
    const { stdout } = await asOrdinaryUser(
      `const { openStore } = await ours("scripts/state/store.ts");
       const store = openStore({ root: folders[0], gitDir: folders[0] + "/.git", commonDir: folders[0] + "/.git" });
       const place = ${JSON.stringify(CLAUDE)};
       const { state } = await store.peek(place);
       await store.update([place], "save", async () => [{ ...state, provider: "new" }]).catch((e) => console.log(e.name, e.message, "|", e.fix));
       console.log((await store.peek(place)).state.task.description);`,
      [here.root],
    );
    expect(stdout).toMatch(
      /^UserError Could not write .*permission denied\. Nothing was changed\. \| Give yourself.*\nold\n$/,
    );
    expect(readdirSync(join(here.root, ".claude"))).toEqual([".session-state.json"]);
  });

  it("a broken state in a read-only folder is not set aside, and that is said", async () => {
    const here = place();
    here.put(CLAUDE.file, "{");
    mkdirSync(join(here.root, ".git/baton"));
    chmodSync(join(here.root, ".claude"), 0o555);
    const { stdout } = await asOrdinaryUser(
      `const { openStore } = await ours("scripts/state/store.ts");
       const store = openStore({ root: folders[0], gitDir: folders[0] + "/.git", commonDir: folders[0] + "/.git" });
       await store.recover(${JSON.stringify(CLAUDE)}).catch((e) => console.log(e.name, e.message));`,
      [here.root],
    );
    expect(stdout).toMatch(/^UserError Could not write .*corrupt-.*: permission denied/);
  });
});

it("twenty changes at once each see the one before", async () => {
  const here = place();
  await Promise.all(
    Array.from({ length: 20 }, () =>
      here.store.update([CLAUDE], "save", async ([previous]) => {
        const revision = (previous?.state.session?.revision ?? 0) + 1;
        return [
          redacted(
            stateWith({
              agent: "claude",
              session: { id: "s", revision, started_at: "2026-01-05T12:30:00Z" },
            }),
          ),
        ];
      }),
    ),
  );
  expect((await here.store.peek(CLAUDE))?.state.session?.revision).toBe(20);
  expect(readdirSync(join(here.root, ".git/baton/sessions/s"))).toHaveLength(20);
});
