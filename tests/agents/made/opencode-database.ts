import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import wasm from "node-sqlite3-wasm";

type Data = Record<string, unknown>;
type Value = string | number | null;

/** OpenCode's tables as of 1.18.33, as far as they matter to a reader. */
export const TABLES = {
  session: `id text PRIMARY KEY, project_id text, parent_id text, directory text NOT NULL, title text NOT NULL, version text,
    revert text, model text, tokens_input integer, tokens_output integer, time_created integer, time_updated integer`,
  message:
    "id text PRIMARY KEY, session_id text, time_created integer, time_updated integer, data text NOT NULL",
  part: "id text PRIMARY KEY, message_id text, session_id text, time_created integer, time_updated integer, data text NOT NULL",
  todo: "session_id text, content text, status text, priority text, position integer",
  session_message: "id text PRIMARY KEY, session_id text, type text, seq integer, data text",
};

/** A database that is being written; closed when the test says so. */
export class MadeDatabase {
  readonly #database: InstanceType<typeof wasm.Database>;
  #clock = Date.UTC(2026, 0, 5, 12);
  #messages = 0;
  #parts = 0;
  #message = "";

  constructor(path: string, tables: Record<string, string> = TABLES) {
    mkdirSync(dirname(path), { recursive: true });
    this.#database = new wasm.Database(path);
    this.#database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
    for (const [name, columns] of Object.entries(tables))
      this.#database.exec(`CREATE TABLE "${name}" (${columns})`);
  }

  insert(table: string, row: Record<string, Value>): this {
    const names = Object.keys(row);
    const marks = names.map(() => "?").join(", ");
    this.#database.run(`INSERT INTO "${table}" (${names.join(", ")}) VALUES (${marks})`, Object.values(row));
    return this;
  }

  session(id: string, more: Record<string, Value> = {}): this {
    const time = { time_created: this.#clock, time_updated: this.#clock };
    return this.insert("session", { id, directory: "/r", title: `Session ${id}`, ...time, ...more });
  }

  message(session: string, role: string, more: Data = {}, id = `msg_${99 - ++this.#messages}`): this {
    this.#message = id;
    this.#clock += 1000;
    const data = { role, time: { created: this.#clock, completed: this.#clock }, ...more };
    return this.insert("message", {
      id,
      session_id: session,
      time_created: this.#clock,
      data: JSON.stringify(data),
    });
  }

  part(data: Data | string, id = `prt_${99 - ++this.#parts}`): this {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    this.#clock += 1;
    return this.insert("part", { id, message_id: this.#message, time_created: this.#clock, data: text });
  }

  says(session: string, role: string, text: string): this {
    return this.message(session, role).part({ type: "text", text });
  }

  run(sql: string): this {
    this.#database.exec(sql);
    return this;
  }

  close(): void {
    this.#database.close();
  }
}
