import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SessionSummary } from "../../schema/transcript.ts";
import { codexReader } from "../../scripts/agents/codex/reader.ts";
import { rolloutOf } from "../../scripts/agents/codex/store.ts";
import { EXIT } from "../../scripts/base/errors.ts";
import { fixturesOf, read, readerContract, sessionsOf, tellingOf } from "./contract.ts";

describe("the reader of Codex", () => readerContract("codex", codexReader));

const ARCHIVE = readFileSync(new URL("../fixtures/archives/rollout.jsonl.zst", import.meta.url));
const PACKED = "0000003d-0000-4000-8000-000000000000";
const ID = "0000aaaa-0000-4000-8000-000000000000";
const OTHER = "0000bbbb-0000-4000-8000-000000000000";

/** A home with these files below `.codex/`. */
async function homeWith(files: Record<string, string | Buffer>) {
  const home = await realpath(await mkdtemp(join(tmpdir(), "baton-codex-")));
  onTestFinished(() => rm(home, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, ".codex", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return { home, env: {} as Record<string, string> };
}

function rollout({ id = ID, cwd = "/r", texts = ["Hello"], more = {} } = {}): string {
  const meta = { id, cwd, timestamp: "2026-01-05T12:00:00Z", ...more };
  const line = (type: string, payload: unknown) =>
    `${JSON.stringify({ timestamp: "2026-01-05T12:00:01Z", type, payload })}\n`;
  const message = (text: string) => ({
    type: "message",
    role: "user",
    content: [{ type: "input_text", text }],
  });
  return line("session_meta", meta) + texts.map((text) => line("response_item", message(text))).join("");
}

const nameOf = (id = ID, ending = "jsonl") => `rollout-2026-01-05T12-00-00-${id}.${ending}`;
const summary = (path: string): SessionSummary => ({
  agent: "codex",
  id: ID,
  title: null,
  cwd: null,
  branch: null,
  startedAt: null,
  updatedAt: null,
  turns: null,
  size: 0,
  path,
  generation: "jsonl",
});

describe("the name of a file", () => {
  test.each([
    [`rollout-2026-01-05T12-00-00-${ID}.jsonl`, { thread: ID, id: ID, packing: "jsonl" }],
    [`rollout-2026-01-05T12-00-00-${ID}_${OTHER}.jsonl.zst`, { thread: ID, id: OTHER, packing: "zst" }],
    [`rollout-2025-04-20-${ID}.json`, { thread: ID, id: ID, packing: "json", begun: "2025-04-20" }],
    [`${ID}.jsonl`, null],
    ["rollout-2026-01-05T12-00-00-a_b.jsonl", null],
  ])("%s", (name, told) => {
    const found = rolloutOf(`/x/${name}`, name);
    if (told === null) expect(found).toBeNull();
    else expect(found).toMatchObject(told);
  });
});

describe("the sessions of a repository", () => {
  test("are those whose records name a folder in it", async () => {
    const store = await homeWith({
      [`sessions/2026/01/05/${nameOf()}`]: rollout({ cwd: "/r/sub" }),
      [`sessions/2026/01/05/${nameOf(OTHER)}`]: rollout({ id: OTHER, cwd: "/r2" }),
    });
    expect(await sessionsOf(codexReader, store, ["/r"])).toMatchObject([{ id: ID, cwd: "/r/sub", turns: 1 }]);
    expect(await sessionsOf(codexReader, store)).toHaveLength(2);
  });

  test("are looked for where CODEX_HOME says", async () => {
    const { home } = await homeWith({ [`sessions/${nameOf()}`]: rollout() });
    const moved = { home: "/nowhere", env: { CODEX_HOME: join(home, ".codex") } };
    expect(await sessionsOf(codexReader, moved, ["/r"])).toMatchObject([{ id: ID }]);
  });

  test("are listed once, while a file is being packed or was put away", async () => {
    const store = await homeWith({
      [`sessions/2026/01/05/${nameOf(ID, "jsonl.zst")}`]: ARCHIVE,
      [`sessions/2026/01/05/${nameOf()}`]: rollout({ texts: ["Plain"] }),
      [`archived_sessions/${nameOf()}`]: rollout({ texts: ["Put away"] }),
    });
    expect(await sessionsOf(codexReader, store)).toMatchObject([{ title: "Plain" }]);
  });

  test("have the name that they were given, in the index before the file", async () => {
    const named = (name: string) =>
      `${JSON.stringify({ type: "event_msg", payload: { type: "thread_name_updated", thread_name: name } })}\n`;
    const store = await homeWith({
      [`sessions/${nameOf()}`]: rollout() + named("In the file"),
      [`sessions/${nameOf(OTHER)}`]: rollout({ id: OTHER }) + named("In the file"),
      "session_index.jsonl": `${JSON.stringify({ id: ID, thread_name: "In the index" })}\n`,
    });
    const [first, second] = await sessionsOf(codexReader, store);
    if (first === undefined || second === undefined) throw new Error("not listed");
    expect(first.title).toBe("In the index");
    expect((await read(codexReader, store, first)).transcript.facts.titles.custom).toBe("In the index");
    expect((await read(codexReader, store, second)).transcript.facts.titles.custom).toBe("In the file");
  });

  test("know the commit that they began at, where the client recorded it", async () => {
    const head = "eb6788004f33141d2573eebdd17905c573d9c53a";
    const meta = { id: ID, cwd: "/r", git: { commit_hash: head, branch: "main" } };
    const begun = `${JSON.stringify({ type: "session_meta", payload: meta })}\n`;
    const store = await homeWith({ [`sessions/${nameOf()}`]: begun + rollout() });
    const [session] = await sessionsOf(codexReader, store);
    if (session === undefined) throw new Error("not listed");
    expect((await read(codexReader, store, session)).transcript.facts.head).toBe(head);
  });
});

test("a listing counts turns as a whole read does", async () => {
  for (const { store, expected } of fixturesOf("codex")) {
    for (const session of await sessionsOf(codexReader, store)) {
      const asks = expected.sessions.find(({ id }) => id === session.id)?.asks;
      if (session.turns !== null) expect([session.id, session.turns]).toEqual([session.id, asks?.length]);
    }
  }
});

test("a damaged archive gives what comes before the damage", async () => {
  for (const [part, fewest] of [
    [1, 1500],
    [0.99, 400],
    [0.6, 400],
  ] as const) {
    const packed = ARCHIVE.subarray(0, Math.floor(part * ARCHIVE.length));
    const store = await homeWith({ [`sessions/${nameOf(PACKED, "jsonl.zst")}`]: packed });
    const [session] = await sessionsOf(codexReader, store, ["/home/dev/repo"]);
    if (session === undefined) throw new Error("not listed");
    expect(session).toMatchObject({ title: "0 -1640531535", generation: "jsonl.zst" });
    const told = tellingOf(await read(codexReader, store, session));
    expect(told.asks.length).toBeGreaterThanOrEqual(fewest);
    expect(told.asks).toEqual(told.asks.map((_, n) => `${n} ${Math.imul(n + 1, 2654435761)}`));
    // Node's own unpacker ends in silence where an archive is cut off: then the torn line says it.
    expect("damaged archive" in told.skipped || "torn" in told.skipped).toBe(part !== 1);
  }
});

/** A frame of a zstd archive that packs nothing: its content in raw blocks. */
function frameOf(content: string, windowDescriptor = 0x38): Buffer {
  const bytes = Buffer.from(content);
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += LARGEST_BLOCK) {
    const block = bytes.subarray(at, at + LARGEST_BLOCK);
    const isLast = at + LARGEST_BLOCK >= bytes.length;
    const head = Buffer.alloc(3);
    head.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    blocks.push(head, block);
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, windowDescriptor]), ...blocks]);
}

const LARGEST_BLOCK = 128 * 1024;
const SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const WINDOW_OF_2_GIB = 0xa8;

describe("an archive", () => {
  test("may have many frames, empty ones and those that are to be skipped", async () => {
    const texts = Array.from({ length: 2000 }, (_, n) => `ask ${n}`);
    const lines = rollout({ texts }).split(/(?<=\n)/);
    const archive = Buffer.concat([SKIPPABLE, frameOf(""), ...lines.map((line) => frameOf(line)), SKIPPABLE]);
    const store = await homeWith({ [`sessions/${nameOf(ID, "jsonl.zst")}`]: archive });
    const [session] = await sessionsOf(codexReader, store, ["/r"]);
    if (session === undefined) throw new Error("not listed");
    expect(tellingOf(await read(codexReader, store, session))).toMatchObject({ asks: texts, skipped: {} });
  });

  test("is listed when its first block can hardly be packed", async () => {
    const archive = frameOf(rollout({ texts: ["x".repeat(200_000)] }));
    const store = await homeWith({ [`sessions/${nameOf(ID, "jsonl.zst")}`]: archive });
    expect(await sessionsOf(codexReader, store, ["/r"])).toMatchObject([{ id: ID, cwd: "/r" }]);
  });

  test("that wants more memory than there is hides no other session", async () => {
    const store = await homeWith({
      [`sessions/${nameOf(ID, "jsonl.zst")}`]: frameOf(rollout(), WINDOW_OF_2_GIB),
      [`sessions/${nameOf(OTHER)}`]: rollout({ id: OTHER }),
    });
    expect(await sessionsOf(codexReader, store, ["/r"])).toMatchObject([{ id: OTHER }]);
    const archive = (await sessionsOf(codexReader, store)).find(({ id }) => id === ID);
    if (archive === undefined) throw new Error("not listed");
    expect((await read(codexReader, store, archive)).stats.reasons).toEqual({ "damaged archive": 1 });
  });
});

test("a session is read although its file begins with what is none of it", async () => {
  for (const noise of ["%%% noise\n", 'ex","cwd":"/r"}}\n']) {
    const store = await homeWith({ [`sessions/${nameOf()}`]: noise + rollout() });
    const [session] = await sessionsOf(codexReader, store, ["/r"]);
    if (session === undefined) throw new Error("not listed");
    const told = tellingOf(await read(codexReader, store, session));
    expect(told).toMatchObject({ asks: ["Hello"], skipped: { "not a record": 1 } });
  }
});

describe("a form that is not known", () => {
  test.each([
    ["records of unknown types only", nameOf(), '{"kind":"turn"}\n', /no record of a type/],
    ["a file that is no JSON", nameOf(), "SQLite format 3\0", /SQLite format 3/],
    ["an archive that is none", nameOf(ID, "jsonl.zst"), "PK\u0003\u0004", /PK/],
    ["JSON without items", nameOf(ID, "json"), '{"threads":[]}', /items/],
    ["another name", "thread.jsonl", rollout(), /name/],
  ])("is refused with what was seen: %s", async (_, name, content, seen) => {
    const store = await homeWith({ [`sessions/${name}`]: content });
    const path = join(store.home, ".codex/sessions", name);
    await expect(read(codexReader, store, summary(path))).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringMatching(seen),
      details: { path },
    });
  });

  test("is refused rather than taken for no session, when nothing else is there", async () => {
    const store = await homeWith({ [`sessions/${nameOf()}`]: '{"kind":"turn"}\n' });
    await expect(sessionsOf(codexReader, store, ["/r"])).rejects.toMatchObject({ code: EXIT.unknownFormat });
    expect(await sessionsOf(codexReader, store)).toMatchObject([{ generation: "unknown" }]);
  });

  test("of the whole folder is refused, and told", async () => {
    const store = await homeWith({ "sessions/2027/threads.sqlite": "x" });
    await expect(sessionsOf(codexReader, store, ["/r"])).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringContaining("threads.sqlite"),
    });
    expect(await codexReader.places(store)).toMatchObject([{ generation: "unknown" }, { found: false }]);
  });

  test("is not what a session is that was removed meanwhile", async () => {
    const store = await homeWith({});
    const opened = codexReader.open(store, summary(join(store.home, nameOf())));
    await expect(opened).rejects.toMatchObject({ code: EXIT.notFound });
  });
});
