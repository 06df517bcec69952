import { pathToFileURL } from "node:url";
import { errorCode } from "../../base/errors.ts";

export type Row = Record<string, unknown>;

/** Runs one SELECT with `?` for its parameters. */
export type Query = (sql: string, ...parameters: (string | number)[]) => Row[];

export interface Connection {
  query: Query;
  close(): void;
}

/** How a file may be opened where it lies: SQLite's own URI parameters (https://www.sqlite.org/uri.html). */
export type InPlace = "immutable=1" | "readonly_shm=1";

/** One build of SQLite that this runtime can use. */
export interface Engine {
  /** Opens without writing, making or locking anything but shared; absent when the build always writes beside a file. */
  openInPlace?(path: string, way: InPlace): Connection;
  /** Opens a file of our own, which may be written to. */
  openOwn(path: string): Connection;
}

/** The best engine at hand, or null: Node's own from 22.13 on, else the WebAssembly build, if it is installed. */
export async function sqliteEngine(): Promise<Engine | null> {
  return nodeEngine() ?? (await wasmEngine());
}

interface NodeSqlite {
  DatabaseSync: new (
    path: string | URL,
    options: { readOnly: boolean },
  ) => {
    prepare(sql: string): { all(...parameters: (string | number)[]): Row[] };
    close(): void;
  };
}

function nodeEngine(): Engine | null {
  const sqlite = silently(() => process.getBuiltinModule?.("node:sqlite"));
  if (sqlite === undefined || !isNodeSqlite(sqlite)) return null;
  const open = (path: string | URL, readOnly: boolean): Connection => {
    const database = new sqlite.DatabaseSync(path, { readOnly });
    return {
      query: (sql, ...parameters) => database.prepare(sql).all(...parameters),
      close: () => database.close(),
    };
  };
  return {
    openOwn: (path) => open(path, false),
    openInPlace(path, way) {
      const url = pathToFileURL(path);
      url.search = way;
      return open(url, true);
    },
  };
}

function isNodeSqlite(module: object): module is NodeSqlite {
  return "DatabaseSync" in module;
}

// Loading `node:sqlite` warns that it is experimental. The load is synchronous, so that no other warning can get lost.
function silently<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

async function wasmEngine(): Promise<Engine | null> {
  const module = await import("node-sqlite3-wasm").catch(absent);
  if (module === null) return null;
  const { Database } = module.default;
  return {
    openOwn(path) {
      const database = new Database(path);
      // This build has no shared memory, which a write-ahead log needs unless one connection has it all to itself.
      database.exec("PRAGMA locking_mode = EXCLUSIVE");
      return {
        query: (sql, ...parameters) => rowsOf(database.all(sql, parameters)),
        close: () => database.close(),
      };
    },
  };
}

function rowsOf(rows: object[]): Row[] {
  return rows.map((row) => ({ ...row }));
}

function absent(error: unknown): null {
  if (errorCode(error) === "ERR_MODULE_NOT_FOUND") return null;
  throw error;
}
