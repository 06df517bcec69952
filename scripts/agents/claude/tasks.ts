import type { Todo } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, stringOf, wordOf } from "../../base/json.ts";

const STATUSES: ReadonlyMap<string, Todo["status"]> = new Map([
  ["pending", "pending"],
  ["in_progress", "in_progress"],
  ["completed", "completed"],
  ["cancelled", "cancelled"],
]);

/** A longer list is no list: each change tells it anew. */
const MOST_TASKS = 1000;

/**
 * The todo list, from either of its homes: the `TodoWrite` tool, which gives the whole list each time, or the task
 * tools (`TaskCreate`, `TaskUpdate`), which change one task, with the list itself in `task_reminder` attachments.
 * Each method answers the list as it then is, or null when nothing changed.
 */
export class Tasks {
  readonly #tasks = new Map<string, Todo>();
  /** Calls of the task tools that have no result yet: only that says that they were done, and a new task's number. */
  readonly #running = new Map<string, { tool: string; input: JsonObject }>();

  called(callId: string, tool: string, input: JsonObject): Todo[] | null {
    if (tool === "TodoWrite") return listOf(input.todos);
    if (tool === "TaskCreate" || tool === "TaskUpdate") this.#running.set(callId, { tool, input });
    return null;
  }

  answered(callId: string, output: string, details: unknown): Todo[] | null {
    const call = this.#running.get(callId);
    if (call === undefined) return null;
    this.#running.delete(callId);
    const changed =
      call.tool === "TaskCreate" ? this.#create(call.input, output, details) : this.#update(call.input);
    return changed ? [...this.#tasks.values()] : null;
  }

  /** `task_reminder` holds the list of the task tools, `todo_reminder` that of `TodoWrite`. */
  reminded(attachment: JsonObject): Todo[] | null {
    if (attachment.type === "todo_reminder" || attachment.type === "todo") return listOf(attachment.content);
    if (attachment.type !== "task_reminder") return null;
    this.#tasks.clear();
    arrayOf(attachment.content).forEach((item, index) => {
      const todo = todoOf(objectOf(item));
      if (todo !== null) this.#tasks.set(idOf(item) ?? String(index + 1), todo);
    });
    return [...this.#tasks.values()];
  }

  #create(input: JsonObject, output: string, details: unknown): boolean {
    const text = stringOf(input.subject);
    const id = idOf(objectOf(details).task) ?? /#(\S+) created/.exec(output)?.[1];
    if (text === null || id === undefined || this.#tasks.size >= MOST_TASKS) return false;
    this.#tasks.set(id, { text, status: "pending" });
    return true;
  }

  #update(input: JsonObject): boolean {
    const id = wordOf(input.taskId ?? "");
    const known = this.#tasks.get(id);
    const text = stringOf(input.subject) ?? known?.text;
    if (text === undefined) return false;
    if (input.status === "deleted") return this.#tasks.delete(id);
    this.#tasks.set(id, { text, status: STATUSES.get(wordOf(input.status)) ?? known?.status ?? "pending" });
    return true;
  }
}

function listOf(todos: unknown): Todo[] {
  return arrayOf(todos).flatMap((item) => todoOf(objectOf(item)) ?? []);
}

function todoOf(item: JsonObject): Todo | null {
  const text = stringOf(item.content) ?? stringOf(item.subject) ?? stringOf(item.activeForm);
  return text === null ? null : { text, status: STATUSES.get(wordOf(item.status)) ?? "pending" };
}

function idOf(item: unknown): string | undefined {
  const { id } = objectOf(item);
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
}
