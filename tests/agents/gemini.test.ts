import { createHash } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SessionSummary } from "../../schema/transcript.ts";
import { geminiReader } from "../../scripts/agents/gemini/reader.ts";
import { EXIT } from "../../scripts/base/errors.ts";
import { fixturesOf, read, readerContract, sessionsOf, tellingOf } from "./contract.ts";

describe("the reader of Gemini CLI", () => readerContract("gemini", geminiReader));

const ID = "0000aaaa-0000-4000-8000-000000000000";
const OTHER = "0000bbbb-0000-4000-8000-000000000000";
const FILE = "chats/session-2026-01-05T12-00-0000aaaa.jsonl";

const hashOf = (folder: string) => createHash("sha256").update(folder).digest("hex");

/** A home with these files below `.gemini/`. */
async function homeWith(files: Record<string, string>) {
  const home = await realpath(await mkdtemp(join(tmpdir(), "baton-gemini-")));
  onTestFinished(() => rm(home, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, ".gemini", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return { home, env: {} as Record<string, string> };
}

const header = ({ id = ID, folder = "/r", at = "2026-01-05T12:00:00.000Z", ...more } = {}) => ({
  sessionId: id,
  projectHash: hashOf(folder),
  startTime: "2026-01-05T12:00:00.000Z",
  lastUpdated: at,
  kind: "main",
  ...more,
});
const user = (text: string, id = "u1") => ({
  id,
  timestamp: "2026-01-05T12:00:01.000Z",
  type: "user",
  content: [{ text }],
});
const lines = (...records: unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

async function onlySession(store: Awaited<ReturnType<typeof homeWith>>): Promise<SessionSummary> {
  const sessions = await sessionsOf(geminiReader, store);
  const [session] = sessions;
  if (session === undefined || sessions.length > 1) throw new Error(`${sessions.length} sessions`);
  return session;
}

describe("the sessions of a repository", () => {
  test.each([
    ["the mark in the project's folder", { "tmp/repo/.project_root": "/r/sub\n" }, "tmp/repo"],
    ["the register of projects", { "projects.json": '{"projects":{"/r/sub":"repo"}}' }, "tmp/repo"],
    [
      "the hash of a registered folder",
      { "projects.json": '{"projects":{"/r/sub":"repo"}}' },
      `tmp/${hashOf("/r/sub")}`,
    ],
  ])("are known by %s", async (_, files, project) => {
    const store = await homeWith({ ...files, [`${project}/${FILE}`]: lines(header(), user("Hello")) });
    const [session] = await sessionsOf(geminiReader, store, ["/r"]);
    expect(session).toMatchObject({ id: ID, cwd: "/r/sub", title: "Hello", turns: 1 });
    expect(await sessionsOf(geminiReader, store, ["/r/su"])).toEqual([]);
  });

  test("are known by the hash of the repository itself", async () => {
    const store = await homeWith({ [`tmp/${hashOf("/r")}/${FILE}`]: lines(header(), user("Hello")) });
    expect(await sessionsOf(geminiReader, store, ["/x", "/r"])).toMatchObject([{ id: ID, cwd: "/r" }]);
    expect(await sessionsOf(geminiReader, store, ["/x"])).toEqual([]);
    expect(await sessionsOf(geminiReader, store)).toMatchObject([{ id: ID, cwd: null }]);
  });

  test("are known by what the client told the model, when the hash proves it", async () => {
    const told = (folder: string) => ({
      $set: {
        messages: [
          user(`<session_context>\n- **Workspace Directories:**\n  - ${folder}\n</session_context>`, "c"),
        ],
      },
    });
    const folder = `tmp/${hashOf("/r/sub")}`;
    const store = await homeWith({
      [`${folder}/${FILE}`]: lines(header({ folder: "/r/sub" }), told("/r/sub"), user("Hello")),
    });
    expect(await sessionsOf(geminiReader, store, ["/r"])).toMatchObject([{ cwd: "/r/sub" }]);
    const liar = await homeWith({
      [`${folder}/${FILE}`]: lines(header({ folder: "/r/sub" }), told("/r/other"), user("Hello")),
    });
    expect(await sessionsOf(geminiReader, liar, ["/r"])).toEqual([]);
  });

  test("are looked for where GEMINI_CLI_HOME says, which stands for the home folder", async () => {
    const { home } = await homeWith({
      "tmp/repo/.project_root": "/r",
      [`tmp/repo/${FILE}`]: lines(header(), user("Hello")),
    });
    const moved = { home: "/nowhere", env: { GEMINI_CLI_HOME: home } };
    expect(await sessionsOf(geminiReader, moved, ["/r"])).toMatchObject([{ id: ID }]);
  });

  test("are listed once, from the file that was written last", async () => {
    const at = "2026-01-06T12:00:00.000Z";
    const store = await homeWith({
      "tmp/repo/.project_root": "/r",
      [`tmp/repo/${FILE}`]: lines(header({ at }), user("Newer")),
      [`tmp/repo/${FILE.replace(".jsonl", ".json")}`]: JSON.stringify({
        ...header(),
        messages: [user("Older")],
      }),
      [`tmp/repo/${FILE.replace("aaaa", "bbbb")}`]: lines(header({ id: OTHER }), user("Other")),
    });
    expect(await sessionsOf(geminiReader, store)).toMatchObject([
      { id: ID, title: "Newer", updatedAt: at },
      { id: OTHER, title: "Other" },
    ]);
  });
});

test("a listing counts turns as a whole read does", async () => {
  for (const { store, expected } of fixturesOf("gemini")) {
    for (const session of await sessionsOf(geminiReader, store)) {
      const asks = expected.sessions.find(({ id }) => id === session.id)?.asks;
      if (session.turns !== null) expect([session.id, session.turns]).toEqual([session.id, asks?.length]);
    }
  }
});

test("a listing of a long session reads its two ends", async () => {
  const long = Array.from({ length: 400 }, (_, n) => user(`${n} ${"long ".repeat(100)}`, `u${n}`));
  const end = [
    { $set: { summary: "A long session" } },
    { $set: { lastUpdated: "2026-01-07T12:00:00.000Z" } },
  ];
  const store = await homeWith({
    [`tmp/repo/${FILE}`]: lines(header(), user("First", "u"), ...long, ...end),
  });
  expect(await onlySession(store)).toMatchObject({
    title: "A long session",
    updatedAt: "2026-01-07T12:00:00.000Z",
    turns: null,
  });
});

test("a document that is torn keeps the messages before that", async () => {
  const whole = JSON.stringify(
    { ...header(), messages: [user("One", "u1"), user("Two", "u2"), user("Three", "u3")] },
    null,
    2,
  );
  const store = await homeWith({
    [`tmp/repo/${FILE.replace(".jsonl", ".json")}`]: whole.slice(0, whole.indexOf("Three")),
  });
  expect(tellingOf(await read(geminiReader, store, await onlySession(store)))).toMatchObject({
    asks: ["One", "Two"],
    skipped: { torn: 1 },
  });
});

test("a document keeps every whole message, wherever it is cut", async () => {
  const messages = ["One", "Two {[", 'Thr"ee', "Fo\\ur"].map((text, n) =>
    JSON.stringify(user(text, `u${n}`)),
  );
  const start = `${JSON.stringify(header()).slice(0, -1)},"messages":[`;
  const ends = messages.map((_, n) => start.length + messages.slice(0, n + 1).join(",").length);
  const whole = `${start}${messages.join(",")}]}`;
  const known = await onlySession(await homeWith({ [`tmp/repo/${FILE}`]: lines(header(), user("Hello")) }));
  const path = join((await homeWith({ "cut.json": whole })).home, ".gemini/cut.json");
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: start.length, max: whole.length }), async (cut) => {
      await writeFile(path, whole.slice(0, cut));
      const { asks } = tellingOf(await read(geminiReader, { home: "/", env: {} }, { ...known, path }));
      expect(asks).toHaveLength(ends.filter((end) => end <= cut).length);
    }),
    { numRuns: 80 },
  );
});

test("a message is found where many others were written before it", async () => {
  // More than one window of reading, with early messages written again at the end.
  const big = "x".repeat(3000);
  const first = Array.from({ length: 500 }, (_, n) => user(`${n} ${big}`, `u${n}`));
  const again = [0, 250, 499].map((n) => user(`${n} again`, `u${n}`));
  const store = await homeWith({ [`tmp/repo/${FILE}`]: lines(header(), ...first, ...again) });
  const { asks } = tellingOf(await read(geminiReader, store, await onlySession(store)));
  expect(asks).toHaveLength(500);
  expect(asks.filter((ask) => ask.endsWith("again"))).toEqual(["0 again", "250 again", "499 again"]);
  expect([asks[0], asks[250]]).toEqual(["0 again", "250 again"]);
});

describe("a form that is not known", () => {
  test.each([
    ["records of unknown kinds only", FILE, '{"turn":1}\n', /records with turn/],
    ["a file that is no JSON", FILE, "SQLite format 3\0", /SQLite format 3/],
    ["a document without messages", FILE.replace(".jsonl", ".json"), '{"threads":[]}', /messages/],
  ])("is refused with what was seen: %s", async (_, name, content, seen) => {
    const known = await onlySession(await homeWith({ [`tmp/repo/${FILE}`]: lines(header(), user("Hello")) }));
    const store = await homeWith({ [`tmp/repo/${name}`]: content });
    const path = join(store.home, ".gemini/tmp/repo", name);
    await expect(geminiReader.open(store, { ...known, path })).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringMatching(seen),
      details: { path },
    });
  });

  test("is refused rather than taken for no session, when nothing else is there", async () => {
    const store = await homeWith({ [`tmp/repo/${FILE}`]: '{"turn":1}\n' });
    await expect(sessionsOf(geminiReader, store, ["/r"])).rejects.toMatchObject({ code: EXIT.unknownFormat });
    expect(await sessionsOf(geminiReader, store)).toMatchObject([{ generation: "unknown" }]);
  });

  test("of the whole folder is refused, and told", async () => {
    const store = await homeWith({ "tmp/repo/chats/sessions.sqlite": "x" });
    await expect(sessionsOf(geminiReader, store, ["/r"])).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringContaining("sessions.sqlite"),
    });
    expect(await geminiReader.places(store)).toMatchObject([{ generation: "unknown" }]);
  });

  test("is not what a session is that was removed meanwhile", async () => {
    const store = await homeWith({ [`tmp/repo/${FILE}`]: lines(header(), user("Hello")) });
    const session = await onlySession(store);
    await rm(session.path);
    await expect(geminiReader.open(store, session)).rejects.toMatchObject({ code: EXIT.notFound });
  });
});
