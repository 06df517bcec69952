import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import type { Redacted } from "../../schema/redacted.ts";
import type { Entry, TextEntry } from "../../schema/transcript.ts";
import { agentNamed, knownAgents } from "../../scripts/agents/index.ts";
import { copyOf, fixturesOf, read, sessionsOf } from "../agents/contract.ts";
import { comparable } from "../agents/writers/contract.ts";
import { CLIENTS } from "./support/clients.ts";
import { say } from "./support/script.ts";
import { goOn, listing, type Stage } from "./support/stage.ts";
import type { Chapter } from "./support/story.ts";
import { newWorkplace } from "./support/workplace.ts";

/** Clients whose sessions are written as files of their own. */
const TARGETS = [CLIENTS.claude, CLIENTS.codex, CLIENTS.gemini];
const NEXT: Chapter = { ask: "What comes next?", turns: [say("The README comes next.")] };

/** What must reach the model of the recorded story: its first ask, a reply, a call and its answer, the last turn. */
const TOLD = [
  "Add a greeting to the project and check it",
  "I look at the project first.",
  "cat README.md",
  "# A small project",
  "Now the README",
  "I look at the README.",
];

const agents = knownAgents();

function partsOf(agent: string) {
  const { reader, writer } = agentNamed(agent, agents);
  if (reader === undefined) throw new Error(`${agent} has no reader`);
  return { reader, writer };
}

/** The session of the fixture that tells the whole story. */
async function storyOf(agent: string): Promise<{ session: string; entries: Entry[] }> {
  const { reader } = partsOf(agent);
  const fixture = fixturesOf(agent).find(({ name }) => name !== "made");
  const id = fixture?.expected.sessions.find(({ scene }) => scene === "story")?.id;
  if (fixture === undefined || id === undefined) throw new Error(`${agent} has no story`);
  const store = await copyOf(fixture.store);
  const session = (await sessionsOf(reader, store)).find((candidate) => candidate.id === id);
  if (session === undefined) throw new Error(`${id} is not listed`);
  return { session: id, entries: (await read(reader, store, session)).entries };
}

describe.each(TARGETS)("$package $version", (client) => {
  const { agent } = client;
  const installed = inject("clients")[agent];
  if ("missing" in installed) {
    test.skip(installed.missing);
    return;
  }
  const place = newWorkplace();
  const stage: Stage = { agent, client, program: installed.program, place };
  const store = { home: place.home, env: {} };
  const { reader, writer } = partsOf(agent);

  afterAll(place.remove);

  async function write(source: { agent: string; session: string }, entries: readonly Entry[]) {
    if (writer === undefined) throw new Error(`${agent} has no writer`);
    return writer.write(store, {
      entries: asIs(entries),
      source,
      title: asIs("A greeting"),
      cwd: place.repo,
      branch: "main",
      now: new Date(),
    });
  }

  // `transfer.test.ts` carries a conversation of every other agent over: here one has its own, and one of another kind.
  test.each([agent, "opencode"])("goes on with what %s recorded", async (source) => {
    const { session, entries } = await storyOf(source);
    const { sessionId } = await write({ agent: source, session }, entries);
    const { run } = await goOn(stage, sessionId, NEXT);
    const sent = JSON.stringify(run.requests.filter(({ kind }) => kind === "turn"));
    expect(TOLD.filter((words) => !sent.includes(words))).toEqual([]);
    const listed = await listing(stage);
    if (listed !== null) expect(listed).toContain(sessionId);
  });

  test("knows the session when it is asked, where it can be asked", async () => {
    const { sessionId } = await write({ agent: "elsewhere", session: "s1" }, EVERYTHING);
    const asked = { ...store, env: { PATH: `${dirname(installed.program)}:${process.env.PATH}` } };
    const canBeAsked = agent === "codex";
    expect(await writer?.confirm?.(asked, sessionId, place.repo)).toBe(canBeAsked ? true : null);
    expect(await writer?.confirm?.(asked, randomUUID(), place.repo)).toBe(canBeAsked ? false : null);
    expect(await writer?.confirm?.({ ...store, env: { PATH: "" } }, sessionId, place.repo)).toBeNull();
  });

  test("takes everything that a conversation can hold, and leaves it as it is when it goes on", async () => {
    const { sessionId } = await write({ agent: "elsewhere", session: "s1" }, EVERYTHING);
    const { run } = await goOn(stage, sessionId, NEXT);
    const sent = JSON.stringify(run.requests.find(({ kind }) => kind === "turn")?.body);
    const places = SAID.map((words) => sent.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(ASIDE.filter((words) => !sent.includes(words))).toEqual([]);
    const session = (await sessionsOf(reader, store, [place.repo])).find(({ id }) => id === sessionId);
    if (session === undefined) throw new Error("the session is not listed any more");
    const { entries } = await read(reader, store, session);
    const before = entries.filter(({ origin }) => origin !== undefined);
    expect(comparable(before, true)).toEqual(comparable(EVERYTHING, true));
    const since = entries.filter((entry) => entry.origin === undefined);
    const spoken = since.flatMap((entry) => (entry.type === "text" && !entry.injected ? entry.text : []));
    expect(spoken.slice(-2)).toEqual([NEXT.ask, "The README comes next."]);
  });
});

// Nothing in these tests is a secret.
function asIs<T>(value: T): Redacted<T> {
  return value as Redacted<T>;
}

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let number = 0;

function base() {
  const at = new Date(Date.UTC(2026, 0, 5, 12, 0, number++)).toISOString();
  return { id: `e${number}`, parent: null, at, model: null };
}

function text(role: "user" | "assistant", words: string, more: Partial<TextEntry> = {}): Entry {
  return { ...base(), role, type: "text", text: words, injected: false, ...more };
}

function called(callId: string, tool: string, input: Record<string, unknown>): Entry {
  return { ...base(), role: "assistant", type: "tool_call", callId, tool, input, model: "a-foreign-model-9" };
}

function answered(callId: string, output: string, ok = true): Entry {
  const verdict = { ok, exitCode: ok ? null : 1, interrupted: false };
  return { ...base(), role: "user", type: "tool_result", callId, output, ...verdict };
}

const EVERYTHING: readonly Entry[] = [
  text("user", "A note about this import.", { injected: true }),
  text("user", "Please look at <system-reminder>this</system-reminder>"),
  { ...base(), role: "user", type: "image", mediaType: "image/png", data: PIXEL, source: null },
  { ...base(), role: "assistant", type: "reasoning", text: "I thought about it." },
  text("assistant", "I do two things at once."),
  called("1", "bash", { command: "make first" }),
  called("2", "mystery_tool", { depth: { of: "a riddle" } }),
  answered("1", "first: no rule", false),
  answered("2", "the answer is out there"),
  text("assistant", "One failed."),
  { ...base(), role: "user", type: "compaction", summary: "It all began with a look." },
  called("3", "update_plan", { plan: [{ step: "Mend the rule", status: "in_progress" }] }),
  {
    ...base(),
    role: "assistant",
    type: "todos",
    model: null,
    todos: [{ text: "Mend the rule", status: "in_progress" }],
  },
  answered("3", "Plan updated"),
  { ...base(), role: "system", type: "interruption", cause: "error", text: "The line went dead." },
  text("user", "Go on with the rule"),
  text("assistant", "It is mended."),
];

/** Words of it that must reach the model, in this order. */
const SAID = [
  "A note about this import.",
  "Please look at <system-reminder>this</system-reminder>",
  PIXEL,
  "I thought about it.",
  "I do two things at once.",
  "make first",
  "first: no rule",
  "One failed.",
  "It all began with a look.",
  "Mend the rule",
  "Plan updated",
  "The line went dead.",
  "Go on with the rule",
  "It is mended.",
];

/** The call that ran beside another one, as text: where exactly it stands is for the client to say. */
const ASIDE = ["a riddle", "the answer is out there"];
