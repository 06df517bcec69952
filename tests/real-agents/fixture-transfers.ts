import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Redacted } from "../../schema/redacted.ts";
import type { Entry, SessionSummary } from "../../schema/transcript.ts";
import type {
  AgentAdapter,
  SessionReader,
  StoreEnvironment,
  WrittenSession,
} from "../../scripts/agents/adapter.ts";
import { agentNamed, knownAgents } from "../../scripts/agents/index.ts";
import { importNote } from "../../scripts/transcript/import-note.ts";
import { copyOf, fixturesOf, read, sessionsOf } from "../agents/contract.ts";
import { CLIENTS, type ClientName } from "./support/clients.ts";
import { environment } from "./support/environment.ts";
import { say } from "./support/script.ts";
import { begin, goOn, listing, type Stage } from "./support/stage.ts";
import type { Chapter } from "./support/story.ts";
import { newWorkplace, type Workplace } from "./support/workplace.ts";

const NEXT: Chapter = { ask: "What comes next?", turns: [say("The README comes next.")] };

/** What an agent recorded: a long session that was cut off, one with a subagent, or one that the person stopped. */
export interface Recorded {
  source: ClientName;
  scene: "story" | "delegated" | "stopped";
}

/** Sessions of the fixtures, written for a real client, which goes on with them. */
export function fixtureTransfers(
  agent: ClientName,
  recorded: readonly Recorded[],
  more: (place: Workplace) => void = () => {},
): void {
  const client = CLIENTS[agent];
  const installed = inject("clients")[agent];
  if ("missing" in installed) {
    test.skip(installed.missing);
    return;
  }

  describe(`${client.package} ${client.version} goes on with`, () => {
    const place = newWorkplace();
    const stage: Stage = { agent, client, program: installed.program, place };
    const adapter = agentNamed(agent, knownAgents());
    const store: StoreEnvironment = { home: place.home, env: {} };

    afterAll(place.remove);

    beforeAll(async () => {
      const { PATH, ...env } = await environment(place.home);
      // Settings that name no server are enough: writing asks no model.
      const settings = client.environment("http://127.0.0.1:9", place.home);
      Object.assign(store.env, env, settings, { PATH: `${dirname(installed.program)}:${PATH}` });
      // Puts the settings into place, and shows that the words do not come from elsewhere.
      const { run } = await begin(stage, NEXT);
      expect(JSON.stringify(run.requests)).not.toContain("Add a greeting");
    });

    test.each(recorded)("a session of $source: $scene", async ({ source, scene }) => {
      const { entries, session, told } = await sceneOf(source, scene);
      const written = await write(adapter, store, place.repo, source, session, entries);
      const listed = await listing(stage);
      if (listed !== null) expect(listed).toContain(written.sessionId);
      expect((await adapter.writer?.confirm?.(store, written.sessionId, place.repo)) ?? true).toBe(true);

      const { run } = await goOn(stage, written.sessionId, NEXT);
      const sent = JSON.stringify(run.requests.filter(({ kind }) => kind === "turn"));
      expect(told.filter((words) => !sent.includes(JSON.stringify(words).slice(1, -1)))).toEqual([]);

      const after = await entriesOf(readerOf(adapter), store, written.sessionId);
      const own = after.filter(({ origin }) => origin === undefined);
      const said = own.flatMap((entry) => (entry.type === "text" && !entry.injected ? [entry.text] : []));
      expect(said).toEqual([NEXT.ask, "The README comes next."]);
      expect(after.filter(({ origin }) => origin?.agent === source)).toHaveLength(entries.length + 1);
    });

    test("nothing, once it was taken back", async () => {
      const { entries, session } = await sceneOf("claude", "simple");
      const before = await sessionsOf(readerOf(adapter), store);
      const written = await write(adapter, store, place.repo, "claude", session, entries);
      expect(await sessionsOf(readerOf(adapter), store)).toHaveLength(before.length + 1);
      await written.undo();
      expect(await sessionsOf(readerOf(adapter), store)).toEqual(before);
      const listed = await listing(stage);
      if (listed !== null) expect(listed).not.toContain(written.sessionId);
    });

    more(place);
  });
}

/** A session that a real client wrote, and what of it the model must get to see. */
async function sceneOf(source: string, scene: string) {
  const fixture = fixturesOf(source).find(({ name }) => name !== "made");
  const expected = fixture?.expected.sessions.find((session) => session.scene === scene);
  if (fixture === undefined || expected === undefined) throw new Error(`${source} has no scene ${scene}`);
  const reader = readerOf(agentNamed(source, knownAgents()));
  const store = await copyOf(fixture.store);
  const session = (await sessionsOf(reader, store)).find(({ id }) => id === expected.id);
  if (session === undefined) throw new Error(`${source}'s session ${expected.id} is not found`);
  const { entries } = await read(reader, store, session);
  const kept = entries.filter(
    (entry) => entry.type !== "text" || (!entry.injected && entry.text.trim() !== ""),
  );
  const commands = kept.flatMap((entry) => (entry.type === "tool_call" ? commandIn(entry.input) : []));
  const outputs = kept.flatMap((entry) => (entry.type === "tool_result" ? [entry.output.trim()] : []));
  return { entries: kept, session, told: [...expected.asks, ...expected.replies, ...commands, ...outputs] };
}

function commandIn({ command, cmd }: Record<string, unknown>): string[] {
  return [command, cmd].filter((value) => typeof value === "string");
}

function write(
  adapter: AgentAdapter,
  store: StoreEnvironment,
  cwd: string,
  source: string,
  session: SessionSummary,
  entries: readonly Entry[],
): Promise<WrittenSession> {
  if (adapter.writer === undefined) throw new Error(`${adapter.name} has no writer`);
  const now = new Date();
  const cut = { outputsShortened: 0, turnsFolded: 0, entriesFolded: 0 };
  const note = importNote({
    fromLabel: source,
    session: session.id,
    lastEntryAt: entries.at(-1)?.at ?? null,
    importedAt: now.toISOString(),
    cut,
  });
  return adapter.writer.write(store, {
    entries: [note, ...entries] as readonly Entry[] as Redacted<readonly Entry[]>,
    source: { agent: source, session: session.id },
    title: "A greeting" as Redacted<string>,
    cwd,
    branch: "main",
    now,
  });
}

async function entriesOf(reader: SessionReader, store: StoreEnvironment, id: string): Promise<Entry[]> {
  const session = (await sessionsOf(reader, store)).find((candidate) => candidate.id === id);
  if (session === undefined) throw new Error(`${id} is not listed`);
  return (await read(reader, store, session)).entries;
}

function readerOf({ name, reader }: AgentAdapter): SessionReader {
  if (reader === undefined) throw new Error(`${name} has no reader`);
  return reader;
}
