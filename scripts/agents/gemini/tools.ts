import type { JsonObject } from "../../base/json.ts";
import type { Act } from "../../transcript/tool-map.ts";
import type { NativeCall } from "../retell.ts";

/** The call by which Gemini CLI does it (0.61.0); null where it has none. */
export function geminiCall(act: Act): NativeCall | null {
  switch (act.does) {
    case "run":
      return call("run_shell_command", {
        command: act.command,
        ...(act.about !== null && { description: act.about }),
        ...(act.folder !== null && { dir_path: act.folder }),
      });
    case "read":
      return call("read_file", { file_path: act.path, ...linesOf(act.from, act.lines) });
    case "write":
      return call("write_file", { file_path: act.path, content: act.content });
    case "edit":
      return call("replace", {
        file_path: act.path,
        old_string: act.before,
        new_string: act.after,
        ...(act.everywhere && { allow_multiple: true }),
      });
    case "patch":
      return act.same === null ? null : geminiCall(act.same);
    case "list":
      return call("list_directory", { dir_path: act.path });
    case "find":
      return call("glob", { pattern: act.pattern, ...folderOf(act.path) });
    case "search":
      return call("grep_search", {
        pattern: act.pattern,
        ...folderOf(act.path),
        ...(act.files !== null && { include_pattern: act.files }),
      });
    case "fetch":
      return call("web_fetch", { prompt: promptOf(act.url, act.question) });
    case "ask the web":
      return call("google_web_search", { query: act.query });
    case "plan":
      return call("write_todos", {
        todos: act.todos.map(({ text, status }) => ({ description: text, status })),
      });
  }
}

function linesOf(from: number | null, lines: number | null): JsonObject {
  if (from === null && lines === null) return {};
  const first = from ?? 1;
  return { start_line: first, ...(lines !== null && { end_line: first + lines - 1 }) };
}

function folderOf(path: string | null): JsonObject {
  return path === null ? {} : { dir_path: path };
}

// The tool takes the address as a part of what it is asked.
function promptOf(url: string, question: string | null): string {
  if (question === null) return url;
  return question.includes(url) ? question : `${question} ${url}`;
}

function call(tool: string, input: JsonObject): NativeCall {
  return { tool, input };
}
