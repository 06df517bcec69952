import { describe, expect, it } from "vitest";
import type { FileChange, GitFacts } from "../../schema/git-facts.ts";
import type { OwnWork } from "../../schema/own-work.ts";
import type { Learned, Said } from "../../schema/said.ts";
import { type SessionState, SessionStateSchema } from "../../schema/session-state.ts";
import { targetState } from "../../scripts/commands/handoff/target-state.ts";
import { compose, type Ingredients } from "../../scripts/state/compose.ts";
import { workBefore, workElsewhere } from "../../scripts/state/session-files.ts";
import { stateWith } from "../support/states.ts";

const HEAD = "a".repeat(40);
const OTHER = "b".repeat(40);

const FACTS: GitFacts = {
  root: "/repo",
  branch: "main",
  head: HEAD,
  shortHead: "aaaaaaa",
  upstream: null,
  ahead: null,
  behind: null,
  operation: null,
  worktree: null,
  shallow: false,
  stashes: 0,
  changes: [],
};

const NOTHING_LEARNED: Learned = {
  description: null,
  status: null,
  asked: { listed: [], total: 0, imported: 0, hasAnswer: false },
  nextSteps: null,
  stepsFrom: null,
  askedSinceSteps: 0,
  stepsAt: null,
  completedSteps: [],
  timeSpent: null,
  startedAt: null,
  activeAt: null,
  model: null,
  provider: null,
  tokens: null,
  agentSessionId: null,
  continues: [],
  filesTouched: [],
  filesRead: [],
  tried: [],
  notes: [],
  cutOff: null,
  limit: null,
};

const learned = (given: Partial<Learned>): Learned => ({ ...NOTHING_LEARNED, ...given });

function change(path: string, kind: FileChange["kind"], given: Partial<FileChange> = {}): FileChange {
  return {
    path,
    kind,
    staged: false,
    unstaged: true,
    untracked: false,
    submodule: false,
    escaped: false,
    ...given,
  };
}

/** What a session did that has no commits of its own. */
function worked(changes: readonly FileChange[], given: Partial<OwnWork> = {}): OwnWork {
  return {
    base: HEAD,
    baseAt: "2026-01-05T12:00:00.000Z",
    branch: "main",
    commits: { listed: [], total: 0 },
    files: new Map(changes.map(({ path, kind }) => [path, kind])),
    unknown: null,
    ...given,
  };
}

function composed(given: Partial<Ingredients> = {}): SessionState {
  const state = compose({
    agent: "claude",
    now: new Date("2026-01-05T12:30:00.900Z"),
    newSessionId: "new-id",
    previous: null,
    isNewTask: false,
    facts: FACTS,
    work: worked(given.facts?.changes ?? []),
    fingerprints: {},
    said: {},
    learned: null,
    configuredProvider: null,
    github: null,
    ...given,
  });
  expect(SessionStateSchema.safeParse(state).error).toBeUndefined();
  return state;
}

const MEASURED = {
  "context.files_modified": "git",
  "context.files_created": "git",
  "context.files_deleted": "git",
};

/** What a first save of the given kind leaves for the second one. */
const saved = (given: Partial<Ingredients> = {}) => composed({ newSessionId: "first-id", ...given });

describe("a first state", () => {
  it("says what is known, and invents nothing", () => {
    expect(composed()).toEqual({
      version: "2.0",
      timestamp: "2026-01-05T12:30:00Z",
      agent: "claude",
      provider: "unknown",
      task: { status: "in_progress" },
      context: { files_modified: [], files_created: [], files_deleted: [], next_steps: [] },
      git: {
        branch: "main",
        uncommitted_changes: false,
        staged_files: [],
        last_commit: "aaaaaaa",
        issues: [],
        prs: [],
        commits: [],
        head: HEAD,
        upstream: null,
        ahead: null,
        behind: null,
        operation: null,
        worktree: null,
        fingerprints: {},
      },
      validation: { typescript: "not_run", eslint: "not_run", tests: "not_run", strict_rules: "not_run" },
      session: {
        id: "new-id",
        revision: 1,
        started_at: "2026-01-05T12:30:00Z",
        base_head: HEAD,
        base_at: "2026-01-05T12:00:00Z",
        state: "active",
      },
      provenance: { ...MEASURED, "task.status": "default", "session.started_at": "default" },
    });
  });

  it("begins when the agent's own session did, where that is known", () => {
    const startedAt = "2026-01-05T11:00:00.000Z";
    expect(composed({ learned: learned({ startedAt }) }).session?.started_at).toBe(startedAt);
  });
});

describe("which source wins", () => {
  const PREVIOUS = saved({
    said: { priority: "low", estimate: "1 hour" },
    learned: learned({
      description: "previous",
      status: "blocked",
      nextSteps: ["previous"],
      timeSpent: "10 minutes",
      provider: "previous",
    }),
  });
  const LEARNED = learned({
    description: "learned",
    status: "completed",
    nextSteps: ["learned"],
    timeSpent: "20 minutes",
    provider: "learned",
  });
  const SAID: Said = {
    task: "said",
    status: "pending",
    priority: "high",
    estimate: "2 hours",
    spent: "30 minutes",
    next: ["said"],
    provider: "said",
  };

  type Field = (state: SessionState) => unknown;
  it.each<[string, Field, Partial<Ingredients>[], unknown[]]>([
    [
      "task.description",
      (s) => s.task.description,
      [
        { said: SAID, learned: LEARNED, previous: PREVIOUS },
        { learned: LEARNED, previous: PREVIOUS },
        { previous: PREVIOUS },
        {},
      ],
      ["said", "learned", "previous", undefined],
    ],
    [
      "task.status",
      (s) => s.task.status,
      [
        { said: SAID, learned: LEARNED, previous: PREVIOUS },
        { learned: LEARNED, previous: PREVIOUS },
        { previous: PREVIOUS },
        {},
      ],
      ["pending", "completed", "blocked", "in_progress"],
    ],
    [
      "task.priority",
      (s) => s.task.priority,
      [{ said: SAID, previous: PREVIOUS }, { previous: PREVIOUS }, {}],
      ["high", "low", undefined],
    ],
    [
      "task.estimated_time",
      (s) => s.task.estimated_time,
      [{ said: SAID, previous: PREVIOUS }, { previous: PREVIOUS }, {}],
      ["2 hours", "1 hour", undefined],
    ],
    [
      "task.time_spent",
      (s) => s.task.time_spent,
      [
        { said: SAID, learned: LEARNED, previous: PREVIOUS },
        { learned: LEARNED, previous: PREVIOUS },
        { previous: PREVIOUS },
        {},
      ],
      ["30 minutes", "20 minutes", "10 minutes", undefined],
    ],
    [
      "context.next_steps",
      (s) => s.context.next_steps,
      [
        { said: SAID, learned: LEARNED, previous: PREVIOUS },
        { learned: LEARNED, previous: PREVIOUS },
        { previous: PREVIOUS },
        {},
      ],
      [["said"], ["learned"], ["previous"], []],
    ],
    [
      "provider",
      (s) => s.provider,
      [
        { said: SAID, learned: LEARNED, configuredProvider: "config", previous: PREVIOUS },
        { learned: LEARNED, configuredProvider: "config", previous: PREVIOUS },
        { configuredProvider: "config", previous: PREVIOUS },
        { previous: PREVIOUS },
        {},
      ],
      ["said", "learned", "config", "previous", "unknown"],
    ],
  ])("for %s", (_, field, given, expected) => {
    expect(given.map((ingredients) => field(composed(ingredients)))).toEqual(expected);
  });

  it("is recorded beside the state", () => {
    expect(composed({ said: { task: "x" }, learned: LEARNED, previous: PREVIOUS }).provenance).toEqual({
      "task.description": "flag",
      "task.status": "transcript",
      "task.priority": "previous",
      "task.estimated_time": "previous",
      "task.time_spent": "transcript",
      "context.next_steps": "transcript",
      provider: "transcript",
      ...MEASURED,
      "session.started_at": "previous",
    });
  });

  it("keeps what the person said until the agent goes on, however often it is saved meanwhile", () => {
    const NOON = "2026-01-05T12:30:00.900Z";
    const told = (at: string) =>
      learned({
        ...{ agentSessionId: "s1", description: "title", status: "in_progress", timeSpent: "5 minutes" },
        ...{ nextSteps: ["told"], stepsAt: at, activeAt: at },
      });
    const said: Said = { task: "mine", status: "blocked", spent: "45 minutes", next: ["said"] };
    const seen = ({ task, context }: SessionState) => [
      task.description,
      task.status,
      task.time_spent,
      context.next_steps,
    ];
    let previous = saved({ said, learned: told("2026-01-05T12:00:00Z"), now: new Date(NOON) });
    for (const minute of ["31", "32", "33"]) {
      const now = new Date(`2026-01-05T12:${minute}:00Z`);
      previous = composed({ previous, now, learned: told("2026-01-05T12:00:00Z") });
      expect(seen(previous)).toEqual(["mine", "blocked", "45 minutes", ["said"]]);
    }
    const later = composed({ previous, learned: told("2026-01-05T12:40:00Z") });
    expect(seen(later)).toEqual(["mine", "in_progress", "5 minutes", ["told"]]);
    expect(seen(composed({ previous: later, learned: told("2026-01-05T12:00:00Z") }))).toEqual(seen(later));
  });

  it("is recorded for all that only the agent's own record tells", () => {
    const told = learned({
      completedSteps: ["done"],
      filesRead: ["a.ts"],
      tried: [{ what: "make" }],
      model: "m",
      tokens: { input: 1, output: 1, total: 2 },
      startedAt: "2026-01-05T11:00:00.000Z",
    });
    const first = saved({ learned: told });
    const fields = ["context.completed_steps", "context.files_read", "context.tried", "session.model"];
    for (const field of [...fields, "session.tokens"]) {
      expect([field, first.provenance?.[field]]).toEqual([field, "transcript"]);
      expect([field, composed({ previous: first }).provenance?.[field]]).toEqual([field, "previous"]);
    }
  });

  it("keeps what the person once said about the task over a title that the agent makes later", () => {
    const previous = saved({ said: { task: "said once" }, learned: learned({ agentSessionId: "s1" }) });
    expect(
      composed({ previous, learned: learned({ description: "title", agentSessionId: "s1" }) }).task
        .description,
    ).toBe("said once");
    // Another conversation that belongs to the same session, such as a resumed one.
    expect(
      composed({ previous, learned: learned({ description: "title", agentSessionId: "s2" }) }).task
        .description,
    ).toBe("said once");
  });

  it("does not take a previous provider that nobody knew", () => {
    const state = composed({ previous: saved() });
    expect(state.provider).toBe("unknown");
    expect(state.provenance?.provider).toBeUndefined();
  });
});

describe("saving again", () => {
  it("keeps the session and what was said, and counts on", () => {
    const previous = saved({ said: { task: "task", next: ["one"], notes: ["note"], priority: "critical" } });
    const state = composed({
      previous,
      facts: { ...FACTS, branch: "feat/x", head: OTHER, shortHead: "bbbbbbb" },
    });
    expect(state).toMatchObject({
      task: { description: "task", priority: "critical" },
      context: { next_steps: ["one"], notes: ["note"] },
      git: { branch: "feat/x", head: OTHER, last_commit: "bbbbbbb" },
      session: { id: "first-id", revision: 2, base_head: HEAD },
    });
  });

  it("keeps keys that nobody here knows", () => {
    const previous = stateWith({
      ticket: 7,
      task: { mood: "good" },
      git: { tag: "v1" },
      context: { ideas: ["x"] },
    });
    expect(composed({ previous })).toMatchObject({
      ticket: 7,
      task: { mood: "good" },
      git: { tag: "v1" },
      context: { ideas: ["x"] },
    });
  });

  it("adds notes, each once", () => {
    const previous = saved({ said: { notes: ["a", "b"] } });
    expect(composed({ previous, said: { notes: ["b", "c"] } }).context.notes).toEqual(["a", "b", "c"]);
  });

  it("tells the notes of the transcript anew each time it is read, and keeps the others", () => {
    const first = saved({ said: { notes: ["mine"] }, learned: learned({ notes: ["cut off at 12:00"] }) });
    expect(first.context.notes).toEqual(["cut off at 12:00", "mine"]);
    const second = composed({ previous: first, learned: learned({ notes: ["cut off at 13:00"] }) });
    expect(second.context.notes).toEqual(["mine", "cut off at 13:00"]);
    expect(composed({ previous: second }).context.notes).toEqual(["mine", "cut off at 13:00"]);
    const only = saved({ learned: learned({ notes: ["cut off"] }) });
    expect(composed({ previous: only, learned: NOTHING_LEARNED }).context.notes).toBeUndefined();
  });

  it("tells no step again that the agent has done since, nor one that it no longer speaks of", () => {
    const told = (nextSteps: string[] | null, agentSessionId = "s1") =>
      learned({ nextSteps, agentSessionId, stepsFrom: nextSteps === null ? null : "stated_plan" });
    const previous = saved({ learned: told(["a", "b"]) });
    expect(previous.context.notes).toEqual([expect.stringMatching(/quoted from the plan/)]);
    const steps = (given: Learned) => composed({ previous, learned: given }).context.next_steps;
    expect(steps(learned({ nextSteps: [], completedSteps: ["a", "b"], agentSessionId: "s1" }))).toEqual([]);
    expect(steps(told(null))).toEqual([]);
    // Another session knows nothing of them; that is no news.
    expect(steps(told(null, "s2"))).toEqual(["a", "b"]);
  });

  it("says that steps are quoted only where they are", () => {
    const state = composed({
      said: { next: ["said"] },
      learned: learned({ nextSteps: ["a"], stepsFrom: "stated_plan" }),
    });
    expect(state.context).toMatchObject({ next_steps: ["said"] });
    expect(state.context.notes).toBeUndefined();
  });

  it("drops a list of next steps only for another one", () => {
    const previous = saved({ said: { next: ["a", "b"] } });
    expect(composed({ previous, learned: NOTHING_LEARNED }).context.next_steps).toEqual(["a", "b"]);
    expect(composed({ previous, said: { next: ["c"] } }).context.next_steps).toEqual(["c"]);
  });

  it("names a stash of a handoff no longer", () => {
    const previous = stateWith({ git: { stash: { oid: OTHER, message: "m", restore: "git stash pop" } } });
    expect(composed({ previous }).git.stash).toBeUndefined();
  });

  it("adds the time of this agent to what the task took before it was handed over", () => {
    const previous = stateWith({
      lineage: {
        kind: "handoff",
        source_session_id: "s",
        source_agent: "codex",
        source_timestamp: "t",
        imported_at: "t",
        time_spent: "45 minutes",
      },
    });
    expect(composed({ previous, learned: learned({ timeSpent: "30 minutes" }) }).task.time_spent).toBe(
      "1h 15m",
    );
  });
});

describe("a new task", () => {
  it("carries nothing over but the provider", () => {
    const previous = saved({
      said: { task: "old", next: ["old"], notes: ["old"], priority: "low", provider: "groq" },
    });
    const state = composed({
      previous: { ...previous, escalation: { reason: "x", attempts: 2, at: "t" }, ticket: 7 },
      isNewTask: true,
      facts: { ...FACTS, head: OTHER },
      work: worked([], { base: OTHER }),
    });
    expect(state).toEqual(
      expect.objectContaining({
        task: { status: "in_progress" },
        provider: "groq",
        session: expect.objectContaining({ id: "new-id", revision: 1, base_head: OTHER }),
      }),
    );
    expect(state.escalation).toBeUndefined();
    expect(state.ticket).toBeUndefined();
    expect(state.context.notes).toBeUndefined();
  });
});

describe("the files of a session", () => {
  const files = (given: Partial<Ingredients>) => {
    const { files_modified, files_created, files_deleted } = composed(given).context;
    return { files_modified, files_created, files_deleted };
  };

  it("are those that were measured, with conflicts as modified ones", () => {
    const kinds = new Map<string, FileChange["kind"]>([
      ["m", "modified"],
      ["c", "created"],
      ["d", "deleted"],
      ["u", "conflicted"],
    ]);
    expect(files({ work: worked([], { files: kinds }) })).toEqual({
      files_modified: ["m", "u"],
      files_created: ["c"],
      files_deleted: ["d"],
    });
  });

  it("are sorted, and bounded with their true number", () => {
    const changes = Array.from({ length: 10_000 }, (_, i) =>
      change(`f${String(9999 - i).padStart(5, "0")}`, "modified", { staged: true }),
    );
    const state = composed({ facts: { ...FACTS, changes }, fingerprints: { f00000: "x" } });
    expect(state.context.files_modified).toHaveLength(200);
    expect(state.context.files_modified.slice(0, 2)).toEqual(["f00000", "f00001"]);
    expect(state.git.staged_files).toHaveLength(200);
    expect(state.truncated).toEqual({
      "context.files_modified": 10_000,
      "git.staged_files": 10_000,
      "git.fingerprints": 10_000,
    });
  });

  it("that the agent touched are only those that changed", () => {
    const changes = [change("a", "modified"), change("b", "modified")];
    const state = composed({
      facts: { ...FACTS, changes },
      fingerprints: { a: "1", b: "2" },
      learned: learned({ filesTouched: ["a", "reverted"], filesRead: ["r"] }),
    });
    expect(state.context).toMatchObject({ files_touched: ["a"], files_read: ["r"] });
    const later = composed({ previous: state, learned: NOTHING_LEARNED });
    expect(later.context.files_touched).toBeUndefined();
  });
});

describe("the commits of a session", () => {
  const commit = (n: number) => ({
    oid: `${n}`.repeat(40),
    shortOid: `${n}`,
    subject: `work ${n}`,
    time: "t",
  });

  it("are listed, with their true number", () => {
    const work = worked([], { commits: { listed: [commit(2), commit(1)], total: 70 } });
    const state = composed({ work });
    expect(state.git.commits).toEqual([
      { oid: "2".repeat(40), subject: "work 2" },
      { oid: "1".repeat(40), subject: "work 1" },
    ]);
    expect(state.truncated).toEqual({ "git.commits": 70 });
    expect(composed({ previous: state }).git.commits).toEqual([]);
  });

  it("are left out with the reason when they are not known", () => {
    const known = composed({ work: worked([], { commits: { listed: [commit(1)], total: 1 } }) });
    const { git } = composed({ previous: known, work: worked([], { commits: null, unknown: "why" }) });
    expect(git.commits).toBeUndefined();
    expect(git.commits_unknown).toBe("why");
    expect(composed({ previous: stateWith({ git }) }).git.commits_unknown).toBeUndefined();
  });

  it("may be on another branch than the one that is checked out", () => {
    const state = composed({ work: worked([], { branch: "feat/x" }) });
    expect([state.git.branch, state.session?.branch, workElsewhere(state)]).toEqual([
      "main",
      "feat/x",
      { branch: "feat/x" },
    ]);
    expect(workBefore(state)).toMatchObject({ branch: "feat/x", base: HEAD });
    const back = composed({ previous: state });
    expect([back.session?.branch, workElsewhere(back)]).toEqual([undefined, null]);
  });
});

describe("where a session began", () => {
  it.each<[string, SessionState, string | null | undefined]>([
    [
      "where it says itself",
      stateWith({ session: { id: "s", revision: 1, started_at: "t", base_head: OTHER } }),
      OTHER,
    ],
    [
      "before the first commit",
      stateWith({ session: { id: "s", revision: 1, started_at: "t", base_head: null } }),
      null,
    ],
    ["at the head that an older writer recorded", stateWith({ git: { head: OTHER } }), OTHER],
    ["at the abbreviated commit of the first writers", stateWith(), "abc123"],
    [
      "nobody knows, when an older writer knew no commit",
      stateWith({ git: { last_commit: null } }),
      undefined,
    ],
  ])("%s", (_, previous, expected) => {
    expect(workBefore(previous).base).toBe(expected);
  });
});

describe("checks that were run before", () => {
  const CHECKED = {
    ...saved({ fingerprints: { a: "1" }, facts: { ...FACTS, changes: [change("a", "modified")] } }),
    validation: {
      typescript: "pass",
      eslint: "fail",
      tests: "skipped",
      strict_rules: "not_run",
      custom: "pass",
    },
  } as SessionState;
  const now = (given: Partial<Ingredients>) =>
    composed({
      previous: CHECKED,
      fingerprints: { a: "1" },
      facts: { ...FACTS, changes: [change("a", "modified")] },
      ...given,
    }).validation;

  it("stand while the files are the same", () => {
    expect(now({})).toEqual(CHECKED.validation);
  });

  const STALE = {
    typescript: "stale",
    eslint: "stale",
    tests: "skipped",
    strict_rules: "not_run",
    custom: "stale",
  };
  it.each<[string, Partial<Ingredients>]>([
    ["a file's content changed", { fingerprints: { a: "2" } }],
    [
      "a file more changed",
      {
        fingerprints: { a: "1", b: "1" },
        facts: { ...FACTS, changes: [change("a", "modified"), change("b", "modified")] },
      },
    ],
    ["a file went back to what it was", { fingerprints: {}, facts: FACTS }],
    ["HEAD moved", { facts: { ...FACTS, head: OTHER, changes: [change("a", "modified")] } }],
    [
      "more files changed than are compared",
      { facts: { ...FACTS, changes: [change("a", "modified"), change("b", "modified")] } },
    ],
  ])("are stale as soon as %s", (_, given) => {
    expect(now(given)).toEqual(STALE);
  });

  it("of an older writer, who left no marks of the files, are stale", () => {
    expect(composed({ previous: stateWith() }).validation).toMatchObject({
      typescript: "stale",
      tests: "not_run",
      strict_rules: "pending",
    });
  });

  it("do not count for a new task", () => {
    expect(now({ isNewTask: true })).toMatchObject({ typescript: "not_run", eslint: "not_run" });
  });
});

it("takes issues and pull requests from GitHub, else keeps those it knew", () => {
  const github = { issues: ["#1"], prs: ["#2"], details: { source: "api" } };
  const state = saved({ github });
  expect(state.git).toMatchObject({ issues: ["#1"], prs: ["#2"] });
  expect(composed({ previous: state }).git).toMatchObject({ issues: ["#1"], prs: ["#2"] });
  expect(composed({ previous: state, github: { ...github, issues: [] } }).git.issues).toEqual([]);
});

describe("what the person asked", () => {
  type Items = [text: string, session: string, minute?: number][];
  const items = (...asked: Items) =>
    asked.map(([text, session, minute]) => ({
      text,
      session,
      ...(minute === undefined ? {} : { at: new Date(Date.UTC(2026, 0, 5, 12, minute)).toISOString() }),
    }));
  const read = (id: string, ...asked: Items) =>
    learned({
      agentSessionId: id,
      asked: {
        listed: items(...asked),
        total: asked.length,
        imported: asked.filter(([, session]) => session !== id).length,
        hasAnswer: true,
      },
    });
  const texts = (state: SessionState) => state.context.asked?.map(({ text }) => text);
  /** As a handoff leaves it for the next agent. */
  const handedOver = (source: SessionState, agentSessionId: string | null = null) =>
    targetState({
      source,
      agent: "codex",
      provider: "unknown",
      newSessionId: "next",
      reason: null,
      why: null,
      putAway: null,
      agentSessionId,
      now: new Date("2026-01-05T13:00:00Z"),
    });

  const first = saved({ learned: read("A", ["Build it", "A", 1], ["Leave x alone", "A", 2]) });

  it("comes from the session, and stays where none is read", () => {
    expect(texts(first)).toEqual(["Build it", "Leave x alone"]);
    expect(first.provenance).toMatchObject({ "context.asked": "transcript" });
    const kept = composed({ previous: first });
    expect(texts(kept)).toEqual(texts(first));
    expect(kept.provenance).toMatchObject({ "context.asked": "previous" });
  });

  it("is told anew by each reading of the same session", () => {
    const again = read("A", ["Build it", "A", 1], ["Leave x alone", "A", 2], ["Add y", "A", 3]);
    expect(texts(composed({ previous: first, learned: again }))).toEqual([
      "Build it",
      "Leave x alone",
      "Add y",
    ]);
  });

  it("goes on after a handoff, however often that is saved", () => {
    const target = handedOver(first);
    expect(texts(target)).toEqual(texts(first));
    expect(target.lineage).toMatchObject({ source_agent_session_id: "A" });
    const begun = composed({ previous: target, learned: learned({ agentSessionId: "B" }) });
    expect(texts(begun)).toEqual(texts(first));
    const own = read("B", ["Add y", "B", 9]);
    const second = composed({ previous: begun, learned: own });
    expect(texts(second)).toEqual(["Build it", "Leave x alone", "Add y"]);
    expect(texts(composed({ previous: second, learned: own }))).toEqual(texts(second));
    const back = composed({ previous: handedOver(second), learned: read("C", ["And z", "C", 20]) });
    expect(texts(back)).toEqual(["Build it", "Leave x alone", "Add y", "And z"]);
  });

  it("is told once where the conversation itself was carried over", () => {
    const carried = read("B", ["Build it", "A", 1], ["Leave x alone", "A", 2], ["Add y", "B", 9]);
    const target = composed({ previous: handedOver(first, "B"), learned: carried });
    expect(texts(target)).toEqual(["Build it", "Leave x alone", "Add y"]);
    expect(texts(composed({ previous: target, learned: carried }))).toEqual(texts(target));
    // Carried over by hand: there is no state that knows of it.
    const alone = saved({ learned: carried });
    expect(texts(alone)).toEqual(["Build it", "Leave x alone", "Add y"]);
    expect(texts(composed({ previous: alone, learned: carried }))).toEqual(texts(alone));
  });

  it("is told once where the client itself goes on under another id", () => {
    const forked = read("F", ["Build it", "F", 1], ["Leave x alone", "F", 2], ["Add y", "F", 5]);
    expect(texts(composed({ previous: first, learned: forked }))).toEqual([
      "Build it",
      "Leave x alone",
      "Add y",
    ]);
  });

  it("of another session of the same task comes after the first one's", () => {
    const other = read("B", ["Add y", "B", 9]);
    const second = composed({ previous: first, learned: other });
    expect(texts(second)).toEqual(["Build it", "Leave x alone", "Add y"]);
    expect(texts(composed({ previous: second, learned: other }))).toEqual(texts(second));
  });

  it("is the first and the last ten, with the true number, across handoffs too", () => {
    const many = (id: string, total: number) => {
      const all = Array.from({ length: total }, (_, n) => ({ text: `${id}${n}`, session: id }));
      const listed = [...all.slice(0, 1), ...all.slice(1).slice(-10)];
      return learned({ agentSessionId: id, asked: { listed, total, imported: 0, hasAnswer: true } });
    };
    const source = saved({ learned: many("A", 30) });
    expect(source.truncated).toEqual({ "context.asked": 30 });
    let target = handedOver(source);
    for (const own of [3, 4, 4, 25]) target = composed({ previous: target, learned: many("B", own) });
    expect(target.truncated).toEqual({ "context.asked": 55 });
    expect(texts(target)).toEqual(["A0", ...Array.from({ length: 10 }, (_, n) => `B${n + 15}`)]);
    const few = composed({ previous: handedOver(source), learned: many("B", 3) });
    expect(texts(few)).toEqual(["A0", ...[23, 24, 25, 26, 27, 28, 29].map((n) => `A${n}`), "B0", "B1", "B2"]);
  });

  it("is counted since the steps were recorded, also where those come from before a handoff", () => {
    const listed: Partial<Learned> = { nextSteps: ["b"], stepsFrom: "todo_list", askedSinceSteps: 1 };
    const source = saved({ learned: { ...read("A", ["Build it", "A", 1]), ...listed } });
    expect(source.context).toMatchObject({ steps_from: "todo_list", asked_since_steps: 1 });
    const begun = composed({ previous: handedOver(source), learned: learned({ agentSessionId: "B" }) });
    expect(begun.context).toMatchObject({ next_steps: ["b"], asked_since_steps: 1 });
    const own = read("B", ["Add y", "B", 9], ["continue", "B", 10]);
    const asked = composed({ previous: begun, learned: own });
    expect(asked.context).toMatchObject({ next_steps: ["b"], steps_from: "todo_list", asked_since_steps: 2 });
    expect(composed({ previous: asked, learned: own }).context.asked_since_steps).toBe(2);
    const said = composed({ previous: asked, learned: own, said: { next: ["c"] } });
    expect(said.context).not.toHaveProperty("asked_since_steps");
    expect(said.context).not.toHaveProperty("steps_from");
  });

  it("that had no answer has one, once the next agent has said anything", () => {
    const open = { text: "Build it", session: "A", unanswered: true };
    const asked = { listed: [open], total: 1, imported: 0, hasAnswer: false };
    const target = handedOver(saved({ learned: learned({ agentSessionId: "A", asked }) }));
    const later = (hasAnswer: boolean) =>
      composed({
        previous: target,
        learned: learned({ agentSessionId: "B", asked: { listed: [], total: 0, imported: 0, hasAnswer } }),
      }).context.asked;
    expect(later(false)).toEqual([open]);
    expect(later(true)).toEqual([{ text: "Build it", session: "A" }]);
  });

  it("is not carried over to a new task", () => {
    expect(composed({ previous: first, isNewTask: true }).context).not.toHaveProperty("asked");
  });
});
