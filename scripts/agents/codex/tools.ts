import type { JsonObject } from "../../base/json.ts";
import { asCommand } from "../../transcript/as-command.ts";
import { editingPatch, writingPatch } from "../../transcript/patch.ts";
import type { Act } from "../../transcript/tool-map.ts";
import type { NativeCall } from "../retell.ts";

/** The call by which Codex does it (0.169.0): it looks at files by shell commands and changes them by patches. */
export function codexCall(act: Act): NativeCall | null {
  switch (act.does) {
    case "run":
      return call("exec_command", { cmd: act.command, ...(act.folder !== null && { workdir: act.folder }) });
    case "write":
      return call("apply_patch", { input: writingPatch(act.path, act.content) });
    case "edit":
      // A patch changes one place.
      return act.everywhere
        ? null
        : call("apply_patch", { input: editingPatch(act.path, act.before, act.after) });
    case "patch":
      return call("apply_patch", { input: act.patch });
    case "plan":
      return call("update_plan", { plan: act.todos.map(({ text, status }) => ({ step: text, status })) });
    default: {
      const command = asCommand(act);
      return command === null ? null : call("exec_command", { cmd: command });
    }
  }
}

function call(tool: string, input: JsonObject): NativeCall {
  return { tool, input };
}
