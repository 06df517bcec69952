import { describe, expect, it } from "vitest";
import type { Learned } from "../../schema/said.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { chooseSession, type SessionQuestion } from "../../scripts/state/session-choice.ts";
import { stateWith } from "../support/states.ts";

const session = (id: string, own: Partial<NonNullable<SessionState["session"]>> = {}) => ({
  id,
  revision: 1,
  started_at: "2026-01-05T12:00:00Z",
  ...own,
});

/** A state of the session `id`, measured from the agent's own session `conversation`, on `branch`. */
const state = (id: string, conversation?: string, branch: string | null = "main", more = {}) =>
  stateWith({
    agent: "claude",
    git: { branch },
    session: session(id, conversation === undefined ? {} : { agent_session_id: conversation }),
    ...more,
  });

const read = (agentSessionId: string, given: Partial<Learned> = {}) =>
  ({
    agentSessionId,
    continues: [],
    activeAt: "2026-01-05T13:00:00Z",
    ...given,
  }) as Partial<Learned> as Learned;

const ask = (given: Partial<SessionQuestion>) =>
  chooseSession({
    current: null,
    learned: null,
    branch: "main",
    wish: null,
    others: async () => [],
    isBelowHead: async () => false,
    copiesOf: async () => [],
    ...given,
  });

const CURRENT = { kind: "current" };
const NEW = (because: string) => ({ kind: "new", because });
const KEPT = (id: string, because: string) => ({
  kind: "kept",
  because,
  state: expect.objectContaining({ session: expect.objectContaining({ id }) }),
});

const HANDOFF = {
  lineage: {
    kind: "handoff",
    source_session_id: "x",
    source_agent: "codex",
    source_timestamp: "2026-01-05T12:30:00Z",
    imported_at: "2026-01-05T12:30:00Z",
  },
  bootstrap: { status: "pending" },
};

describe("the agent's own record decides", () => {
  const current = state("now", "a");
  const others = async () => [
    state("other", "b"),
    state("done", "d", "main", { task: { status: "completed" } }),
  ];
  it.each<[string, Partial<SessionQuestion>, object]>([
    ["the same conversation", { current, learned: read("a") }, CURRENT],
    ["the same, on another branch", { current, learned: read("a"), branch: "feat/x" }, CURRENT],
    ["another conversation", { current, learned: read("c") }, NEW("conversation")],
    [
      "another conversation on a branch of another session",
      { current, learned: read("c"), others },
      NEW("conversation"),
    ],
    ["one that continues it", { current, learned: read("c", { continues: ["a"] }) }, CURRENT],
    [
      "one that was carried over from it",
      { current, learned: read("c"), copiesOf: async () => ["a"] },
      CURRENT,
    ],
    [
      "one of several that belong to it",
      {
        current: {
          ...current,
          session: session("now", { agent_session_id: "z", agent_sessions: ["a", "z"] }),
        },
        learned: read("a"),
      },
      CURRENT,
    ],
    ["an earlier one comes back", { current, learned: read("b"), others }, KEPT("other", "conversation")],
    [
      "what continues an earlier one brings that back",
      { current, learned: read("c", { continues: ["b"] }), others },
      KEPT("other", "conversation"),
    ],
    [
      "an earlier one comes back although it was done with",
      { current, learned: read("d"), others },
      KEPT("done", "conversation"),
    ],
    [
      "the first one after a handoff",
      { current: state("now", undefined, "main", HANDOFF), learned: read("c") },
      CURRENT,
    ],
    [
      "the first one after a handoff that carried a conversation over",
      { current: state("now", "copy", "main", HANDOFF), learned: read("c") },
      CURRENT,
    ],
    [
      "one of before the handoff",
      {
        current: state("now", "copy", "main", HANDOFF),
        learned: read("c", { activeAt: "2026-01-05T12:00:00Z" }),
      },
      NEW("conversation"),
    ],
    [
      "an earlier one that went on after the handoff",
      { current: state("now", "copy", "main", HANDOFF), learned: read("b"), others },
      KEPT("other", "conversation"),
    ],
    [
      "the second one after a handoff",
      {
        current: state("now", "c", "main", { ...HANDOFF, bootstrap: { status: "completed" } }),
        learned: read("e"),
      },
      NEW("conversation"),
    ],
    [
      "one after a state of no conversation, on its branch",
      { current: state("now"), learned: read("a") },
      CURRENT,
    ],
    [
      "one after a state of no conversation, on another branch",
      { current: state("now"), learned: read("a"), branch: "fix" },
      NEW("branch"),
    ],
  ])("%s", async (_, question, choice) => {
    expect(await ask(question)).toEqual(choice);
  });
});

describe("where nothing is known of a conversation, the branch decides", () => {
  const current = state("now", "a", "feat/x");
  const others = async () => [state("main's", "b", "main"), state("older", undefined, "main")];
  const archived = async () => [
    stateWith({ git: { branch: "main" }, session: session("gone", { state: "archived" }) }),
  ];
  it.each<[string, Partial<SessionQuestion>, object]>([
    ["the same branch", { current, branch: "feat/x" }, CURRENT],
    ["a branch with a session of its own", { current, others }, KEPT("main's", "branch")],
    [
      "a branch that grew out of this one",
      { current, branch: "feat/y", isBelowHead: async () => true },
      CURRENT,
    ],
    ["any other branch", { current }, NEW("branch")],
    ["one whose session was forgotten", { current, others: archived }, NEW("branch")],
    ["a detached HEAD", { current, branch: null }, CURRENT],
    ["a state that names no branch", { current: state("now", "a", null) }, CURRENT],
    ["nothing saved yet", {}, CURRENT],
  ])("%s", async (_, question, choice) => {
    expect(await ask(question)).toEqual(choice);
  });
});

describe("what the person says by hand goes before all", () => {
  const current = state("now", "a");
  it("--new", async () => {
    expect(await ask({ current, learned: read("a"), wish: "new" })).toEqual(NEW("said"));
  });
  it("--same", async () => {
    expect(await ask({ current, learned: read("other"), branch: "x", wish: "same" })).toEqual(CURRENT);
  });
});
