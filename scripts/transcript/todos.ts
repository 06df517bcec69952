import type { Todo } from "../../schema/transcript.ts";
import { oneLine, truncate } from "../base/text.ts";

const LONGEST = 300;

/** A todo list as a handoff needs it. Cancelled ones are in neither list. */
export interface SplitTodos {
  /** In the list's order, the running ones first. */
  open: string[];
  completed: string[];
}

export function splitTodos(todos: readonly Todo[]): SplitTodos {
  const texts = (status: Todo["status"]) =>
    todos.filter((todo) => todo.status === status).map((todo) => truncate(oneLine(todo.text), LONGEST));
  return { open: [...texts("in_progress"), ...texts("pending")], completed: texts("completed") };
}
