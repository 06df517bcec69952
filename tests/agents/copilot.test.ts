import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SessionSummary } from "../../schema/transcript.ts";
import type { FileStamp, SummaryCache } from "../../scripts/agents/adapter.ts";
import { copilotReader } from "../../scripts/agents/copilot/reader.ts";
import { todosOf } from "../../scripts/agents/copilot/todos.ts";
import { EXIT } from "../../scripts/base/errors.ts";
import { collect, fixturesOf, read, readerContract, sessionsOf, tellingOf } from "./contract.ts";

describe("the reader of Copilot CLI", () => readerContract("copilot", copilotReader));

const ID = "0000aaaa-0000-4000-8000-000000000000";
const EVENTS = `session-state/${ID}/events.jsonl`;

/** A home with these files below `.copilot/`. */
async function homeWith(files: Record<string, string>) {
  const home = await realpath(await mkdtemp(join(tmpdir(), "baton-copilot-")));
  onTestFinished(() => rm(home, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, ".copilot", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return { home, env: {} as Record<string, string> };
}

function events({ cwd = "/r", text = "Hello" }: { cwd?: string | null; text?: string } = {}): string {
  const event = (type: string, data: unknown, second: number) =>
    `${JSON.stringify({ type, data, id: `e${second}`, timestamp: `2026-01-05T12:00:0${second}Z`, parentId: null })}\n`;
  const context = cwd === null ? {} : { context: { cwd, branch: "main" } };
  return (
    event("session.start", { sessionId: ID, version: 1, ...context }, 1) +
    event("user.message", { content: text }, 2)
  );
}

describe("the sessions of a repository", () => {
  test("are those whose events name a folder in it", async () => {
    const store = await homeWith({
      [EVENTS]: events({ cwd: "/r/sub" }),
      "session-state/other/events.jsonl": events({ cwd: "/r2" }),
    });
    expect(await sessionsOf(copilotReader, store, ["/r"])).toMatchObject([
      { id: ID, cwd: "/r/sub", turns: 1 },
    ]);
    expect(await sessionsOf(copilotReader, store)).toHaveLength(2);
  });

  test("are those whose description names one, when the events do not", async () => {
    const store = await homeWith({
      [EVENTS]: events({ cwd: null }),
      [`session-state/${ID}/workspace.yaml`]: "cwd: /r\nbranch: topic\nsummary: Say hello\n",
    });
    expect(await sessionsOf(copilotReader, store, ["/r"])).toMatchObject([
      { branch: "topic", title: "Say hello" },
    ]);
  });

  test("are found when the description is torn", async () => {
    const store = await homeWith({
      [EVENTS]: events(),
      [`session-state/${ID}/workspace.yaml`]: 'cwd: "/r\nname: [',
    });
    expect(await sessionsOf(copilotReader, store, ["/r"])).toMatchObject([
      { title: "Hello", branch: "main" },
    ]);
  });

  test("are looked for where COPILOT_HOME says", async () => {
    const { home } = await homeWith({ [EVENTS]: events() });
    const moved = { home: "/nowhere", env: { COPILOT_HOME: join(home, ".copilot") } };
    expect(await sessionsOf(copilotReader, moved, ["/r"])).toMatchObject([{ id: ID }]);
  });
});

test("a listing counts turns as a whole read does", async () => {
  for (const { store, expected } of fixturesOf("copilot")) {
    for (const session of await sessionsOf(copilotReader, store)) {
      const asks = expected.sessions.find(({ id }) => id === session.id)?.asks;
      if (session.turns !== null) expect([session.id, session.turns]).toEqual([session.id, asks?.length]);
    }
  }
});

test("what a listing remembers holds until the events or the description change", async () => {
  const known = new Map<string, [string, SessionSummary | null]>();
  const key = ({ size, mtimeMs }: FileStamp) => `${size} ${mtimeMs}`;
  const cache: SummaryCache = {
    get(path, stamp) {
      const [at, summary] = known.get(path) ?? [];
      return at === key(stamp) ? summary : undefined;
    },
    set: (path, stamp, summary) => void known.set(path, [key(stamp), summary]),
  };
  const description = `session-state/${ID}/workspace.yaml`;
  const store = await homeWith({ [EVENTS]: events(), [description]: "name: One\n" });
  const titles = async () =>
    (await collect(copilotReader.sessions(store, { roots: null, cache }))).map(({ title }) => title);
  expect(await titles()).toEqual(["One"]);
  expect(known.size).toBe(1);
  for (const [at, summary] of known.values())
    if (summary !== null)
      known.set(join(store.home, ".copilot", EVENTS), [at, { ...summary, title: "Remembered" }]);
  expect(await titles()).toEqual(["Remembered"]);
  await writeFile(join(store.home, ".copilot", description), "name: Two\n");
  await utimes(join(store.home, ".copilot", description), 2e9, 2e9);
  expect(await titles()).toEqual(["Two"]);
});

describe("a session that is one JSON document", () => {
  const timeline = [
    { id: "t1", timestamp: "2025-10-08T21:10:16.398Z", type: "user", text: "List them" },
    { id: "t2", timestamp: "2025-10-08T21:10:17.000Z", type: "copilot", text: "I list." },
    { id: "t3", type: "tool_call_requested", callId: "c1", name: "bash" },
    {
      id: "t4",
      timestamp: "2025-10-08T21:10:18.000Z",
      type: "tool_call_completed",
      callId: "c1",
      name: "bash",
      arguments: { command: "ls" },
      result: { type: "success", log: "a.txt" },
    },
    { id: "t5", type: "hologram" },
    { id: "t6", timestamp: "2025-10-08T21:10:19.000Z", type: "error", text: "Error: 429 Too Many Requests" },
  ];
  const chatMessages = [
    { role: "system", content: "You are" },
    { role: "user", content: "List them" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c1", function: { name: "bash", arguments: '{"command":"ls"}' } }],
    },
    { role: "tool", tool_call_id: "c1", content: "a.txt" },
    { role: "assistant", content: "One file" },
  ];
  const document = { sessionId: ID, startTime: "2025-10-08T21:10:16.398Z" };

  test.each([
    [
      "what was shown",
      { ...document, timeline, chatMessages },
      {
        asks: ["List them"],
        replies: ["I list."],
        tools: ["bash"],
        results: ["a.txt"],
        end: "rate-limit",
        skipped: { 'unknown type "hologram"': 1 },
      },
    ],
    [
      "what was sent, where nothing else is",
      { ...document, chatMessages },
      {
        asks: ["List them"],
        replies: ["One file"],
        tools: ["bash"],
        results: ["a.txt"],
        end: "complete",
        skipped: {},
      },
    ],
  ])("tells %s", async (_, content, telling) => {
    for (const path of [`history-session-state/session_${ID}_1.json`, `session-state/${ID}.json`]) {
      const store = await homeWith({ [path]: JSON.stringify(content, null, 2) });
      const [session] = await sessionsOf(copilotReader, store);
      if (session === undefined) throw new Error("not listed");
      expect(session).toMatchObject({ id: ID, title: "List them", cwd: null, generation: "json" });
      expect(tellingOf(await read(copilotReader, store, session))).toMatchObject(telling);
    }
  });

  test("is told about, since it does not say which repository it is of", async () => {
    const store = await homeWith({
      "history-session-state/session_1.json": JSON.stringify({ ...document, timeline }),
    });
    expect(await sessionsOf(copilotReader, store, ["/r"])).toEqual([]);
    const places = await copilotReader.places(store);
    expect(places.find(({ generation }) => generation === "json")?.note).toContain("--all");
  });

  test("keeps the records before the place where it is torn", async () => {
    const whole = JSON.stringify({ ...document, timeline });
    const store = await homeWith({ "session-state/x.json": whole.slice(0, whole.indexOf('"log"')) });
    const [session] = await sessionsOf(copilotReader, store);
    if (session === undefined) throw new Error("not listed");
    expect(tellingOf(await read(copilotReader, store, session))).toMatchObject({
      asks: ["List them"],
      replies: ["I list."],
      tools: [],
      skipped: { torn: 1 },
    });
  });
});

describe("a form that is not known", () => {
  test.each([
    ["events of unknown types only", EVENTS, '{"type":"turn","data":{}}\n', /turn/],
    ["a file that is no JSON", EVENTS, "SQLite format 3\0", /SQLite format 3/],
    ["a document without a conversation", "session-state/x.json", '{"threads":[]}', /threads/],
  ])("is refused with what was seen: %s", async (_, name, content, seen) => {
    const store = await homeWith({ [name]: content });
    const path = join(store.home, ".copilot", name);
    const session = { ...(await sessionsOf(copilotReader, await homeWith({ [EVENTS]: events() })))[0], path };
    await expect(copilotReader.open(store, session as SessionSummary)).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringMatching(seen),
      details: { path },
    });
  });

  test("is refused rather than taken for no session, when nothing else is there", async () => {
    const store = await homeWith({ [EVENTS]: '{"type":"turn","data":{}}\n' });
    await expect(sessionsOf(copilotReader, store, ["/r"])).rejects.toMatchObject({
      code: EXIT.unknownFormat,
    });
    expect(await sessionsOf(copilotReader, store)).toMatchObject([{ generation: "unknown" }]);
  });

  test("of the whole folder is refused, and told", async () => {
    const store = await homeWith({ [`session-state/${ID}/events.sqlite`]: "x" });
    await expect(sessionsOf(copilotReader, store, ["/r"])).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringContaining("events.sqlite"),
    });
    expect(await copilotReader.places(store)).toMatchObject([{ generation: "unknown" }, { found: false }]);
  });

  test("is not what a session is that was removed meanwhile", async () => {
    const store = await homeWith({ [EVENTS]: events() });
    const [session] = await sessionsOf(copilotReader, store);
    if (session === undefined) throw new Error("not listed");
    await rm(session.path);
    await expect(copilotReader.open(store, session)).rejects.toMatchObject({ code: EXIT.notFound });
  });
});

test("the todo tool's checklist is told apart from other lines", () => {
  expect(todosOf("# Plan\n- [X] One\n  * [ ] Two\n- [>] Three\n- four\n")).toEqual([
    { text: "One", status: "completed" },
    { text: "Two", status: "pending" },
    { text: "Three", status: "in_progress" },
  ]);
  expect(
    todosOf([{ title: "A", status: "done" }, { title: "B", status: "blocked" }, { status: "done" }, null]),
  ).toEqual([
    { text: "A", status: "completed" },
    { text: "B", status: "pending" },
  ]);
});
