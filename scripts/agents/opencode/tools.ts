import type { JsonObject } from "../../base/json.ts";
import { asCommand } from "../../transcript/as-command.ts";
import type { Act } from "../../transcript/tool-map.ts";
import type { NativeCall } from "../retell.ts";

/** The call by which OpenCode does it (1.18.33); null where it has none. */
export function openCodeCall(act: Act): NativeCall | null {
  switch (act.does) {
    case "run":
      return call("bash", {
        command: act.command,
        ...(act.folder !== null && { workdir: act.folder }),
        ...(act.about !== null && { description: act.about }),
      });
    case "read":
      return call("read", {
        filePath: act.path,
        ...(act.from !== null && { offset: act.from }),
        ...(act.lines !== null && { limit: act.lines }),
      });
    case "write":
      return call("write", { filePath: act.path, content: act.content });
    case "edit":
      return call("edit", {
        filePath: act.path,
        oldString: act.before,
        newString: act.after,
        ...(act.everywhere && { replaceAll: true }),
      });
    case "patch":
      // Offered to some models only.
      return act.same === null ? call("apply_patch", { patchText: act.patch }) : openCodeCall(act.same);
    case "find":
      return call("glob", { pattern: act.pattern, ...(act.path !== null && { path: act.path }) });
    case "search":
      return call("grep", {
        pattern: act.pattern,
        ...(act.path !== null && { path: act.path }),
        ...(act.files !== null && { include: act.files }),
      });
    case "list": {
      const command = asCommand(act);
      return command === null ? null : call("bash", { command });
    }
    case "fetch":
      return act.question === null ? call("webfetch", { url: act.url, format: "markdown" }) : null;
    case "ask the web":
      return null;
    case "plan":
      return call("todowrite", {
        todos: act.todos.map(({ text, status }) => ({ content: text, status, priority: "medium" })),
      });
  }
}

function call(tool: string, input: JsonObject): NativeCall {
  return { tool, input };
}
