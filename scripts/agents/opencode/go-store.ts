import type { Entry, ReadStats, SessionFacts } from "../../../schema/transcript.ts";
import { numberOf, stringOf, timeOf } from "../../base/json.ts";
import type { Query, Row } from "../sqlite/engine.ts";
import type { SqliteFile } from "../sqlite/open.ts";
import { goEntries } from "./go-entries.ts";
import type { SessionInfo, StoredSession } from "./session.ts";

const PAGE = 20;

/** The database in the project's own folder that OpenCode kept while it was written in Go. */
export function isGoSchema(tables: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const messages = tables.get("messages");
  return tables.has("sessions") && messages?.has("session_id") === true && messages.has("parts");
}

/** The person's own sessions: those of subagents, and of what made the titles, have a parent. */
export function listGoSessions(query: Query, folder: string): SessionInfo[] {
  return query("SELECT * FROM sessions WHERE parent_session_id IS NULL").map((row) => goSession(row, folder));
}

export function measureGoSession(query: Query, id: string): { turns: number; size: number } {
  const [row] = query(
    "SELECT count(CASE WHEN role = 'user' THEN 1 END) AS turns, total(length(parts)) AS size FROM messages WHERE session_id = ?",
    id,
  );
  return { turns: numberOf(row?.turns) ?? 0, size: numberOf(row?.size) ?? 0 };
}

/** The session with this id, or null. It stays readable until `file` is closed. */
export function findGoSession(file: SqliteFile, id: string, folder: string): StoredSession | null {
  const row = file.read((query) => query("SELECT * FROM sessions WHERE id = ?", id))[0];
  if (row === undefined) return null;
  const summaryId = stringOf(row.summary_message_id);
  return {
    info: goSession(row, folder),
    entries: (facts, stats) => entries(file, id, summaryId, facts, stats),
  };
}

function goSession(row: Row, folder: string): SessionInfo {
  const input = numberOf(row.prompt_tokens) ?? 0;
  const output = numberOf(row.completion_tokens) ?? 0;
  return {
    id: String(row.id),
    parentId: stringOf(row.parent_session_id),
    folder,
    title: stringOf(row.title),
    clientVersion: null,
    createdAt: timeOf(row.created_at),
    updatedAt: timeOf(row.updated_at),
    model: null,
    provider: null,
    tokens: input + output === 0 ? null : { input, output, total: input + output },
    revert: null,
  };
}

async function* entries(
  file: SqliteFile,
  sessionId: string,
  summaryId: string | null,
  facts: SessionFacts,
  stats: ReadStats,
): AsyncGenerator<Entry> {
  // Several messages may share a second: the order in which they were written decides between them.
  const sql = `SELECT rowid AS place, * FROM messages WHERE session_id = ? AND (created_at, rowid) > (?, ?)
    ORDER BY created_at, rowid LIMIT ${PAGE}`;
  let time = -1;
  let place = -1;
  for (;;) {
    const rows = file.read((query) => query(sql, sessionId, time, place));
    for (const row of rows) {
      time = numberOf(row.created_at) ?? time;
      place = numberOf(row.place) ?? place;
      facts.model = stringOf(row.model) ?? facts.model;
      yield* goEntries(row, row.id === summaryId, stats);
    }
    if (rows.length < PAGE) return;
  }
}
