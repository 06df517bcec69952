import { existsSync } from "node:fs";
import type { Todo } from "../../../schema/transcript.ts";
import { errorCode } from "../../base/errors.ts";
import { arrayOf, objectOf, stringOf } from "../../base/json.ts";
import { isNoDatabase, openSqlite, tablesOf } from "../sqlite/open.ts";

/** It may not be read, or there is no room for the copy that some runtimes need. */
const UNREADABLE = ["EACCES", "EPERM", "ENOSPC", "EDQUOT", "EROFS"];
const ITEM = /^\s*[-*]\s*\[(.)\]\s*(\S.*)$/;

/** From the argument of the older todo tool: a Markdown checklist, or a list of objects. */
export function todosOf(value: unknown): Todo[] {
  if (typeof value !== "string") {
    return arrayOf(value).flatMap((item) => {
      const { title, content, status } = objectOf(item);
      const text = stringOf(title) ?? stringOf(content);
      return text === null ? [] : [{ text, status: statusOf(status) }];
    });
  }
  return value.split("\n").flatMap((line) => {
    const [, mark, text] = ITEM.exec(line) ?? [];
    if (mark === undefined || text === undefined) return [];
    const status = mark === " " ? "pending" : /x/i.test(mark) ? "completed" : "in_progress";
    return [{ text: text.trim(), status }];
  });
}

/**
 * The list that the agent keeps in the session's own database (1.0.102), as it is now; null when there is none, or none
 * that this runtime can read.
 */
export async function readTodos(path: string | null): Promise<Todo[] | null> {
  if (path === null || !existsSync(path)) return null;
  try {
    const file = await openSqlite(path);
    if (file === null) return null;
    try {
      return file.read((query) =>
        tablesOf(query).has("todos")
          ? todosOf(query("SELECT title, status FROM todos ORDER BY rowid"))
          : null,
      );
    } finally {
      file.close();
    }
  } catch (error) {
    // The conversation is worth reading without it.
    if (isNoDatabase(error) || UNREADABLE.includes(errorCode(error) ?? "")) return null;
    throw error;
  }
}

function statusOf(status: unknown): Todo["status"] {
  if (status === "done" || status === "completed") return "completed";
  if (status === "in_progress" || status === "cancelled") return status;
  return "pending";
}
