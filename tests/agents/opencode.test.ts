import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { StoreEnvironment } from "../../scripts/agents/adapter.ts";
import { openCodeReader } from "../../scripts/agents/opencode/reader.ts";
import { EXIT } from "../../scripts/base/errors.ts";
import { fixturesOf, type Read, read, readerContract, sessionsOf, tellingOf } from "./contract.ts";
import { MadeDatabase, TABLES } from "./made/opencode-database.ts";

const reader = openCodeReader();

describe("the reader of OpenCode", () => readerContract("opencode", reader));

const DATABASE = ".local/share/opencode/opencode.db";

async function emptyHome(env: Record<string, string> = {}): Promise<StoreEnvironment & { home: string }> {
  const home = await realpath(await mkdtemp(join(tmpdir(), "baton-opencode-")));
  onTestFinished(() => rm(home, { recursive: true }));
  return { home, env };
}

/** A home whose database `fill` has written. */
async function homeWith(
  fill: (database: MadeDatabase) => unknown,
  path = DATABASE,
  tables?: Record<string, string>,
) {
  const store = await emptyHome();
  const database = new MadeDatabase(join(store.home, path), tables);
  fill(database);
  database.close();
  return store;
}

async function readOnly(store: StoreEnvironment, using = reader): Promise<Read> {
  const sessions = await sessionsOf(using, store);
  const [session] = sessions;
  if (session === undefined || sessions.length > 1) throw new Error(`${sessions.length} sessions`);
  return read(using, store, session);
}

const ids = async (store: StoreEnvironment, roots: string[] | null = null) =>
  (await sessionsOf(reader, store, roots)).map(({ id }) => id);

describe("the database", () => {
  test("is looked for where the client looks", async () => {
    const store = await emptyHome();
    const place = (path: string, id: string) => {
      const database = new MadeDatabase(join(store.home, path)).session(id);
      database.close();
    };
    place(DATABASE, "s1");
    place(".local/share/opencode/opencode-dev.1.db", "s2");
    place("data/opencode/opencode.db", "s3");
    place("data/opencode/mine.db", "s4");
    expect(await ids(store)).toEqual(["s1", "s2"]);
    const moved = (env: Record<string, string>) => ids({ ...store, env });
    expect(await moved({ XDG_DATA_HOME: join(store.home, "data") })).toEqual(["s3"]);
    expect(await moved({ XDG_DATA_HOME: join(store.home, "data"), OPENCODE_DB: "mine.db" })).toEqual(["s4"]);
    expect(await moved({ OPENCODE_DB: join(store.home, "data/opencode/mine.db") })).toEqual(["s4"]);
    expect(await moved({ OPENCODE_DB: ":memory:" })).toEqual([]);
  });

  test("gives the person's sessions of the repository", async () => {
    const store = await homeWith((database) => {
      database.session("s1").session("s2", { directory: "/r/sub" }).session("s3", { directory: "/r2" });
      database.session("s4", { parent_id: "s1" });
    });
    expect(await ids(store, ["/r"])).toEqual(["s1", "s2"]);
    expect(await ids(store)).toEqual(["s1", "s2", "s3"]);
  });

  test("tells a conversation by its times, not by its ids", async () => {
    const store = await homeWith((database) => {
      database.session("s1").says("s1", "user", "One").part({ type: "text", text: "and" });
      database.says("s1", "assistant", "First").says("s1", "user", "Two");
    });
    const { asks, replies } = tellingOf(await readOnly(store));
    expect([asks, replies]).toEqual([["One", "and", "Two"], ["First"]]);
  });

  test("tells all of a long conversation, whose pages are many", async () => {
    const store = await homeWith((database) => {
      database.session("s1").run("BEGIN");
      for (let n = 0; n < 170; n++)
        database.message("s1", "user", {}, `m${n % 2}${n}`).part({ type: "text", text: `${n}` }, `p${n}`);
      database.run("COMMIT");
    });
    expect(tellingOf(await readOnly(store)).asks).toEqual(Array.from({ length: 170 }, (_, n) => `${n}`));
    expect(await sessionsOf(reader, store)).toMatchObject([{ turns: 170 }]);
  });

  test("may lack the columns that not every version has", async () => {
    const tables = {
      session: "id text PRIMARY KEY, directory text, title text",
      message: "id text PRIMARY KEY, session_id text, data text",
      part: "id text PRIMARY KEY, message_id text, data text",
      todo: "session_id text, content text, status text",
    };
    const store = await homeWith(
      (database) => {
        database.insert("session", { id: "s1", directory: "/r", title: "Old" });
        database.insert("message", { id: "m1", session_id: "s1", data: '{"role":"user"}' });
        database.insert("part", { id: "p1", message_id: "m1", data: '{"type":"text","text":"Hello"}' });
        database.insert("todo", { session_id: "s1", content: "B", status: "pending" });
        database.insert("todo", { session_id: "s1", content: "A", status: "completed" });
      },
      DATABASE,
      tables,
    );
    expect(tellingOf(await readOnly(store))).toMatchObject({
      asks: ["Hello"],
      todos: [
        { text: "B", status: "pending" },
        { text: "A", status: "completed" },
      ],
    });
  });

  test("leaves out what was taken back, within a message too", async () => {
    const store = await homeWith((database) => {
      database.session("s1", { revert: JSON.stringify({ messageID: "m2", partID: "p3" }) });
      database.message("s1", "user", {}, "m1").part({ type: "text", text: "One" }, "p1");
      database
        .message("s1", "assistant", {}, "m2")
        .part({ type: "text", text: "Kept" }, "p2")
        .part({ type: "text", text: "Gone" }, "p3");
      database.says("s1", "user", "Two");
    });
    const { asks, replies } = tellingOf(await readOnly(store));
    expect([asks, replies]).toEqual([["One"], ["Kept"]]);
  });

  test("has the todo list as it is now, in its own order", async () => {
    const store = await homeWith((database) => {
      const todos = [{ content: "A", status: "pending" }];
      database.session("s1").says("s1", "user", "Go").message("s1", "assistant");
      database.part({
        type: "tool",
        tool: "todowrite",
        callID: "c",
        state: { status: "completed", input: { todos }, output: "" },
      });
      database.insert("todo", { session_id: "s1", content: "B", status: "pending", position: 1 });
      database.insert("todo", { session_id: "s1", content: "A", status: "completed", position: 0 });
    });
    const { entries } = await readOnly(store);
    expect(entries.flatMap((entry) => (entry.type === "todos" ? [entry.todos] : []))).toEqual([
      [{ text: "A", status: "pending" }],
      [
        { text: "A", status: "completed" },
        { text: "B", status: "pending" },
      ],
    ]);
  });

  test("tells its own sums of tokens, and the model in use", async () => {
    const model = JSON.stringify({ id: "big", providerID: "acme" });
    const store = await homeWith((database) => {
      database
        .session("s1", { model, tokens_input: 200, tokens_output: 24, version: "1.18.33" })
        .says("s1", "user", "Go");
    });
    expect((await readOnly(store)).transcript.facts).toMatchObject({
      model: "big",
      provider: "acme",
      clientVersion: "1.18.33",
      tokens: { input: 200, output: 24, total: 224 },
    });
  });

  test("counts rows that are no JSON, and passes over those that are too large", async () => {
    const store = await homeWith((database) => {
      database.session("s1").says("s1", "user", "One").part("{torn").part({ type: "text", text: "two" });
      database.run("UPDATE part SET data = printf('%.*c', 33 * 1024 * 1024, 'x') WHERE data = '{torn'");
      database.says("s1", "assistant", "First").part("{torn");
    });
    const { asks, replies, skipped } = tellingOf(await readOnly(store));
    expect([asks, replies, skipped]).toEqual([["One", "two"], ["First"], { "too long": 1, torn: 1 }]);
  });
});

describe("a database in use", () => {
  const stamps = (folder: string) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [
        name,
        statSync(join(folder, name)).mtimeMs,
        readFileSync(join(folder, name)).toString("base64"),
      ]);

  test("is read as it is, log included, while its client is writing; nothing of it changes", async () => {
    const store = await homeWith((database) => database.session("s1").says("s1", "user", "Before"));
    const path = join(store.home, DATABASE);
    const script = fileURLToPath(new URL("made/writing-client.ts", import.meta.url));
    const client = spawn(process.execPath, ["--no-warnings", "--import", "tsx", script, path], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = once(client, "exit");
    await once(client.stdout, "data");
    const before = stamps(dirname(path));
    expect(tellingOf(await readOnly(store)).asks).toEqual(["Before", "Written"]);
    expect(stamps(dirname(path))).toEqual(before);
    client.stdin.end();
    expect(await ended).toEqual([0, null]);
  });

  test("is read after its client was killed, from the log that it left", async () => {
    const store = await emptyHome();
    const path = join(store.home, DATABASE);
    const database = new MadeDatabase(join(store.home, "elsewhere.db"))
      .session("s1")
      .says("s1", "user", "In the log");
    await mkdir(dirname(path), { recursive: true });
    for (const ending of ["", "-wal"])
      await copyFile(join(store.home, `elsewhere.db${ending}`), path + ending);
    database.close();
    const before = stamps(dirname(path));
    expect(before).toHaveLength(2);
    expect(tellingOf(await readOnly(store)).asks).toEqual(["In the log"]);
    expect(stamps(dirname(path))).toEqual(before);
  });

  test("leaves no copy behind", async () => {
    const store = await homeWith((database) => database.session("s1").says("s1", "user", "Go"));
    const copies = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("baton-sqlite-"));
    const before = await copies();
    await readOnly(store);
    for await (const _ of reader.sessions(store, { roots: null })) break;
    expect(await copies()).toEqual(before);
  });
});

describe("a store of an unknown generation", () => {
  test("is refused with its path and its tables, after the sessions of the others", async () => {
    const store = await homeWith(
      (database) => database.session("s1"),
      ".local/share/opencode/opencode-dev.db",
    );
    const path = join(store.home, DATABASE);
    new MadeDatabase(path, { thread: "id text", turn: "id text" }).close();
    const listed: string[] = [];
    const listing = (async () => {
      for await (const { id } of reader.sessions(store, { roots: null })) listed.push(id);
    })();
    await expect(listing).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringMatching(/opencode\.db.*thread and turn/),
      details: { path, tables: ["thread", "turn"] },
    });
    expect(listed).toEqual(["s1"]);
    const places = await reader.places(store);
    expect(places.find((place) => place.path === path)).toMatchObject({ found: true, generation: "unknown" });
  });

  test.each([
    ["is no database", (path: string) => writeFile(path, "once upon a time ".repeat(100))],
    ["is cut off", (path: string) => truncate(path, 5000)],
  ])("is refused when it %s", async (_, spoil) => {
    const store = await homeWith((database) => database.session("s1").says("s1", "user", "Go"));
    await spoil(join(store.home, DATABASE));
    await expect(sessionsOf(reader, store)).rejects.toMatchObject({ code: EXIT.unknownFormat });
  });

  test("is not an empty one", async () => {
    const store = await homeWith(() => {}, DATABASE, {});
    expect(await ids(store)).toEqual([]);
    await writeFile(join(store.home, DATABASE), "");
    expect(await ids(store)).toEqual([]);
  });

  test("is a session that only a newer table holds", async () => {
    const store = await homeWith((database) => {
      database
        .session("s1")
        .insert("session_message", { id: "x", session_id: "s1", type: "user", seq: 1, data: "{}" });
    });
    await expect(readOnly(store)).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringContaining("session_message"),
    });
  });

  test("is not one that may not be read", async () => {
    const store = await homeWith((database) => database.session("s1"));
    const denied = openCodeReader(async () => {
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    });
    await expect(sessionsOf(denied, store)).rejects.toMatchObject({
      code: EXIT.failed,
      fix: expect.stringContaining("chmod"),
    });
  });
});

test("a session that is in the database and still in the older tree is listed once, from the database", async () => {
  const tree = fixturesOf("opencode").find(({ name }) => name === "made")?.store;
  if (tree === undefined) throw new Error("no fixture");
  const path = join((await emptyHome()).home, "opencode.db");
  const database = new MadeDatabase(path).session("ses_0001", {
    directory: "/home/dev/repo",
    title: "Moved",
  });
  database.close();
  const sessions = await sessionsOf(reader, { ...tree, env: { OPENCODE_DB: path } });
  expect(sessions.filter(({ id }) => id === "ses_0001")).toMatchObject([
    { title: "Moved", generation: "sqlite" },
  ]);
  expect(sessions.length).toBeGreaterThan(5);
});

describe("the database that the Go era kept in a project", () => {
  const tables = {
    sessions: `id text PRIMARY KEY, parent_session_id text, title text, message_count integer, prompt_tokens integer,
      completion_tokens integer, cost real, created_at integer, updated_at integer, summary_message_id text`,
    messages: `id text PRIMARY KEY, session_id text, role text, parts text, model text, created_at integer, updated_at integer,
      finished_at integer`,
    files: "id text PRIMARY KEY, session_id text, path text, content text",
  };
  const at = 1_750_000_000;

  test("is read with its tools, its summary, and its own idea of time", async () => {
    const store = await emptyHome();
    const database = new MadeDatabase(join(store.home, "repo/.opencode/opencode.db"), tables);
    const session = { prompt_tokens: 10, completion_tokens: 2, created_at: at, updated_at: at + 5 };
    database.insert("sessions", { id: "g1", title: "Say hello", summary_message_id: "z", ...session });
    database.insert("sessions", { id: "title-g1", parent_session_id: "g1", title: "Title", ...session });
    const message = (id: string, role: string, parts: unknown, second: number) =>
      database.insert("messages", {
        id,
        session_id: "g1",
        role,
        parts: typeof parts === "string" ? parts : JSON.stringify(parts),
        model: "gpt-4.1",
        created_at: at + second,
      });
    const part = (type: string, data: unknown) => ({ type, data });
    message("c", "user", [part("text", { text: "Hello" })], 0);
    const call = part("tool_call", { id: "t1", name: "bash", input: '{"command":"ls"}', finished: true });
    message(
      "b",
      "assistant",
      [
        part("reasoning", { thinking: "Hm" }),
        part("text", { text: "I look" }),
        call,
        part("finish", { reason: "tool_use" }),
      ],
      1,
    );
    message(
      "a",
      "tool",
      [part("tool_result", { tool_call_id: "t1", name: "bash", content: "a.txt", is_error: false })],
      1,
    );
    message("z", "assistant", [part("text", { text: "So far" }), part("finish", { reason: "end_turn" })], 2);
    message("y", "user", "{torn", 3);
    message(
      "x",
      "assistant",
      [part("text", { text: "Bye" }), part("dance", {}), part("finish", { reason: "canceled" })],
      4,
    );
    database.close();
    const roots = [join(store.home, "repo")];
    const [found] = await sessionsOf(reader, store, roots);
    expect(await sessionsOf(reader, store, roots)).toMatchObject([
      {
        id: "g1",
        title: "Say hello",
        cwd: roots[0],
        startedAt: "2025-06-15T15:06:40.000Z",
        generation: "sqlite-project",
        turns: 2,
      },
    ]);
    if (found === undefined) throw new Error("not listed");
    expect(tellingOf(await read(reader, store, found))).toMatchObject({
      asks: ["Hello"],
      replies: ["I look", "Bye"],
      reasoning: ["Hm"],
      tools: ["bash"],
      results: ["a.txt"],
      summaries: ["So far"],
      end: "stopped",
      skipped: { torn: 1, 'unknown type "dance"': 1 },
      tokens: 12,
    });
  });
});

describe("a runtime without SQLite", () => {
  const without = openCodeReader(async () => null);

  /** A home with a database that cannot be read, and an `opencode` command that answers with these texts. */
  async function homeWithClient(answers: Record<string, unknown>) {
    const store = await homeWith((database) => database.session("s1"));
    const program = join(store.home, "bin/opencode");
    await mkdir(dirname(program));
    const script = `const answers = ${JSON.stringify(answers)};
      const answer = answers[process.argv.slice(2).join(" ")];
      if (answer === undefined) process.exit(1);
      console.error("talk"); console.log(typeof answer === "string" ? answer : JSON.stringify(answer));`;
    await writeFile(program, `#!${process.execPath}\n${script}`);
    await chmod(program, 0o755);
    return { ...store, env: { PATH: [dirname(program), process.env.PATH].join(delimiter) } };
  }

  const info = {
    id: "s1",
    title: "Through the client",
    directory: "",
    version: "1.18.33",
    time: { created: 1767614400000, updated: 1767614460000 },
  };

  test("asks the client, in the repository's folder", async () => {
    const store = await homeWithClient({});
    const directory = store.home;
    const exported = {
      info: { ...info, directory },
      messages: [
        {
          info: { id: "m1", role: "user", time: { created: 1767614400000 } },
          parts: [{ id: "p1", type: "text", text: "Hello" }],
        },
        {
          info: {
            id: "m2",
            role: "assistant",
            time: { created: 1767614401000, completed: 1767614402000 },
            modelID: "big",
            providerID: "acme",
          },
          parts: [{ id: "p2", type: "text", text: "Hi" }],
        },
      ],
    };
    const asked = await homeWithClient({
      "session list --format json": [
        { id: "s1", title: info.title, directory, created: info.time.created, updated: info.time.updated },
      ],
      "export s1": exported,
      "--version": "1.18.33",
    });
    const [session] = await sessionsOf(without, asked, [directory]);
    if (session === undefined) throw new Error("not listed");
    expect(session).toMatchObject({ id: "s1", title: "Through the client", cwd: directory, turns: null });
    const told = await read(without, asked, session);
    expect(tellingOf(told)).toMatchObject({ asks: ["Hello"], replies: ["Hi"], skipped: {} });
    expect(told.transcript.facts).toMatchObject({ model: "big", provider: "acme" });
    expect((await without.places(asked))[0]).toMatchObject({
      generation: "sqlite",
      note: expect.stringContaining("opencode command"),
    });
  });

  test("says what to do where there is no client either", async () => {
    const store = await homeWith((database) => database.session("s1"));
    const empty = { ...store, env: { PATH: join(store.home, "nothing") } };
    await expect(sessionsOf(without, empty, [store.home])).rejects.toMatchObject({
      code: EXIT.failed,
      message: expect.stringContaining(join(store.home, DATABASE)),
      fix: expect.stringMatching(/Node 22\.15.*opencode command/),
    });
    expect((await without.places(empty))[0]?.note).toMatch(/no SQLite.*Node 22\.15/);
  });
});

test("a session that was removed meanwhile is not found", async () => {
  const store = await homeWith((database) => database.session("s1"));
  const [session] = await sessionsOf(reader, store);
  if (session === undefined) throw new Error("not listed");
  await rm(join(store.home, DATABASE));
  await expect(reader.open(store, session)).rejects.toMatchObject({ code: EXIT.notFound });
  new MadeDatabase(join(store.home, DATABASE), TABLES).close();
  await expect(reader.open(store, session)).rejects.toMatchObject({ code: EXIT.notFound });
});

test("a listing counts turns as a whole read does", async () => {
  for (const { store, expected } of fixturesOf("opencode")) {
    for (const session of await sessionsOf(reader, store)) {
      const asks = expected.sessions.find(({ id }) => id === session.id)?.asks;
      if (session.turns !== null) expect([session.id, session.turns]).toEqual([session.id, asks?.length]);
    }
  }
});
