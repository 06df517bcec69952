import type { Todo } from "../../../schema/transcript.ts";
import type { JsonObject } from "../../base/json.ts";
import { oneLine, shellLine } from "../../base/text.ts";
import type { Act } from "../../transcript/tool-map.ts";
import type { NativeCall } from "../retell.ts";

const MARKS: Record<Todo["status"], string> = {
  pending: " ",
  in_progress: "~",
  completed: "x",
  cancelled: "-",
};

/** The call by which Copilot does it (1.0.102, and `update_todo` of the clients before); null where it has none. */
export function copilotCall(act: Act): NativeCall | null {
  switch (act.does) {
    case "run":
      return call("bash", {
        command: act.folder === null ? act.command : `${shellLine(["cd", act.folder])} && ${act.command}`,
        ...(act.about !== null && { description: act.about }),
      });
    case "read":
      return call("view", { path: act.path, ...rangeOf(act.from, act.lines) });
    case "list":
      return call("view", { path: act.path });
    case "write":
      return call("create", { path: act.path, file_text: act.content });
    case "edit":
      // Its tool changes one place.
      if (act.everywhere) return null;
      return call("edit", { path: act.path, old_str: act.before, new_str: act.after });
    case "patch":
      return act.same === null ? null : copilotCall(act.same);
    case "find":
      return call("glob", { pattern: act.pattern, ...(act.path !== null && { paths: act.path }) });
    case "search":
      return call("grep", {
        pattern: act.pattern,
        ...(act.path !== null && { paths: act.path }),
        ...(act.files !== null && { glob: act.files }),
      });
    case "plan":
      return call("update_todo", { todos: act.todos.map(checkbox).join("\n") });
    default:
      return null;
  }
}

/** First and last line; -1 is the last of the file. */
function rangeOf(from: number | null, lines: number | null): JsonObject {
  if (from === null && lines === null) return {};
  const first = from ?? 1;
  return { view_range: [first, lines === null ? -1 : first + lines - 1] };
}

function checkbox({ text, status }: Todo): string {
  return `- [${MARKS[status]}] ${oneLine(text)}`;
}

function call(tool: string, input: JsonObject): NativeCall {
  return { tool, input };
}
