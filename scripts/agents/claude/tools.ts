import type { JsonObject } from "../../base/json.ts";
import { shellLine } from "../../base/text.ts";
import { asCommand } from "../../transcript/as-command.ts";
import type { Act } from "../../transcript/tool-map.ts";
import type { NativeCall } from "../retell.ts";

/** The call by which Claude Code does it (2.1.197, and `TodoWrite` of the clients before); null where it has none. */
export function claudeCall(act: Act): NativeCall | null {
  switch (act.does) {
    case "run":
      return call("Bash", {
        command: act.folder === null ? act.command : `${shellLine(["cd", act.folder])} && ${act.command}`,
        ...(act.about !== null && { description: act.about }),
      });
    case "read":
      return call("Read", {
        file_path: act.path,
        ...(act.from !== null && { offset: act.from }),
        ...(act.lines !== null && { limit: act.lines }),
      });
    case "write":
      return call("Write", { file_path: act.path, content: act.content });
    case "edit":
      return call("Edit", {
        file_path: act.path,
        old_string: act.before,
        new_string: act.after,
        ...(act.everywhere && { replace_all: true }),
      });
    case "patch":
      return act.same === null ? null : claudeCall(act.same);
    case "fetch":
      return act.question === null ? null : call("WebFetch", { url: act.url, prompt: act.question });
    case "ask the web":
      return call("WebSearch", { query: act.query });
    case "plan":
      return call("TodoWrite", {
        todos: act.todos.map(({ text, status }) => ({ content: text, status, activeForm: text })),
      });
    default: {
      const command = asCommand(act);
      return command === null ? null : call("Bash", { command });
    }
  }
}

function call(tool: string, input: JsonObject): NativeCall {
  return { tool, input };
}
