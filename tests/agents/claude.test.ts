import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SessionSummary } from "../../schema/transcript.ts";
import type { SummaryCache } from "../../scripts/agents/adapter.ts";
import { tellApart } from "../../scripts/agents/claude/noise.ts";
import { claudeReader } from "../../scripts/agents/claude/reader.ts";
import { isKeyOf, mayHold, projectKey } from "../../scripts/agents/claude/store.ts";
import { IdTable } from "../../scripts/agents/id-table.ts";
import { EXIT } from "../../scripts/base/errors.ts";
import { collect, fixturesOf, read, readerContract, sessionsOf } from "./contract.ts";

describe("the reader of Claude Code", () => readerContract("claude", claudeReader));

async function temporary(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "baton-claude-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A home with sessions: project folder and file name → the folder that the records name, or raw content. */
async function homeWith(files: Record<string, { cwd?: string; text?: string; raw?: string }>) {
  const home = await temporary();
  for (const [name, { cwd, text = "Hello", raw }] of Object.entries(files)) {
    const record = {
      type: "user",
      uuid: "u1",
      parentUuid: null,
      timestamp: "2026-01-05T12:00:00Z",
      ...(cwd && { cwd }),
    };
    const path = join(home, ".claude/projects", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      raw ?? `${JSON.stringify({ ...record, message: { role: "user", content: text } })}\n`,
    );
  }
  return { home, env: {} };
}

const idsOf = (sessions: readonly SessionSummary[]) => sessions.map(({ id }) => id);

describe("the name of a project's folder", () => {
  test.each([
    ["/home/dev/repo", "-home-dev-repo"],
    ["/home/dev/my.repo_2", "-home-dev-my-repo-2"],
    ["/home/José/x", "-home-Jos--x"],
    ["/home/Jose\u0301/x", "-home-Jose--x"],
    ["/a/😀", "-a---"],
  ])("of %s is %s", (path, key) => expect(projectKey(path)).toBe(key));

  test("may be that of a folder below, or of another one with the same name", () => {
    expect(mayHold("-home-dev-repo-sub", "/home/dev/repo")).toBe(true);
    expect(mayHold("-home-dev-repos", "/home/dev/repo")).toBe(false);
    expect(isKeyOf("-home-dev-repo", "/home/dev.repo")).toBe(true);
  });

  test("ends in a hash when the path is long, which is not looked at", () => {
    const path = `/home/${"x".repeat(300)}`;
    expect(mayHold(`${projectKey(path).slice(0, 200)}-1abc`, path)).toBe(true);
  });
});

describe("the sessions of a repository", () => {
  test("are those whose records name a folder in it, whatever their project folder is called", async () => {
    const store = await homeWith({
      "-home-dev-repo/a.jsonl": { cwd: "/home/dev/repo" },
      "-home-dev-repo/b.jsonl": { cwd: "/home/dev.repo" },
      "-home-dev-repo-sub/c.jsonl": { cwd: "/home/dev/repo/sub" },
      "-home-dev-repo-2/d.jsonl": { cwd: "/home/dev/repo-2" },
      "-trees-x/e.jsonl": { cwd: "/trees/x" },
      "-home-dev-repo/f.jsonl": {},
    });
    expect(idsOf(await sessionsOf(claudeReader, store, ["/home/dev/repo"]))).toEqual(["a", "c", "f"]);
    expect(idsOf(await sessionsOf(claudeReader, store, ["/home/dev/repo", "/trees/x"]))).toEqual([
      "a",
      "c",
      "e",
      "f",
    ]);
    expect(await sessionsOf(claudeReader, store)).toHaveLength(6);
  });

  test("are found through links", async () => {
    const folder = await temporary();
    await mkdir(join(folder, "real"));
    await symlink(join(folder, "real"), join(folder, "link"));
    const store = await homeWith({
      [`${projectKey(join(folder, "real"))}/a.jsonl`]: { cwd: join(folder, "link") },
    });
    expect(idsOf(await sessionsOf(claudeReader, store, [join(folder, "real")]))).toEqual(["a"]);
  });

  test("are looked for where CLAUDE_CONFIG_DIR says", async () => {
    const { home } = await homeWith({ "-r/a.jsonl": { cwd: "/r" } });
    const moved = { home: "/nowhere", env: { CLAUDE_CONFIG_DIR: join(home, ".claude") } };
    expect(idsOf(await sessionsOf(claudeReader, moved))).toEqual(["a"]);
    expect(await claudeReader.places(moved)).toEqual([
      { path: join(home, ".claude/projects"), found: true, generation: "jsonl" },
    ]);
  });

  test("are not read again while the files stay as they are", async () => {
    const store = await homeWith({ "-r/a.jsonl": { cwd: "/r", text: "One" }, "-r/b.jsonl": { raw: "" } });
    const path = join(store.home, ".claude/projects/-r/a.jsonl");
    const remembered = new Map<string, SessionSummary | null>();
    const cache: SummaryCache = {
      get: (file, { size, mtimeMs }) => remembered.get(`${file} ${size} ${mtimeMs}`),
      set: (file, { size, mtimeMs }, summary) => remembered.set(`${file} ${size} ${mtimeMs}`, summary),
    };
    const list = async () =>
      (await collect(claudeReader.sessions(store, { roots: null, cache }))).map(({ title }) => title);
    expect(await list()).toEqual(["One"]);
    expect(remembered.size).toBe(2);
    for (const [key, summary] of remembered)
      if (summary) remembered.set(key, { ...summary, title: "Remembered" });
    expect(await list()).toEqual(["Remembered"]);
    await utimes(path, new Date(), new Date(0));
    expect(await list()).toEqual(["One"]);
  });
});

describe("a form that is not known", () => {
  const cases: [title: string, raw: string, seen: RegExp][] = [
    ["records of unknown types only", '{"kind":"turn"}\n{"kind":"turn"}\n', /unknown type \(undefined\)/],
    ["a file that is no JSON", "SQLite format 3\0…\n", /SQLite format 3/],
  ];
  test.each(cases)("is refused with what was seen: %s", async (_, raw, seen) => {
    const store = await homeWith({ "-r/a.jsonl": { raw } });
    const path = join(store.home, ".claude/projects/-r/a.jsonl");
    const session = { ...fixtureSummary, path };
    await expect(claudeReader.open(store, session)).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringMatching(seen),
      details: { path },
    });
  });

  test("is listed all the same, so that it is not taken for no session", async () => {
    const store = await homeWith({ "-r/a.jsonl": { raw: '{"kind":"turn"}\n' } });
    expect(await sessionsOf(claudeReader, store, ["/r"])).toMatchObject([{ id: "a", generation: "unknown" }]);
  });

  test("of a whole project folder is refused", async () => {
    const store = await homeWith({ "-r/sessions.sqlite": { raw: "x" } });
    await expect(sessionsOf(claudeReader, store, ["/r"])).rejects.toMatchObject({
      code: EXIT.unknownFormat,
      message: expect.stringContaining("sessions.sqlite"),
    });
  });

  test("in one project folder hides no session in the others", async () => {
    const store = await homeWith({
      "-r/sessions.sqlite": { raw: "x" },
      "-r-sub/a.jsonl": { cwd: "/r/sub" },
      "-r-2/other.sqlite": { raw: "x" },
      "-other/b.jsonl": { cwd: "/other" },
      "-other-2/other.sqlite": { raw: "x" },
    });
    const listed: string[] = [];
    const listing = async () => {
      for await (const { id } of claudeReader.sessions(store, { roots: ["/r"] })) listed.push(id);
    };
    await expect(listing()).rejects.toMatchObject({ code: EXIT.unknownFormat });
    expect(listed).toEqual(["a"]);
    expect(idsOf(await sessionsOf(claudeReader, store, ["/other"]))).toEqual(["b"]);
  });

  test("of the store itself is refused", async () => {
    const home = await temporary();
    await mkdir(join(home, ".claude"));
    await writeFile(join(home, ".claude/projects"), "");
    const store = { home, env: {} };
    await expect(sessionsOf(claudeReader, store)).rejects.toMatchObject({ code: EXIT.unknownFormat });
    expect(await claudeReader.places(store)).toMatchObject([{ found: true, generation: "unknown" }]);
  });

  test("is not what a session is that was removed meanwhile", async () => {
    const session = { ...fixtureSummary, path: "/nowhere/a.jsonl" };
    await expect(claudeReader.open({ home: "/", env: {} }, session)).rejects.toMatchObject({
      code: EXIT.notFound,
    });
  });
});

const fixtureSummary: SessionSummary = {
  agent: "claude",
  id: "a",
  title: null,
  cwd: null,
  branch: null,
  startedAt: null,
  updatedAt: null,
  turns: null,
  size: 0,
  path: "",
  generation: "jsonl",
};

test("a listing counts turns as a whole read does", async () => {
  for (const { store, expected } of fixturesOf("claude")) {
    for (const session of await sessionsOf(claudeReader, store)) {
      const asks = expected.sessions.find(({ id }) => id === session.id)?.asks;
      expect([session.id, session.turns]).toEqual([session.id, asks?.length]);
    }
  }
});

test("a listing finds what the person typed in each form, and takes nothing else for it", async () => {
  const said = (uuid: string, parent: string | null, fields: object) => ({
    parentUuid: parent,
    isSidechain: false,
    type: "user",
    uuid,
    timestamp: "2026-01-05T12:00:00Z",
    cwd: "/r",
    ...fields,
  });
  const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
  const result = { tool_use_id: "t", type: "tool_result", content: 'a "text" of "user"' };
  const records = [
    said(id(1), null, { message: { role: "user", content: "Rewound" } }),
    said(id(2), null, { message: { role: "user", content: 'Say "user"' } }),
    said(id(3), id(2), {
      type: "assistant",
      message: { role: "assistant", content: [{ type: "text", text: '{"type":"user"}' }] },
    }),
    said(id(4), id(3), { message: { role: "user", content: [result] }, toolUseResult: { type: "text" } }),
    said(id(5), id(4), { message: { role: "user", content: [result, { type: "text", text: "Also" }] } }),
    said(id(6), id(5), {
      type: "attachment",
      attachment: { type: "queued_command", prompt: "And then", commandMode: "prompt" },
    }),
    said(id(7), id(6), { type: "assistant", message: { role: "assistant", content: [] } }),
  ];
  for (const spaces of [0, 1]) {
    // A client that writes blanks between the parts of a record, as Python does, is read all the same.
    const raw = records.map((record) => `${spaced(JSON.stringify(record), spaces)}\n`).join("");
    const store = await homeWith({ "-r/a.jsonl": { raw } });
    const [session] = await sessionsOf(claudeReader, store);
    if (session === undefined) throw new Error("not listed");
    const { entries } = await read(claudeReader, store, session);
    const asked = entries.filter(
      (entry) => entry.type === "text" && entry.role === "user" && !entry.injected,
    );
    expect(session.turns).toBe(3);
    expect(asked).toHaveLength(3);
  }
});

/** With a blank behind each colon and comma outside of strings. */
function spaced(json: string, spaces: number): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|[:,]/g, (part) =>
    part.length === 1 ? part + " ".repeat(spaces) : part,
  );
}

describe("a session", () => {
  const user = (content: unknown, given: object = {}) => ({
    type: "user",
    message: { role: "user", content },
    ...given,
  });
  const caveat = user("<local-command-caveat>Caveat</local-command-caveat>", { isMeta: true });
  const command = user("<command-name>/model</command-name><command-args>haiku</command-args>");
  const output = user("<local-command-stdout>Set model to Haiku</local-command-stdout>");
  const image = user([{ type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } }]);
  const team = { teamName: "t", agentName: "researcher" };
  const message = user('<teammate-message teammate_id="team-lead">Look into x</teammate-message>', team);
  test.each<[string, object[], Partial<SessionSummary>]>([
    ["in which the person asked something counts", [caveat, command, output, user("Fix it")], {}],
    ["in which they gave an image counts", [image], {}],
    ["in which they said it late counts", [...Array.from({ length: 150 }, () => output), user("Fix it")], {}],
    ["that /model leaves behind does not", [caveat, command, output], { aside: "nothing was said" }],
    ["of a teammate does not", [message, user("Also y", team)], { aside: "a teammate's" }],
    ["of a team's leader counts", [user("Fix it", { ...team, agentName: "team-lead" })], {}],
    ["of one answer is marked", [user("Fix it", { entrypoint: "sdk-cli" })], { oneShot: true }],
    ["of the client's own window is not", [user("Fix it", { entrypoint: "cli" })], {}],
  ])("%s", async (_, records, marks) => {
    const raw = records
      .map((record, n) => `${JSON.stringify({ uuid: `u${n}`, cwd: "/r", ...record })}\n`)
      .join("");
    const [session] = await sessionsOf(claudeReader, await homeWith({ "-r/a.jsonl": { raw } }));
    expect({ aside: session?.aside, oneShot: session?.oneShot }).toEqual({
      aside: undefined,
      oneShot: undefined,
      ...marks,
    });
  });
});

test("a listing names titles in their order of strength, the last of each kind", async () => {
  const titles = [
    { type: "summary", summary: "of another session", leafUuid: "elsewhere" },
    { type: "summary", summary: "Summed up", leafUuid: "u1" },
    { type: "ai-title", aiTitle: "Made up" },
    { type: "custom-title", customTitle: "Old" },
    { type: "custom-title", customTitle: "Given" },
  ];
  const said = {
    type: "user",
    uuid: "u1",
    parentUuid: null,
    message: { content: 'Say {"customTitle":"x"}' },
  };
  for (const [count, title] of [
    [1, 'Say {"customTitle":"x"}'],
    [2, "Summed up"],
    [3, "Made up"],
    [5, "Given"],
  ] as const) {
    const raw = [said, ...titles.slice(0, count)].map((record) => `${JSON.stringify(record)}\n`).join("");
    expect(await sessionsOf(claudeReader, await homeWith({ "-r/a.jsonl": { raw } }))).toMatchObject([
      { title },
    ]);
  }
});

test("a session that grows while it is read ends where it ended when it was opened", async () => {
  const store = await homeWith({ "-r/a.jsonl": { cwd: "/r" } });
  const [session] = await sessionsOf(claudeReader, store);
  if (session === undefined) throw new Error("not listed");
  const transcript = await claudeReader.open(store, session);
  const more = { type: "user", uuid: "u2", parentUuid: "u1", message: { role: "user", content: "More" } };
  await writeFile(session.path, `${JSON.stringify(more)}\n`, { flag: "a" });
  expect(await collect(transcript.entries())).toHaveLength(1);
  expect((await read(claudeReader, store, session)).entries).toHaveLength(2);
});

describe("telling what the person typed from what the client added", () => {
  const typed = (text: string) => ({ text, injected: false });
  const added = (text: string) => ({ text, injected: true });
  test.each([
    ["plain words", "a < b", [typed("a < b")]],
    [
      "a reminder around words",
      "<system-reminder>x</system-reminder>do it",
      [added("<system-reminder>x</system-reminder>"), typed("do it")],
    ],
    [
      "a tag that is never closed",
      "see <system-reminder> here <system-reminder>",
      [typed("see <system-reminder> here <system-reminder>")],
    ],
    ["someone's own tags", "<div>x</div>", [typed("<div>x</div>")]],
    ["blanks", " \n ", []],
    [
      "a command of the client",
      "<command-name>/clear</command-name><command-args></command-args>",
      [added("<command-name>/clear</command-name>\n<command-args></command-args>")],
    ],
  ])("%s", (_, text, pieces) => expect(tellApart(text)).toEqual(pieces));

  test("takes no longer for a hostile text", () => {
    expect(tellApart("<system-reminder>".repeat(100_000))).toHaveLength(1);
  });
});

test("ids keep their numbers, however many there are", () => {
  const table = new IdTable();
  const bytes = Array.from({ length: 50_000 }, (_, n) => Buffer.from(`id-${n}`));
  const numbers = bytes.map((id) => table.intern(id, 0, id.length));
  expect(numbers).toEqual(bytes.map((_, n) => n));
  expect(table.find("id-31415")).toBe(31415);
  expect(table.find("id-50000")).toBe(-1);
  expect(table.intern(Buffer.from("xid-7y"), 1, 5)).toBe(7);
});

describe("what the person typed while the agent was at work", () => {
  const at = "2026-01-05T12:00:00Z";
  const queue = (operation: string, content?: string) => ({
    type: "queue-operation",
    operation,
    timestamp: at,
    ...(content === undefined ? {} : { content }),
  });
  const sent = (text: string) => ({ type: "user", message: { role: "user", content: text } });
  const delivered = (prompt: string) => ({
    type: "attachment",
    attachment: { type: "queued_command", prompt, commandMode: "prompt" },
  });
  const command = (name: string) =>
    sent(`<command-name>/${name}</command-name><command-args></command-args>`);

  test.each<[string, object[], string[]]>([
    ["and was sent", [queue("enqueue", "A"), queue("dequeue"), sent("A")], ["A"]],
    ["and was delivered", [queue("enqueue", "A"), queue("remove"), delivered("A")], ["A"]],
    [
      "and was delivered before that was noted",
      [queue("enqueue", "A"), delivered("A"), queue("remove")],
      ["A"],
    ],
    ["and waited still", [sent("A"), queue("enqueue", "B")], ["A", "B (never sent)"]],
    [
      "of which one waited still",
      [queue("enqueue", "A"), queue("enqueue", "B"), queue("dequeue"), sent("A")],
      ["A", "B (never sent)"],
    ],
    [
      "and was sent out of turn",
      [queue("enqueue", "A"), queue("enqueue", "B"), queue("dequeue"), sent("B")],
      ["B", "A (never sent)"],
    ],
    ["and was taken back", [sent("A"), queue("enqueue", "B"), queue("popAll", "B")], ["A"]],
    ["and was taken back without a word", [sent("A"), queue("enqueue", "B"), queue("popAll")], ["A"]],
    ["and was removed", [sent("A"), queue("enqueue", "B"), queue("remove")], ["A"]],
    [
      "while the client emptied a queue of its own",
      [sent("A"), queue("enqueue", "B"), queue("popAll", "/rate-limit-options")],
      ["A", "B (never sent)"],
    ],
    ["as a command of the client", [sent("A"), queue("enqueue", "/model opus")], ["A"]],
    [
      "after such a command",
      [queue("enqueue", "/clear"), queue("dequeue"), command("clear"), queue("enqueue", "B")],
      ["B (never sent)"],
    ],
    [
      "by a task that ended",
      [sent("A"), queue("enqueue", "<task-notification>x</task-notification>")],
      ["A"],
    ],
    [
      "and was lost when the client was started again",
      [sent("A"), queue("enqueue", "B"), sent("C")],
      ["A", "B (never sent)", "C"],
    ],
  ])("%s", async (_, records, told) => {
    const id = (n: number) => `00000000-0000-4000-8000-0000000000${n + 10}`;
    const opening = { uuid: id(80), parentUuid: null, cwd: "/r", timestamp: at, ...sent("Hello") };
    let last = opening.uuid;
    const lines = records.map((record, n) => {
      if ("operation" in record) return record;
      const parentUuid = last;
      last = id(n);
      return { uuid: last, parentUuid, timestamp: at, cwd: "/r", ...record };
    });
    const raw = [opening, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
    const store = await homeWith({ "-r/a.jsonl": { raw } });
    const [session] = await sessionsOf(claudeReader, store);
    if (session === undefined) throw new Error("not listed");
    const { entries } = await read(claudeReader, store, session);
    const texts = entries.flatMap((entry) =>
      entry.type === "text" && entry.role === "user" && !entry.injected
        ? [`${entry.text}${entry.unsent === true ? " (never sent)" : ""}`]
        : [],
    );
    expect(texts).toEqual(["Hello", ...told]);
  });
});
