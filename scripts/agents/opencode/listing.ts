import type { SessionSummary } from "../../../schema/transcript.ts";
import { isUserError, type UserError } from "../../base/errors.ts";
import { newStats } from "../../base/read-stats.ts";
import { titleOf } from "../../transcript/title.ts";
import type { SessionQuery, StoreEnvironment } from "../adapter.ts";
import { Belonging } from "../listing.ts";
import type { OpenSqlite } from "../sqlite/open.ts";
import { listThroughClient } from "./client.ts";
import { findTreeSession, listTreeSessions, measureTreeSession } from "./json-tree.ts";
import { databases, projectDatabase, treeFolder } from "./places.ts";
import { factsOf, type SessionInfo, type StoredSession } from "./session.ts";
import { openDatabase } from "./store.ts";
import { noWayToRead } from "./unreadable.ts";

/** Entries that are looked through at most for what the person asked first. */
const FIRST_ENTRIES = 50;

/** A session that was met, and what takes longer to find out about it. */
interface Met {
  info: SessionInfo;
  path: string;
  generation: string;
  measure(): Pick<SessionSummary, "turns" | "size">;
  find(): StoredSession | null;
}

/** The person's sessions in all generations of the store, each once. */
export async function* listAll(
  store: StoreEnvironment,
  query: SessionQuery,
  open: OpenSqlite,
): AsyncGenerator<SessionSummary> {
  const belonging = new Belonging(query.roots);
  const files = [...databases(store), ...(query.roots ?? []).map(projectDatabase)];
  const seen = new Set<string>();
  const failures: UserError[] = [];
  for (const source of [
    ...files.map((path) => inDatabase(path, store, query, open)),
    inTree(treeFolder(store)),
  ]) {
    try {
      for await (const met of source) {
        // What the client moved from the tree into its database is still in the tree, too.
        if (seen.has(met.info.id) || !belonging.has(met.info.folder)) continue;
        seen.add(met.info.id);
        yield await summaryOf(met);
      }
    } catch (error) {
      if (!isUserError(error)) throw error;
      failures.push(error);
    }
  }
  // Said last, so that one store that cannot be read hides none of the others.
  if (failures[0] !== undefined) throw failures[0];
}

async function* inDatabase(
  path: string,
  store: StoreEnvironment,
  { roots }: SessionQuery,
  open: OpenSqlite,
): AsyncGenerator<Met> {
  const database = await openDatabase(path, open);
  if (database === "empty") return;
  if (database === null) {
    for (const folder of roots ?? [store.home]) yield* throughClient(path, store, folder);
    return;
  }
  try {
    for (const info of database.sessions()) {
      const { generation } = database;
      const measure = () => database.measure(info.id);
      yield { info, path, generation, measure, find: () => database.find(info.id) };
    }
  } finally {
    database.close();
  }
}

async function* throughClient(path: string, store: StoreEnvironment, folder: string): AsyncGenerator<Met> {
  const listed = await listThroughClient(store, folder);
  if (listed === null) throw noWayToRead(path);
  for (const info of listed) {
    const measure = () => ({ turns: null, size: 0 });
    yield { info, path, generation: "sqlite", measure, find: () => null };
  }
}

async function* inTree(storage: string): AsyncGenerator<Met> {
  for (const { info, path } of listTreeSessions(storage)) {
    const measure = () => measureTreeSession(storage, { info, path });
    yield { info, path, generation: "json-tree", measure, find: () => findTreeSession(storage, path) };
  }
}

async function summaryOf({ info, path, generation, measure, find }: Met): Promise<SessionSummary> {
  const { turns, size } = measure();
  return {
    agent: "opencode",
    id: info.id,
    title: titleOf(info.title) ?? (await firstAsk(find())),
    cwd: info.folder,
    branch: null,
    startedAt: info.createdAt,
    updatedAt: info.updatedAt,
    // What was taken back is still there: only a full read tells which of it.
    turns: info.revert === null ? turns : null,
    size,
    path,
    generation,
  };
}

async function firstAsk(session: StoredSession | null): Promise<string | null> {
  if (session === null) return null;
  let met = 0;
  for await (const entry of session.entries(factsOf(session.info), newStats())) {
    const isAsk = entry.type === "text" && entry.role === "user" && !entry.injected;
    if (isAsk) return titleOf(entry.text);
    if (++met >= FIRST_ENTRIES) break;
  }
  return null;
}
