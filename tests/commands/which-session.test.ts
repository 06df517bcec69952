import { describe, expect, it } from "vitest";
import type { SessionSummary } from "../../schema/transcript.ts";
import { newestHere } from "../../scripts/commands/shared/learn.ts";
import { type FoundSession, isHelper, searchSessions } from "../../scripts/commands/shared/sessions.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 12, minute)).toISOString();

function session(id: string, from: number, to: number, given: Partial<SessionSummary> = {}): FoundSession {
  const summary: SessionSummary = {
    agent: "claude",
    id,
    title: id,
    cwd: "/nowhere",
    branch: null,
    startedAt: at(from),
    updatedAt: at(to),
    turns: 1,
    size: 1,
    path: `/x/${id}`,
    generation: "jsonl",
    ...given,
  };
  async function* sessions() {
    yield summary;
  }
  const reader = { places: async () => [], sessions, open: () => Promise.reject(new Error("not opened")) };
  return { agent: { name: summary.agent, label: "Claude Code", stateFile: "x", reader }, summary };
}

describe("a one-shot", () => {
  const work = session("work", 0, 30);
  const oneShot = (from: number, given: Partial<SessionSummary> = {}) =>
    session("one-shot", from, from + 1, { oneShot: true, ...given });

  it.each<[string, FoundSession, FoundSession[], string]>([
    ["that a hook began in the middle of a session is not chosen", oneShot(10), [work], "work"],
    ["that a hook began right after it is not chosen", oneShot(31), [work], "work"],
    ["that began later is the person's own", oneShot(40), [work], "one-shot"],
    [
      "that began before it is the person's own",
      session("one-shot", -5, 40, { oneShot: true }),
      [work],
      "one-shot",
    ],
    [
      "beside another one-shot is the person's own",
      oneShot(10),
      [session("b", 0, 9, { oneShot: true })],
      "one-shot",
    ],
    [
      "beside another agent's session is the person's own",
      oneShot(10, { agent: "codex" }),
      [work],
      "one-shot",
    ],
    ["alone is chosen", oneShot(10), [], "one-shot"],
  ])("%s", async (_, newest, others, chosen) => {
    const found = await newestHere([newest, ...others], "/nowhere", ["/nowhere"]);
    expect(found?.summary.id).toBe(chosen);
  });

  it("is no helper where its time is not known", () => {
    expect(isHelper(session("a", 0, 1, { oneShot: true, startedAt: null }), [work])).toBe(false);
  });
});

it("what does not count is found by those alone who know its id", async () => {
  const empty = session("empty", 0, 1, { aside: "nothing was said" });
  const search = async (withAside: boolean) =>
    (await searchSessions([empty.agent], { home: "/x", env: {} }, { roots: null, withAside })).sessions
      .length;
  expect([await search(false), await search(true)]).toEqual([0, 1]);
});
