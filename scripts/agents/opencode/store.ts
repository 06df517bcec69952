import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { SessionSummary } from "../../../schema/transcript.ts";
import { numberOf } from "../../base/json.ts";
import type { Query } from "../sqlite/engine.ts";
import { isNoDatabase, type OpenSqlite, type SqliteFile, tablesOf } from "../sqlite/open.ts";
import { findGoSession, isGoSchema, listGoSessions, measureGoSession } from "./go-store.ts";
import type { SessionInfo, StoredSession } from "./session.ts";
import { findSession, isKnownSchema, listSessions, measureSession } from "./sqlite-store.ts";
import { systemRefusal, unknownForm, unknownSchema } from "./unreadable.ts";

/** The generations that are kept in SQLite: `sqlite` is the person's database, `sqlite-project` the Go era's. */
export type Generation = "sqlite" | "sqlite-project";

/** A database of a known generation. */
export interface Database {
  generation: Generation;
  sessions(): SessionInfo[];
  /** In the order of the ids. One look for many of them: each look opens the database anew. */
  measure(ids: readonly string[]): Pick<SessionSummary, "turns" | "size">[];
  find(id: string): StoredSession | null;
  close(): void;
}

/**
 * Null when nothing at hand can read it; `empty` when there is no file, or no table in it yet. Throws `UserError` (code 6)
 * when it is of no known generation.
 */
export async function openDatabase(path: string, open: OpenSqlite): Promise<Database | "empty" | null> {
  if (!existsSync(path)) return "empty";
  const file = await open(path).catch((error: unknown) => {
    if (isNoDatabase(error)) throw unknownForm(path, "no SQLite database in it");
    throw systemRefusal(path, error) ?? error;
  });
  if (file === null) return null;
  try {
    const database = databaseOf(path, guarded(path, file));
    if (database === "empty") file.close();
    return database;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** A part of the database may be damaged where others are not: it shows when it is read. */
function guarded(path: string, file: SqliteFile): SqliteFile {
  return {
    close: () => file.close(),
    read(work) {
      try {
        return file.read(work);
      } catch (error) {
        throw isNoDatabase(error) ? unknownForm(path, "a damaged database in it") : error;
      }
    },
  };
}

function databaseOf(path: string, file: SqliteFile): Database | "empty" {
  const tables = file.read(tablesOf);
  const close = () => file.close();
  if (tables.size === 0) return "empty";
  if (isKnownSchema(tables)) {
    return {
      generation: "sqlite",
      sessions: () => file.read((query) => listSessions(query, tables)),
      measure: (ids) => file.read((query) => ids.map((id) => measureSession(query, id))),
      find(id) {
        if (tables.has("session_message")) file.read((query) => verifyMessages(query, path, id));
        return findSession(file, tables, id);
      },
      close,
    };
  }
  if (isGoSchema(tables)) {
    const folder = dirname(dirname(path));
    return {
      generation: "sqlite-project",
      sessions: () => file.read((query) => listGoSessions(query, folder)),
      measure: (ids) => file.read((query) => ids.map((id) => measureGoSession(query, id))),
      find: (id) => findGoSession(file, id, folder),
      close,
    };
  }
  throw unknownSchema(path, [...tables.keys()].sort());
}

// A table that is there and unused as of 1.18.33. A session that lies in it alone would otherwise seem to be empty.
function verifyMessages(query: Query, path: string, id: string): void {
  const [row] = query(
    `SELECT (SELECT count(*) FROM message WHERE session_id = ?1) AS known,
     (SELECT count(*) FROM session_message WHERE session_id = ?1) AS other`,
    id,
  );
  if (numberOf(row?.known) === 0 && (numberOf(row?.other) ?? 0) > 0) {
    throw unknownForm(path, `session ${id} in the table session_message alone`);
  }
}
