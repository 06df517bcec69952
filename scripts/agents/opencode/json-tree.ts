import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ReadStats, Todo } from "../../../schema/transcript.ts";
import { errorCode } from "../../base/errors.ts";
import { MAX_DOCUMENT_BYTES, readTextSync } from "../../base/files.ts";
import { isObject, type JsonObject, numberOf, objectOf, parseJson } from "../../base/json.ts";
import { countSkip } from "../../base/read-stats.ts";
import { messageSession } from "./entries.ts";
import {
  isTyped,
  type Message,
  type Part,
  type SessionInfo,
  type StoredSession,
  sessionInfo,
  todosOf,
} from "./session.ts";

/** A session of the tree of JSON files that OpenCode 1.0 and 1.1 kept: one file each session, message and part. */
export interface TreeSession {
  info: SessionInfo;
  /** Its own file; what it holds lies in other folders of the tree. */
  path: string;
}

/** The person's own sessions below `storage`, without those of subagents. */
export function* listTreeSessions(storage: string): Generator<TreeSession> {
  for (const project of list(join(storage, "session"))) {
    for (const name of list(join(storage, "session", project)).filter((file) => file.endsWith(".json"))) {
      const path = join(storage, "session", project, name);
      const info = readInfo(path);
      if (info !== null && info.parentId === null) yield { info, path };
    }
  }
}

/** Reads the messages, which are short, and the parts of the person's; all others are only measured. */
export function measureTreeSession(storage: string, session: TreeSession): { turns: number; size: number } {
  let turns = 0;
  let size = sizeOf(session.path);
  const folder = join(storage, "message", session.info.id);
  for (const name of list(folder)) {
    const parts = join(storage, "part", name.replace(/\.json$/, ""));
    const paths = list(parts).map((part) => join(parts, part));
    const isUsers = objectOf(readJson(join(folder, name))).role === "user";
    if (isUsers && paths.some((path) => isTyped(objectOf(readJson(path))))) turns += 1;
    for (const path of [join(folder, name), ...paths]) size += sizeOf(path);
  }
  return { turns, size };
}

/** The session that the file describes, or null when it is gone or describes none. */
export function findTreeSession(storage: string, path: string): StoredSession | null {
  const info = readInfo(path);
  if (info === null) return null;
  return messageSession(info, {
    messages: (stats) => messages(storage, info.id, stats),
    todos: async () => readTodos(storage, info.id),
  });
}

async function* messages(storage: string, sessionId: string, stats: ReadStats): AsyncGenerator<Message> {
  const folder = join(storage, "message", sessionId);
  const found = list(folder).flatMap((name) => {
    const data = readCounted(join(folder, name), stats);
    const id = name.replace(/\.json$/, "");
    return data === null ? [] : [{ id, created: numberOf(objectOf(data.time).created) ?? 0 }];
  });
  found.sort((a, b) => a.created - b.created || compare(a.id, b.id));
  for (const { id } of found) {
    const data = objectOf(readJson(join(folder, `${id}.json`)));
    yield { id, data, parts: [...parts(join(storage, "part", id), stats)] };
  }
}

// Parts have no time that all of them share; their ids ascend within a message.
function* parts(folder: string, stats: ReadStats): Generator<Part> {
  for (const name of list(folder).sort(compare)) {
    const data = readCounted(join(folder, name), stats);
    if (data !== null) yield { id: name.replace(/\.json$/, ""), data };
  }
}

function readTodos(storage: string, sessionId: string): Todo[] | null {
  const todos = readJson(join(storage, "todo", `${sessionId}.json`));
  return todos === null ? null : todosOf(todos);
}

function readInfo(path: string): SessionInfo | null {
  const record = readJson(path);
  return isObject(record) ? sessionInfo(record) : null;
}

function readCounted(path: string, stats: ReadStats): JsonObject | null {
  const value = readJson(path);
  if (!isObject(value)) {
    countSkip(stats, "torn");
    return null;
  }
  stats.records += 1;
  return value;
}

/** Null when the file is gone, or is no whole JSON. */
function readJson(path: string): JsonObject | unknown[] | null {
  const text = readTextSync(path, { maxBytes: MAX_DOCUMENT_BYTES });
  return text === null ? null : parseJson(text);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
