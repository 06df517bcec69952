import type { Entry, ReadStats, SessionFacts, SessionSummary } from "../../../schema/transcript.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { countSkip, newStats, resetStats } from "../../base/read-stats.ts";
import { inSequence } from "../../transcript/sequence.ts";
import type { SessionReader, StoreEnvironment } from "../adapter.ts";
import { type OpenSqlite, openSqlite } from "../sqlite/open.ts";
import { findThroughClient } from "./client.ts";
import { findTreeSession } from "./json-tree.ts";
import { listAll } from "./listing.ts";
import { treeFolder } from "./places.ts";
import { factsOf, type StoredSession } from "./session.ts";
import { placesOf } from "./status.ts";
import { openDatabase } from "./store.ts";
import { noWayToRead } from "./unreadable.ts";

/** Reads every generation of OpenCode's store: its database, the older tree of files, the Go era's database. */
export function openCodeReader(openFile: OpenSqlite = openSqlite): SessionReader {
  return {
    places: (store) => placesOf(store, openFile),
    sessions: (store, query) => listAll(store, query, openFile),
    async open(store, summary) {
      const find = () => findSession(store, summary, openFile);
      const { session, close } = await find();
      close();
      const facts = factsOf(session.info);
      const stats = newStats();
      return { agent: summary.agent, facts, stats, entries: () => entries(find, facts, stats) };
    },
  };
}

interface OpenSession {
  session: StoredSession;
  close(): void;
}

async function* entries(
  find: () => Promise<OpenSession>,
  facts: SessionFacts,
  stats: ReadStats,
): AsyncGenerator<Entry> {
  resetStats(stats);
  const { session, close } = await find();
  try {
    yield* inSequence(session.entries(facts, stats), () => countSkip(stats, "result without a call"));
  } finally {
    close();
  }
}

async function findSession(
  store: StoreEnvironment,
  summary: SessionSummary,
  openFile: OpenSqlite,
): Promise<OpenSession> {
  const nothing = () => {};
  if (summary.generation === "json-tree") {
    return { session: existing(findTreeSession(treeFolder(store), summary.path), summary), close: nothing };
  }
  const database = await openDatabase(summary.path, openFile);
  if (database === null) {
    const session = await findThroughClient(store, summary.cwd ?? store.home, summary.id);
    if (session === null) throw noWayToRead(summary.path);
    return { session, close: nothing };
  }
  try {
    const session = existing(database === "empty" ? null : database.find(summary.id), summary);
    return { session, close: () => database !== "empty" && database.close() };
  } catch (error) {
    if (database !== "empty") database.close();
    throw error;
  }
}

function existing(session: StoredSession | null, { id, path }: SessionSummary): StoredSession {
  if (session !== null) return session;
  throw new UserError(
    `OpenCode's session ${id} is no longer in ${path}.`,
    "List the sessions that are there: baton list --agent opencode",
    EXIT.notFound,
  );
}
