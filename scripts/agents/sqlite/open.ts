import { existsSync, statSync } from "node:fs";
import { errorCode } from "../../base/errors.ts";
import { copyDatabase } from "./copy.ts";
import { type Connection, type Engine, type InPlace, type Query, sqliteEngine } from "./engine.ts";

/** A database that belongs to a program that may be running. */
export interface SqliteFile {
  /** Runs `work` on the database as it is now. Between reads nothing of it is held open. */
  read<T>(work: (query: Query) => T): T;
  close(): void;
}

export type OpenSqlite = (path: string) => Promise<SqliteFile | null>;

/**
 * Opens a database for reading, its write-ahead log included. Its files are not written to, nor are any made beside it,
 * and whoever writes to it is never kept waiting. Null when nothing at hand can read it: no SQLite in this runtime, or
 * one that needs a copy of a database too large for that. Throws what SQLite says when it is no database.
 */
export async function openSqlite(path: string, engine?: Engine | null): Promise<SqliteFile | null> {
  const sqlite = engine === undefined ? await sqliteEngine() : engine;
  if (sqlite === null) return null;
  return openInPlace(sqlite, path) ?? (await openCopy(sqlite, path));
}

/** The columns of each table and view, by its name. */
export function tablesOf(query: Query): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  const rows = query(
    "SELECT m.name AS name, c.name AS col FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')",
  );
  for (const { name, col } of rows) {
    const columns = tables.get(String(name)) ?? new Set();
    tables.set(String(name), columns.add(String(col)));
  }
  return tables;
}

/** True when SQLite said that the file is none of its own, or a broken one. */
export function isNoDatabase(error: unknown): boolean {
  return (
    error instanceof Error &&
    /not a database|disk image is malformed|unsupported file format|disk I\/O error|malformed database schema/.test(
      error.message,
    )
  );
}

function openInPlace(engine: Engine, path: string): SqliteFile | null {
  if (engine.openInPlace === undefined) return null;
  const open = engine.openInPlace.bind(engine);
  const file: SqliteFile = {
    // Anew each time: a running client may have begun a log, or ended it, in between.
    read: (work) => using(open(path, wayInPlace(path)), work),
    close() {},
  };
  try {
    file.read((query) => query("SELECT count(*) FROM sqlite_master"));
    return file;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/**
 * Without a log nobody writes, and the file can be read with no locks at all. With one, and its index in shared memory,
 * both are read as they are. A log without its index makes SQLite refuse: that takes a copy.
 */
function wayInPlace(path: string): InPlace {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || (log.size === 0 && !existsSync(`${path}-shm`))) return "immutable=1";
  return "readonly_shm=1";
}

/** SQLITE_PERM, BUSY, LOCKED, READONLY, CANTOPEN; or a Node before 22.15, which takes no URL. */
function isRefusal(error: unknown): boolean {
  if (errorCode(error) === "ERR_INVALID_ARG_TYPE") return true;
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  return typeof error.errcode === "number" && [3, 5, 6, 8, 14].includes(error.errcode & 0xff);
}

async function openCopy(engine: Engine, path: string): Promise<SqliteFile | null> {
  const copy = await copyDatabase(path);
  if (copy === null) return null;
  try {
    const connection = engine.openOwn(copy.path);
    return {
      read: (work) => work(connection.query),
      close() {
        connection.close();
        copy.remove();
      },
    };
  } catch (error) {
    copy.remove();
    throw error;
  }
}

function using<T>(connection: Connection, work: (query: Query) => T): T {
  try {
    return work(connection.query);
  } finally {
    connection.close();
  }
}
