/** What every reader keeps, whatever its agent's store looks like. Runs over all fixtures of the agent. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Entry, ReadStats, SessionSummary, Transcript } from "../../schema/transcript.ts";
import type { SessionReader, StoreEnvironment } from "../../scripts/agents/adapter.ts";
import { isUserError } from "../../scripts/base/errors.ts";
import { propertyTest } from "../support/properties.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));

/** `expected.json` of a fixture: what any reader must find in it. */
export interface Expected {
  cwd: string;
  branch: string | null;
  /** Null where no model is recorded. */
  model: string | null;
  sessions: ExpectedSession[];
}

export interface ExpectedSession {
  /** What the session shows, in a word. */
  scene: string;
  id: string;
  customTitle: string | null;
  asks: string[];
  replies: string[];
  reasoning: string[];
  tools: string[];
  todos: { text: string; status: string }[];
  end: "complete" | "rate-limit" | "error" | "killed" | "stopped";
  /** Records that can't be used, by reason; none when absent. */
  skipped?: Record<string, number>;
  /** Summaries of compactions. */
  summaries?: string[];
  /** What the tools answered. Not looked at when absent. */
  results?: string[];
  tokens?: number;
  /** Where it is not that of the other sessions. */
  model?: string | null;
}

export interface Fixture {
  name: string;
  store: StoreEnvironment;
  expected: Expected;
}

/** The fixtures of an agent: `tests/fixtures/<agent>/<version>/{home,expected.json}`. */
export function fixturesOf(agent: string): Fixture[] {
  const names = readdirSync(join(FIXTURES, agent)).filter((name) => !name.endsWith(".draft"));
  return names.map((name) => {
    const folder = join(FIXTURES, agent, name);
    const expected: Expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
    return { name, store: { home: join(folder, "home"), env: {} }, expected };
  });
}

/** A copy of a fixture's home that a test may spoil. */
export async function copyOf(store: StoreEnvironment): Promise<StoreEnvironment> {
  const home = await mkdtemp(join(tmpdir(), "baton-store-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await cp(store.home, home, { recursive: true, preserveTimestamps: true });
  return { ...store, home };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function sessionsOf(
  reader: SessionReader,
  store: StoreEnvironment,
  roots: string[] | null = null,
) {
  const sessions = await collect(reader.sessions(store, { roots }));
  return sessions.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export interface Read {
  transcript: Transcript;
  entries: Entry[];
  stats: ReadStats;
}

export async function read(
  reader: SessionReader,
  store: StoreEnvironment,
  session: SessionSummary,
): Promise<Read> {
  const transcript = await reader.open(store, session);
  const entries = await collect(transcript.entries());
  return { transcript, entries, stats: transcript.stats };
}

/** What was said and done, as `expected.json` tells it. */
export function tellingOf({ entries, transcript, stats }: Read) {
  const texts = (role: string) =>
    entries.flatMap((entry) =>
      entry.type === "text" && entry.role === role && !entry.injected ? entry.text : [],
    );
  const of = <T extends Entry["type"]>(type: T) =>
    entries.filter((entry): entry is Extract<Entry, { type: T }> => entry.type === type);
  return {
    id: transcript.facts.id,
    customTitle: transcript.facts.titles.custom,
    asks: texts("user"),
    replies: texts("assistant"),
    reasoning: of("reasoning").map(({ text }) => text),
    tools: of("tool_call").map(({ tool }) => tool),
    todos: of("todos").at(-1)?.todos ?? [],
    end: endOf(entries),
    skipped: stats.reasons,
    summaries: of("compaction").map(({ summary }) => summary),
    results: of("tool_result").map(({ output }) => output),
    tokens: transcript.facts.tokens?.total,
  };
}

function endOf(entries: readonly Entry[]): ExpectedSession["end"] {
  const last = entries.findLast(({ type }) => type !== "todos" && type !== "image");
  if (last?.type === "interruption") {
    return ({ rate_limit: "rate-limit", error: "error", user: "stopped" } as const)[last.cause];
  }
  return last?.type === "tool_result" && last.interrupted ? "killed" : "complete";
}

/** `entries` as they must be in every transcript: linked, paired, with times that are times. */
export function verifyForm(entries: readonly Entry[]): void {
  const ids = entries.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(entries.map(({ parent }) => parent)).toEqual([null, ...ids].slice(0, ids.length));
  const open = new Set<string>();
  for (const entry of entries) {
    expect(["user", "assistant", "system"]).toContain(entry.role);
    if (entry.at !== null) expect(new Date(entry.at).toISOString().slice(0, 19)).toBe(entry.at.slice(0, 19));
    if (entry.type === "tool_call") {
      expect(open.has(entry.callId)).toBe(false);
      open.add(entry.callId);
    } else if (entry.type === "tool_result") {
      expect(open.delete(entry.callId)).toBe(true);
    }
  }
  expect(open.size).toBe(0);
}

export function readerContract(agent: string, reader: SessionReader): void {
  describe.each(fixturesOf(agent))("$name", ({ store, expected }) => {
    test("lists the sessions of the repository, and of no other", async () => {
      const ids = expected.sessions.map(({ id }) => id).sort();
      for (const roots of [null, [expected.cwd], ["/elsewhere", expected.cwd]]) {
        const sessions = await sessionsOf(reader, store, roots);
        expect(sessions.map(({ id }) => id)).toEqual(ids);
        for (const session of sessions) {
          expect(session).toMatchObject({ agent, cwd: expected.cwd, branch: expected.branch });
          expect(session.size).toBeGreaterThan(0);
          expect(session.title).not.toBeNull();
          expect(Date.parse(session.updatedAt ?? "")).not.toBeNaN();
        }
      }
      for (const roots of [[], [`${expected.cwd}-2`], [join(expected.cwd, "deeper")]]) {
        expect(await sessionsOf(reader, store, roots)).toEqual([]);
      }
    });

    test.each(expected.sessions)("reads the session: $scene", async ({ scene: _, ...session }) => {
      const { model: __, ...tells } = session;
      const summary = (await sessionsOf(reader, store)).find(({ id }) => id === session.id);
      if (summary === undefined) throw new Error(`${session.id} is not listed`);
      const first = await read(reader, store, summary);
      expect(tellingOf(first)).toMatchObject({ skipped: {}, ...tells });
      expect(first.transcript.facts).toMatchObject({ id: session.id, cwd: expected.cwd });
      const model = session.model === undefined ? expected.model : session.model;
      if (session.replies.length > 0) expect(first.transcript.facts.model).toBe(model);
      verifyForm(first.entries);
      expect(first.stats.records).toBeGreaterThan(0);
      expect(first.stats.skipped).toBe(Object.values(first.stats.reasons).reduce((sum, n) => sum + n, 0));
      const stats = structuredClone(first.stats);
      expect(await collect(first.transcript.entries())).toEqual(first.entries);
      expect(first.stats).toEqual(stats);
      const second = await read(reader, store, summary);
      expect(second.entries).toEqual(first.entries);
      expect(second.transcript.facts).toEqual(first.transcript.facts);
    });

    test("says where it looked", async () => {
      const places = await reader.places(store);
      expect(
        places.some(({ found, generation }) => found && generation !== null && generation !== "unknown"),
      ).toBe(true);
    });

    test("leaves the store as it is", async () => {
      const copy = await copyOf(store);
      const before = stampsOf(copy.home);
      await reader.places(copy);
      for (const session of await sessionsOf(reader, copy)) await read(reader, copy, session);
      expect(stampsOf(copy.home)).toEqual(before);
    });

    propertyTest(
      "never crashes on a file that is cut, and keeps what is whole before the cut",
      50,
      async (numRuns) => {
        const copy = await copyOf(store);
        const whole = await sessionsOf(reader, copy);
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom(...whole),
            fc.double({ min: 0, max: 1, noNaN: true }),
            async ({ path }, where) => {
              const bytes = await readFile(path);
              const cut = bytes.subarray(0, Math.floor(where * bytes.length));
              const after = await readSpoiled(reader, copy, path, cut);
              const lines = path.endsWith(".jsonl") ? wholeLines(cut) : cut.subarray(0, 0);
              const kept = lines.length === 0 ? after : await readSpoiled(reader, copy, path, lines);
              await writeFile(path, bytes);
              expect(after).toEqual(kept);
            },
          ),
          { numRuns },
        );
      },
    );

    propertyTest("never crashes on lines that are shuffled, doubled or spoiled", 40, async (numRuns) => {
      const copy = await copyOf(store);
      const whole = (await sessionsOf(reader, copy)).filter(({ path }) => path.endsWith(".jsonl"));
      if (whole.length === 0) return;
      const spoil = fc.record({ from: fc.nat(), to: fc.nat(), noise: fc.uint8Array({ maxLength: 20 }) });
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...whole),
          fc.array(spoil, { minLength: 1, maxLength: 6 }),
          async ({ path }, spoils) => {
            const content = await readFile(path, "latin1");
            const lines = content.split("\n");
            for (const { from, to, noise } of spoils) {
              const line = lines[from % lines.length] ?? "";
              const at = to % (line.length + 1);
              const spoiled = line.slice(0, at) + Buffer.from(noise).toString("latin1") + line.slice(at);
              lines.splice(to % lines.length, 0, spoiled);
            }
            await readSpoiled(reader, copy, path, Buffer.from(lines.join("\n"), "latin1"));
            await writeFile(path, content, "latin1");
          },
        ),
        { numRuns },
      );
    });

    propertyTest("never crashes on a value of another kind", 60, async (numRuns) => {
      const copy = await copyOf(store);
      const whole = (await sessionsOf(reader, copy)).filter(({ path }) => path.endsWith(".jsonl"));
      if (whole.length === 0) return;
      const other = fc.constantFrom<unknown>(
        { toString: null },
        [{ toString: null }],
        "constructor",
        1e99,
        null,
      );
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...whole),
          fc.nat(),
          fc.nat(),
          other,
          async ({ path }, a, b, value) => {
            const content = await readFile(path, "utf8");
            const lines = content.split("\n");
            const at = a % lines.length;
            lines[at] = withOther(lines[at] ?? "", b, value);
            await readSpoiled(reader, copy, path, Buffer.from(lines.join("\n")));
            await writeFile(path, content);
          },
        ),
        { numRuns },
      );
    });
  });

  test("finds nothing, and says so, where there is no store", async () => {
    const home = await mkdtemp(join(tmpdir(), "baton-empty-"));
    onTestFinished(() => rm(home, { recursive: true }));
    const store = { home, env: {} };
    expect(await sessionsOf(reader, store, ["/home/dev/repo"])).toEqual([]);
    expect((await reader.places(store)).map(({ found }) => found)).not.toContain(true);
    expect(readdirSync(home)).toEqual([]);
  });
}

/** The entries of the file with this content, or the words with which the reader refuses it. */
async function readSpoiled(reader: SessionReader, store: StoreEnvironment, path: string, content: Buffer) {
  await writeFile(path, content);
  try {
    const session = (await sessionsOf(reader, store)).find((candidate) => candidate.path === path);
    if (session === undefined) return null;
    const { entries } = await read(reader, store, session);
    verifyForm(entries);
    return entries;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return error.message;
  }
}

/** The record with another value in the place of its nth one, however deep that lies; a line that is no JSON as it is. */
function withOther(line: string, nth: number, other: unknown): string {
  let count = 0;
  try {
    const record: unknown = JSON.parse(line, (_, value) => {
      count += 1;
      return value;
    });
    const wanted = nth % count;
    count = 0;
    return JSON.stringify(record, (_, value) => (count++ === wanted ? other : value));
  } catch {
    return line;
  }
}

/** The lines of a cut file that are whole; the last one may be, without its line feed. Empty where that can't be told. */
function wholeLines(cut: Buffer): Buffer {
  const end = cut.lastIndexOf("\n") + 1;
  const rest = cut.toString("utf8", end);
  // The end of a record with raw line breaks in it: whether it is whole, its earlier lines would have to say.
  if (rest !== "" && !rest.startsWith("{")) return cut.subarray(0, 0);
  try {
    JSON.parse(rest);
    return cut;
  } catch {
    return cut.subarray(0, end);
  }
}

function stampsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mtimeMs, ctimeMs, mode, size, ino } = statSync(path);
      const content = statSync(path).isFile()
        ? createHash("sha256").update(readFileSync(path)).digest("hex")
        : "";
      return [name, mtimeMs, ctimeMs, mode, size, ino, content].join(" ");
    });
}
