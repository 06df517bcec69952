import type { ReadStats, Todo } from "../../../schema/transcript.ts";
import { isObject, type JsonObject, numberOf, parseJson, stringOf } from "../../base/json.ts";
import { countSkip } from "../../base/read-stats.ts";
import type { Query, Row } from "../sqlite/engine.ts";
import type { SqliteFile } from "../sqlite/open.ts";
import { messageSession } from "./entries.ts";
import {
  type Message,
  type Part,
  type SessionInfo,
  type StoredSession,
  sessionInfo,
  todosOf,
} from "./session.ts";

type Tables = ReadonlyMap<string, ReadonlySet<string>>;

const NEEDED: Record<string, string[]> = {
  session: ["id", "directory", "title"],
  message: ["id", "session_id", "data"],
  part: ["id", "message_id", "data"],
};
const SESSION_COLUMNS = [
  ...["id", "parent_id", "directory", "title", "version", "revert", "model", "time_created", "time_updated"],
  ...["tokens_input", "tokens_output", "tokens_reasoning", "tokens_cache_read", "tokens_cache_write"],
];
const PAGE = 50;
/** A page ends early when it holds this much, so that memory stays bounded. */
const PAGE_BYTES = 16 * 1024 * 1024;
/** A row that is larger is passed over: what makes rows large is not conversation. */
const LARGEST_ROW = 32 * 1024 * 1024;
/** Larger than this are only the person's messages, which carry the changes of a whole turn, and what they pasted. */
const LARGE = 64 * 1024;

/** OpenCode's database from 1.2 on. Its columns vary: those that are not there are done without. */
export function isKnownSchema(tables: Tables): boolean {
  return Object.entries(NEEDED).every(([table, columns]) =>
    columns.every((column) => tables.get(table)?.has(column)),
  );
}

/** The person's own sessions, without those of subagents. */
export function listSessions(query: Query, tables: Tables): SessionInfo[] {
  const own = tables.get("session")?.has("parent_id") ? "WHERE parent_id IS NULL" : "";
  const rows = query(`SELECT ${sessionColumns(tables)} FROM session ${own}`);
  return rows.flatMap((row) => sessionInfo(sessionRecord(row)) ?? []);
}

/** How much a session holds. Reads no more of it than it takes to tell what the person typed. */
export function measureSession(query: Query, id: string): { turns: number; size: number } {
  const isUsers = `octet_length(m.data) > ${LARGE} OR (json_valid(m.data) AND m.data ->> 'role' = 'user')`;
  const isTyped = `octet_length(p.data) > ${LARGE} OR (json_valid(p.data) AND p.data ->> 'type' = 'text'
    AND coalesce(p.data ->> 'synthetic', 0) = 0 AND coalesce(p.data ->> 'ignored', 0) = 0)`;
  const turns = query(
    `SELECT count(*) AS turns FROM message m WHERE m.session_id = ? AND (${isUsers})
     AND EXISTS (SELECT 1 FROM part p WHERE p.message_id = m.id AND (${isTyped}))`,
    id,
  );
  const sizes = query(
    `SELECT (SELECT total(octet_length(data)) FROM message WHERE session_id = ?1)
     + (SELECT total(octet_length(p.data)) FROM message m JOIN part p ON p.message_id = m.id WHERE m.session_id = ?1) AS size`,
    id,
  );
  return { turns: numberOf(turns[0]?.turns) ?? 0, size: numberOf(sizes[0]?.size) ?? 0 };
}

/** The session with this id, or null. It stays readable until `file` is closed. */
export function findSession(file: SqliteFile, tables: Tables, id: string): StoredSession | null {
  const sql = `SELECT ${sessionColumns(tables)} FROM session WHERE id = ?`;
  const row = file.read((query) => query(sql, id))[0];
  const info = row === undefined ? null : sessionInfo(sessionRecord(row));
  if (info === null) return null;
  return messageSession(info, {
    messages: (stats) => messages(file, tables, id, stats),
    todos: async () => (tables.has("todo") ? file.read((query) => todos(query, tables, id)) : null),
  });
}

async function* messages(
  file: SqliteFile,
  tables: Tables,
  sessionId: string,
  stats: ReadStats,
): AsyncGenerator<Message> {
  const time = timeColumn(tables, "message");
  const next = `SELECT id, ${time} AS time FROM message WHERE session_id = ? AND (${time}, id) > (?, ?)
    ORDER BY ${time}, id LIMIT ${PAGE}`;
  const parts = `SELECT id, ${bounded} FROM part WHERE message_id = ? ORDER BY ${timeColumn(tables, "part")}, id`;
  let last: Row = { time: -1, id: "" };
  for (;;) {
    const page = file.read((query) => {
      const found: Message[] = [];
      let bytes = 0;
      for (const row of query(next, sessionId, numberOf(last.time) ?? 0, String(last.id))) {
        last = row;
        const [message] = query(`SELECT id, ${bounded} FROM message WHERE id = ?`, String(row.id));
        const partRows = query(parts, String(row.id));
        found.push({
          id: String(row.id),
          data: messageData(message, stats),
          parts: partsOf(partRows, stats),
        });
        for (const { size } of [...partRows, message ?? {}])
          bytes += Math.min(numberOf(size) ?? 0, LARGEST_ROW);
        if (bytes > PAGE_BYTES) break;
      }
      return found;
    });
    if (page.length === 0) return;
    yield* page;
  }
}

const bounded = `octet_length(data) AS size, CASE WHEN octet_length(data) <= ${LARGEST_ROW} THEN data END AS data`;

// What is said stands in the parts: without its own record a message is taken for the person's, who alone
// sends such large ones.
function messageData(row: Row | undefined, stats: ReadStats): JsonObject {
  return (row === undefined ? null : dataOf(row, stats)) ?? { role: "user" };
}

function partsOf(rows: Row[], stats: ReadStats): Part[] {
  return rows.flatMap((row) => {
    const data = dataOf(row, stats);
    return data === null ? [] : [{ id: String(row.id), data }];
  });
}

function dataOf({ data }: Row, stats: ReadStats): JsonObject | null {
  const value = typeof data === "string" ? parseJson(data) : null;
  if (isObject(value)) {
    stats.records += 1;
    return value;
  }
  countSkip(stats, data === null ? "too long" : "torn");
  return null;
}

function todos(query: Query, tables: Tables, sessionId: string): Todo[] {
  const order = tables.get("todo")?.has("position") ? "position" : "rowid";
  return todosOf(query(`SELECT content, status FROM todo WHERE session_id = ? ORDER BY ${order}`, sessionId));
}

function sessionColumns(tables: Tables): string {
  return SESSION_COLUMNS.filter((column) => tables.get("session")?.has(column)).join(", ");
}

/** Without times, the order in which the rows were written. */
function timeColumn(tables: Tables, table: string): string {
  return tables.get(table)?.has("time_created") ? "time_created" : "rowid";
}

/** The row in the form in which `opencode export` has it. */
function sessionRecord(row: Row): JsonObject {
  const json = (value: unknown) => parseJson(stringOf(value) ?? "null");
  return {
    id: row.id,
    parentID: row.parent_id,
    directory: row.directory,
    title: row.title,
    version: row.version,
    time: { created: row.time_created, updated: row.time_updated },
    model: json(row.model),
    revert: json(row.revert),
    tokens: {
      input: row.tokens_input,
      output: row.tokens_output,
      reasoning: row.tokens_reasoning,
      cache: { read: row.tokens_cache_read, write: row.tokens_cache_write },
    },
  };
}
