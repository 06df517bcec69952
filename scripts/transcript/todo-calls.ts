import type { Entry, TodosEntry } from "../../schema/transcript.ts";

/** Tools that set a todo list or change one item of it, in lower case. */
const TODO_TOOLS = new Set([
  "taskcreate",
  "taskupdate",
  "todowrite",
  "update_plan",
  "update_todo",
  "write_todos",
]);

/**
 * The call that each todo list comes from, by its id: readers put the list right behind the call or its result. Lists
 * that no call set are not in it.
 */
export function todoCalls(entries: readonly Entry[]): Map<TodosEntry, string> {
  const found = new Map<TodosEntry, string>();
  const open = new Set<string>();
  let last: string | null = null;
  for (const entry of entries) {
    if (entry.type === "todos") {
      // A reminder of the list, from the client, may stand in the same place.
      if (last !== null && entry.role !== "system" && open.has(last)) found.set(entry, last);
    } else if (entry.type === "tool_call") {
      if (TODO_TOOLS.has(entry.tool.toLowerCase())) open.add(entry.callId);
      last = entry.callId;
    } else if (entry.type === "tool_result") last = entry.callId;
    else if (entry.type !== "image") last = null;
  }
  return found;
}
