/** What every writer keeps, whatever its agent's store looks like. */
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Redacted } from "../../../schema/redacted.ts";
import type { Entry, Origin, TextEntry } from "../../../schema/transcript.ts";
import type {
  SessionReader,
  SessionWriter,
  StoreEnvironment,
  WriteRequest,
} from "../../../scripts/agents/adapter.ts";
import { knownAgents } from "../../../scripts/agents/index.ts";
import { EXIT, isUserError } from "../../../scripts/base/errors.ts";
import { copyOf, fixturesOf, read, sessionsOf, verifyForm } from "../contract.ts";

export const NOW = new Date("2026-11-20T18:30:05.123Z");
const CWD = "/home/dev/repo";

/** How the stores of one agent look, for tests that spoil them. */
export interface StoreShape {
  agent: string;
  /** A file in the store of an unknown generation: path below the home, and content. */
  unknown: [path: string, content: string][];
  /** A folder on the way to the session that will be written, below the home. */
  folder: string;
  /** Names of further files that a session has, in the same folder. */
  beside?: string[];
  /** Each result stands right behind its call there, and a todo list behind both. */
  groupsCalls?: boolean;
}

export function writerContract({
  agent,
  unknown,
  folder,
  beside = [],
  groupsCalls = false,
}: StoreShape): void {
  const { reader, writer } = adapterOf(agent);
  tellingContract(reader, writer, groupsCalls);

  test("writes a session, for its owner only, with its last line ended, and no permissions in it", async () => {
    const store = await emptyStore();
    const { path } = await writer.write(store, requestOf(CONVERSATION));
    const paths = [path, ...beside.map((name) => join(dirname(path), name))];
    expect(await filesIn(store.home)).toEqual(paths.map((file) => relative(store.home, file)));
    for (const file of paths) expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (let at = dirname(path); at !== store.home; at = dirname(at)) {
      expect((await stat(at)).mode & 0o777).toBe(0o700);
    }
    const content = await readFile(path, "utf8");
    expect(content.endsWith("}\n")).toBe(true);
    for (const line of content.trimEnd().split("\n")) JSON.parse(line);
    expect(content).not.toMatch(
      /permission|approval|sandbox|entrypoint|promptSource|model_provider|signature/i,
    );
  });

  test("spells out what some clients take for line breaks", async () => {
    const { path } = await writer.write(await emptyStore(), requestOf([said("user", "a\u2028b\u2029c")]));
    expect(await readFile(path, "utf8")).not.toMatch(/[\u2028\u2029]/);
  });

  test("gives each session an id of its own", async () => {
    const store = await emptyStore();
    const written = [1, 2, 3].map(() => writer.write(store, requestOf(CONVERSATION)));
    const ids = (await Promise.all(written)).map(({ sessionId }) => sessionId);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await sessionsOf(reader, store, [CWD])).map(({ id }) => id)).toEqual([...ids].sort());
  });

  test.each(fixturesOf(agent))(
    "changes nothing in a store that is there, and takes back only its own: $name",
    async (fixture) => {
      const store = await copyOf(fixture.store);
      const before = await snapshot(store.home);
      const written = await writer.write(store, requestOf(CONVERSATION));
      expect(await snapshot(store.home)).toEqual(expect.arrayContaining(before));
      expect(await sessionsOf(reader, store, [CWD])).toContainEqual(
        expect.objectContaining({ id: written.sessionId, path: written.path }),
      );
      await written.undo();
      expect(await snapshot(store.home)).toEqual(before);
    },
  );

  test("takes back the folders that it made", async () => {
    const store = await emptyStore();
    const { undo } = await writer.write(store, requestOf(CONVERSATION));
    await undo();
    expect(await readdir(store.home)).toEqual([]);
  });

  test("takes back nothing that the agent has written since", async () => {
    const store = await emptyStore();
    const { path, undo } = await writer.write(store, requestOf(CONVERSATION));
    await writeFile(path, "{}\n", { flag: "a" });
    await undo();
    expect(await readFile(path, "utf8")).toMatch(/\{\}\n$/);
  });

  test.each(unknown)(
    "refuses a store that it does not know, with nothing written: %s",
    async (path, content) => {
      const store = await emptyStore();
      await mkdir(dirname(join(store.home, path)), { recursive: true });
      await writeFile(join(store.home, path), content);
      const before = await snapshot(store.home);
      const error = await writer.write(store, requestOf(CONVERSATION)).catch((reason: unknown) => reason);
      expect(isUserError(error) && error.code).toBe(EXIT.unknownFormat);
      expect(await snapshot(store.home)).toEqual(before);
    },
  );

  test("does not follow a link that leads out of the store", async () => {
    const store = await emptyStore();
    const outside = (await emptyStore()).home;
    await mkdir(dirname(join(store.home, folder)), { recursive: true });
    await symlink(outside, join(store.home, folder));
    const before = await snapshot(store.home);
    await expect(writer.write(store, requestOf(CONVERSATION))).rejects.toThrow(/leads out of the store/);
    expect(await readdir(outside)).toEqual([]);
    expect(await snapshot(store.home)).toEqual(before);
  });

  test("leaves nothing behind when the place cannot be written", async () => {
    const store = await emptyStore();
    await mkdir(dirname(join(store.home, folder)), { recursive: true });
    await writeFile(join(store.home, folder), "a file where a folder belongs");
    const before = await snapshot(store.home);
    const error = await writer.write(store, requestOf(CONVERSATION)).catch((reason: unknown) => reason);
    expect(isUserError(error)).toBe(true);
    expect(await snapshot(store.home)).toEqual(before);
  });
}

/** What can be read back, however it was written. */
export function tellingContract(
  reader: SessionReader,
  writer: Pick<SessionWriter, "write">,
  groupsCalls: boolean,
): void {
  describe("keeps everything", () => {
    const sources = knownAgents().map(({ name }) => name);
    test.each(sources.flatMap((source) => fixturesOf(source).map((fixture) => ({ source, ...fixture }))))(
      "of the sessions of $source, $name",
      async ({ source, store }) => {
        const from = adapterOf(source).reader;
        const sessions = await sessionsOf(from, store);
        expect(sessions.length).toBeGreaterThan(0);
        for (const session of sessions) {
          const { entries } = await read(from, store, session);
          const target = await emptyStore();
          const request = requestOf(entries, { source: { agent: source, session: session.id } });
          const written = await writer.write(target, request);
          const back = await readBack(reader, target, written.sessionId);
          const kept = entries.filter((entry) => entry.type !== "text" || entry.text.trim() !== "");
          expect(written.leftOut).toBe(entries.length - kept.length);
          expect(comparable(back, groupsCalls)).toEqual(comparable(kept, groupsCalls));
          expect(unsaid(kept, back)).toEqual([]);
          const origins = kept.map(({ id }) => ({ agent: source, session: session.id, entry: id }));
          expect(sorted(back.map(({ origin }) => origin))).toEqual(sorted(origins));
        }
      },
    );
  });

  test("tells from where an entry first came, however often it was carried over", async () => {
    const origin = { agent: "opencode", session: "ses_1", entry: "prt_1" };
    const entries = [said("user", "Hello", { origin }), said("assistant", "Hi")];
    const store = await emptyStore();
    const { sessionId } = await writer.write(store, requestOf(entries));
    const back = await readBack(reader, store, sessionId);
    expect(back.map((entry) => entry.origin)).toEqual([
      origin,
      { agent: "elsewhere", session: "s1", entry: entries[1]?.id },
    ]);
  });

  test("takes a text for what it is, even when it looks like the client's own", async () => {
    const texts = [
      "<environment_context>x</environment_context>",
      "<system-reminder>be brief</system-reminder> is what it says",
      "  [Request interrupted by user]  ",
      "<session_context>\nhere",
      "The todo list was here:\n- [x] not one",
      "a\u2028b\u2029c\u0000d\ud800e",
    ];
    const entries = texts.flatMap((text) => [said("user", text), said("assistant", `You said: ${text}`)]);
    const store = await emptyStore();
    const { sessionId } = await writer.write(store, requestOf(entries));
    const back = await readBack(reader, store, sessionId);
    expect(comparable(back)).toEqual(comparable(entries));
  });

  test("tells injected text as such, and it is no turn of the person", async () => {
    const note = said("user", "A note of where this is from", { injected: true });
    const entries = [note, said("user", "Add a greeting"), said("assistant", "Done")];
    const store = await emptyStore();
    const { sessionId } = await writer.write(store, requestOf(entries));
    const [session] = await sessionsOf(reader, store, [CWD]);
    expect(session).toMatchObject({ id: sessionId, turns: 1, cwd: CWD });
    expect(comparable(await readBack(reader, store, sessionId))).toEqual(comparable(entries));
  });

  test("counts what became text and what was left out", async () => {
    const entries: Entry[] = [
      said("user", "Look at this"),
      { ...base("r"), role: "assistant", type: "reasoning", text: "Hm." },
      said("assistant", " \n"),
      { ...base("i"), role: "user", type: "image", mediaType: "image/tiff", data: null, source: "a.tiff" },
      ...pair("c", "mystery", { anything: { goes: true } }),
      { ...base("k"), role: "user", type: "compaction", summary: "It was short." },
      { ...base("e"), role: "system", type: "interruption", cause: "rate_limit", text: "429" },
    ];
    const written = await writer.write(await emptyStore(), requestOf(entries));
    expect(written).toMatchObject({ asText: 6, leftOut: 1 });
  });
}

export function adapterOf(agent: string): { reader: SessionReader; writer: SessionWriter } {
  const adapter = knownAgents().find(({ name }) => name === agent);
  const { reader, writer = NO_WRITER } = adapter ?? {};
  if (reader === undefined) throw new Error(`${agent} has no reader`);
  return { reader, writer };
}

const NO_WRITER: SessionWriter = {
  write: () => Promise.reject(new Error("no writer")),
  resume: () => [],
};

export async function emptyStore(): Promise<StoreEnvironment> {
  const home = await realpath(await mkdtemp(join(tmpdir(), "baton-write-")));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return { home, env: {} };
}

export function requestOf(entries: readonly Entry[], more: Partial<WriteRequest> = {}): WriteRequest {
  return {
    entries: asIs(entries),
    source: { agent: "elsewhere", session: "s1" },
    title: asIs("Add a greeting"),
    cwd: CWD,
    branch: "main",
    now: NOW,
    ...more,
  };
}

// Nothing in these tests is a secret.
function asIs<T>(value: T): Redacted<T> {
  return value as Redacted<T>;
}

export async function readBack(reader: SessionReader, store: StoreEnvironment, id: string): Promise<Entry[]> {
  const session = (await sessionsOf(reader, store, [CWD])).find((candidate) => candidate.id === id);
  if (session === undefined) throw new Error(`${id} is not listed`);
  const { entries, stats } = await read(reader, store, session);
  expect(stats.reasons).toEqual({});
  verifyForm(entries);
  return entries;
}

let number = 0;

export function base(id: string) {
  const at = new Date(Date.UTC(2026, 0, 5, 12, 0, number++)).toISOString();
  return { id: `${id}-${number}`, parent: null, at, model: null };
}

export function said(role: "user" | "assistant", text: string, more: Partial<TextEntry> = {}): TextEntry {
  return { ...base("t"), role, type: "text", text, injected: false, ...more };
}

/** A call and its result. */
export function pair(callId: string, tool: string, input: Record<string, unknown>, output = "done"): Entry[] {
  return [
    { ...base("c"), role: "assistant", type: "tool_call", callId, tool, input },
    {
      ...base("o"),
      role: "user",
      type: "tool_result",
      callId,
      output,
      ok: true,
      exitCode: null,
      interrupted: false,
    },
  ];
}

export const CONVERSATION: readonly Entry[] = [
  said("user", "Add a greeting"),
  said("assistant", "I look first."),
  ...pair("1", "bash", { command: "ls" }, "README.md\n"),
  said("assistant", "Done."),
];

/**
 * Entries without their ids, and without how a call is put. Where a format keeps each call together with its result,
 * calls that ran side by side may come in another order: then only what was said, and the lists, stay in theirs.
 */
export function comparable(entries: readonly Entry[], groupsCalls = false) {
  if (!groupsCalls) return entries.map(plain);
  const of = (type: Entry["type"]) => entries.filter((entry) => entry.type === type);
  const answers = of("tool_result").flatMap((entry) => (entry.type === "tool_result" ? [entry] : []));
  const answer = (callId: string) => answers.find((entry) => entry.callId === callId);
  const pairs = of("tool_call").flatMap((call) =>
    call.type === "tool_call" ? [{ call: plain(call), answer: plain(answer(call.callId) ?? call) }] : [],
  );
  const place = ({ call, answer }: (typeof pairs)[number]) =>
    `${call.at} ${JSON.stringify(answer, ["output"])}`;
  return {
    said: entries.filter(({ type }) => !/^(tool_|todos)/.test(type)).map(plain),
    lists: of("todos").map(plain),
    pairs: pairs.sort((a, b) => (place(a) < place(b) ? -1 : 1)),
  };
}

function plain({ id: _, parent: __, origin: ___, ...rest }: Entry) {
  if (rest.type === "tool_call") return { ...rest, callId: null, tool: null, input: null };
  return rest.type === "tool_result" ? { ...rest, callId: null } : rest;
}

/** Lines of the arguments of calls that no call has any more, under whatever name. */
function unsaid(before: readonly Entry[], after: readonly Entry[]): string[] {
  const lines = (entries: readonly Entry[]) =>
    entries.flatMap((entry) => (entry.type === "tool_call" ? linesIn(entry.input) : []));
  const told = lines(after).join("\n");
  return lines(before).filter((line) => !told.includes(line));
}

function linesIn(value: unknown): string[] {
  if (typeof value === "string") return value.split("\n");
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.values(value).flatMap(linesIn);
}

function sorted(origins: readonly (Origin | undefined)[]): string[] {
  return origins.map((origin) => JSON.stringify(origin)).sort();
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Every file with its content and permissions, and every folder. */
async function snapshot(home: string): Promise<string[]> {
  const names = (await readdir(home, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(home, name);
      const { mode, mtimeMs, size } = await stat(path);
      const isFile = (await stat(path)).isFile();
      return isFile
        ? `${name} ${mode} ${mtimeMs} ${size} ${await readFile(path, "base64")}`
        : `${name}/ ${mode}`;
    }),
  );
}
