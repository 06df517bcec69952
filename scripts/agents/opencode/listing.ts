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
const AT_ONCE = 100;

/** A session that was met. */
interface Met extends Pick<SessionSummary, "path" | "generation" | "turns" | "size"> {
  info: SessionInfo;
  find(): StoredSession | null;
}

/** Whether a session is of the person and the repository that are asked for, and was not met before. */
type IsWanted = (info: SessionInfo) => boolean;

/** The person's sessions in all generations of the store, each once. */
export async function* listAll(
  store: StoreEnvironment,
  query: SessionQuery,
  open: OpenSqlite,
): AsyncGenerator<SessionSummary> {
  const belonging = new Belonging(query.roots);
  const seen = new Set<string>();
  // What the client moved from the tree into its database is still in the tree, too.
  const isWanted: IsWanted = ({ id, folder }) => {
    if (seen.has(id) || !belonging.has(folder)) return false;
    seen.add(id);
    return true;
  };
  const files = [...databases(store), ...(query.roots ?? []).map(projectDatabase)];
  const sources = files.map((path) => inDatabase(path, store, query, open, isWanted));
  const failures: UserError[] = [];
  for (const source of [...sources, inTree(treeFolder(store), isWanted)]) {
    try {
      for await (const met of source) yield await summaryOf(met);
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
  isWanted: IsWanted,
): AsyncGenerator<Met> {
  const database = await openDatabase(path, open);
  if (database === "empty") return;
  if (database === null) {
    for (const folder of roots ?? [store.home]) yield* throughClient(path, store, folder, isWanted);
    return;
  }
  try {
    const { generation } = database;
    const wanted = database.sessions().filter(isWanted);
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const some = wanted.slice(from, from + AT_ONCE);
      const measures = database.measure(some.map(({ id }) => id));
      for (const [index, info] of some.entries()) {
        const { turns = null, size = 0 } = measures[index] ?? {};
        yield { info, path, generation, turns, size, find: () => database.find(info.id) };
      }
    }
  } finally {
    database.close();
  }
}

async function* throughClient(
  path: string,
  store: StoreEnvironment,
  folder: string,
  isWanted: IsWanted,
): AsyncGenerator<Met> {
  const listed = await listThroughClient(store, folder);
  if (listed === null) throw noWayToRead(path);
  for (const info of listed.filter(isWanted)) {
    yield { info, path, generation: "sqlite", turns: null, size: 0, find: () => null };
  }
}

async function* inTree(storage: string, isWanted: IsWanted): AsyncGenerator<Met> {
  for (const session of listTreeSessions(storage)) {
    const { info, path } = session;
    if (!isWanted(info)) continue;
    const measures = measureTreeSession(storage, session);
    yield { info, path, generation: "json-tree", ...measures, find: () => findTreeSession(storage, path) };
  }
}

async function summaryOf({ info, path, generation, turns, size, find }: Met): Promise<SessionSummary> {
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
    ...(info.revert === null && turns === 0 ? { aside: "nothing was said" as const } : {}),
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
