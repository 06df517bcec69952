import type { Todo } from "../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, stringOf, wordOf } from "../base/json.ts";
import { shellLine } from "../base/text.ts";
import { Arguments } from "./arguments.ts";
import { patchAct } from "./patch.ts";

/** What a tool call does, whichever agent made it and whatever that agent calls its tool. Paths are as it wrote them. */
export type Act =
  | { does: "run"; command: string; folder: string | null; about: string | null }
  /** `from` is the first line, counted from 1; both null for the whole file. */
  | { does: "read"; path: string; from: number | null; lines: number | null }
  | { does: "write"; path: string; content: string }
  | { does: "edit"; path: string; before: string; after: string; everywhere: boolean }
  /** In the form `*** Begin Patch`. `same` is the write or edit that it comes to when it changes one place only. */
  | { does: "patch"; patch: string; same: PatchAct | null }
  | { does: "list"; path: string }
  /** Files by their names. */
  | { does: "find"; pattern: string; path: string | null }
  /** Lines by a regular expression, in the files that a glob names. */
  | { does: "search"; pattern: string; path: string | null; files: string | null }
  | { does: "fetch"; url: string; question: string | null }
  | { does: "ask the web"; query: string }
  /** Sets the whole todo list. */
  | { does: "plan"; todos: Todo[] };

export type PatchAct = Extract<Act, { does: "write" | "edit" }>;

export interface Meaning {
  act: Act;
  /** False when the call says more than the act does, such as how long it may take. */
  isWhole: boolean;
}

/**
 * What a call does, told from the tool's name and its arguments; null for a tool that is not known here, and for
 * arguments that change what it does in a way that an `Act` can't say.
 */
export function meaningOf(tool: string, input: JsonObject): Meaning | null {
  const name = tool.toLowerCase();
  const args = new Arguments(input);
  // One tool of several verbs, as Anthropic's own text editors have it.
  const verb = name.startsWith("str_replace_") ? wordOf(args.take("command") ?? "") : name;
  const act = READINGS.find(([names]) => names.includes(verb))?.[1](args) ?? null;
  if (act === null || !args.isSpent) return null;
  // Items of a list have states of their own kinds, and a patch says more than what it comes to.
  const isExact = act.does !== "plan" && act.does !== "patch" && !Array.isArray(input.command);
  return { act, isWhole: args.isEmpty && isExact };
}

const PATH = ["file_path", "filePath", "path", "absolute_path", "filename"];
const FOLDER = ["path", "dir_path", "paths"];

const READINGS: readonly [names: readonly string[], read: (args: Arguments) => Act | null][] = [
  [["bash", "shell", "shell_command", "exec_command", "local_shell", "run_shell_command"], run],
  [["read", "read_file", "view", "readfile"], read],
  [["write", "write_file", "create", "create_file"], write],
  [["edit", "replace", "str_replace", "edit_file"], edit],
  [["apply_patch", "patch"], patch],
  [["ls", "list", "list_directory"], list],
  [["glob"], find],
  [["grep", "grep_search", "search_file_content"], search],
  [["webfetch", "web_fetch", "fetch"], fetch],
  [["websearch", "web_search", "google_web_search"], askTheWeb],
  [["todowrite", "write_todos", "update_plan"], plan],
];

function run(args: Arguments): Act | null {
  const command = commandOf(args.take("command", "cmd"));
  const folder = args.text("workdir", "dir_path", "directory", "cwd");
  const about = args.text("description");
  // Copilot says so of every command.
  if (args.peek("mode") === "sync") args.take("mode");
  return command === null ? null : { does: "run", command, folder, about };
}

// `bash -lc "the command"` is how an argv is given to a shell: the command is what matters.
function commandOf(value: unknown): string | null {
  if (!Array.isArray(value)) return stringOf(value);
  const words = value.filter((word) => typeof word === "string");
  const isScript = words.length === 3 && /^-\w*c$/.test(words[1] ?? "");
  return stringOf(isScript ? words[2] : shellLine(words));
}

function read(args: Arguments): Act | null {
  const path = args.text(...PATH);
  let from = args.number("offset", "start_line");
  let lines = args.number("limit");
  const to = args.number("end_line");
  if (to !== null) lines = to - (from ?? 1) + 1;
  const [first, last] = arrayOf(args.take("view_range"));
  if (typeof first === "number") from = first;
  if (typeof first === "number" && typeof last === "number" && last >= first) lines = last - first + 1;
  return path === null ? null : { does: "read", path, from, lines };
}

function write(args: Arguments): Act | null {
  const path = args.text(...PATH);
  const content = args.take("content", "file_text");
  return path === null || typeof content !== "string" ? null : { does: "write", path, content };
}

function edit(args: Arguments): Act | null {
  const path = args.text(...PATH);
  const before = args.take("old_string", "oldString", "old_str");
  const after = args.take("new_string", "newString", "new_str");
  const everywhere = args.flag("replace_all", "replaceAll", "allow_multiple");
  if (path === null || typeof before !== "string" || typeof after !== "string") return null;
  return before === ""
    ? { does: "write", path, content: after }
    : { does: "edit", path, before, after, everywhere };
}

function patch(args: Arguments): Act | null {
  const text = args.text("input", "patchText", "patch");
  return text === null ? null : { does: "patch", patch: text, same: patchAct(text) };
}

function list(args: Arguments): Act {
  return { does: "list", path: args.text("path", "dir_path") ?? "." };
}

function find(args: Arguments): Act | null {
  const pattern = args.text("pattern");
  return pattern === null ? null : { does: "find", pattern, path: args.text(...FOLDER) };
}

function search(args: Arguments): Act | null {
  const pattern = args.text("pattern");
  const files = args.text("include", "include_pattern", "glob");
  return pattern === null ? null : { does: "search", pattern, path: args.text(...FOLDER), files };
}

function fetch(args: Arguments): Act | null {
  const question = args.text("prompt");
  const url = args.text("url") ?? onlyUrl(question ?? "");
  return url === null ? null : { does: "fetch", url, question };
}

function onlyUrl(text: string): string | null {
  const urls = new Set(text.match(/https?:\/\/[^\s"'<>)\]]+/g));
  const [url] = urls;
  return urls.size === 1 && url !== undefined ? url : null;
}

function askTheWeb(args: Arguments): Act | null {
  const query = args.text("query");
  return query === null ? null : { does: "ask the web", query };
}

function plan(args: Arguments): Act | null {
  const items = args.take("todos", "plan");
  return Array.isArray(items) ? { does: "plan", todos: items.flatMap(todoOf) } : null;
}

function todoOf(item: unknown): Todo[] {
  const { content, description, step, status } = objectOf(item);
  const text = stringOf(content) ?? stringOf(description) ?? stringOf(step);
  return text === null ? [] : [{ text, status: statusOf(status) }];
}

function statusOf(status: unknown): Todo["status"] {
  return status === "in_progress" || status === "completed" || status === "cancelled" ? status : "pending";
}
