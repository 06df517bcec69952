import { arrayOf, type JsonObject, objectOf, stringOf, wordOf } from "../base/json.ts";

/** What a tool call does, told from the tool's name and its arguments. Paths are as the agent wrote them. */
export interface Action {
  /** The shell command that it runs, or null. */
  command: string | null;
  reads: string[];
  /** Files that it makes, changes, moves or removes. */
  writes: string[];
}

const READERS = new Set([
  "read",
  "read_file",
  "view",
  "notebookread",
  "readfile",
  "view_image",
  "read_many_files",
]);
const WRITERS = new Set([
  "edit",
  "multiedit",
  "write",
  "notebookedit",
  "write_file",
  "replace",
  "create",
  "create_file",
  "edit_file",
  "str_replace",
  "insert",
  "delete_file",
]);
const SHELLS = new Set([
  "bash",
  "shell",
  "shell_command",
  "exec_command",
  "local_shell",
  "run_shell_command",
  "powershell",
  "container.exec",
]);
const PATH_KEYS = ["file_path", "filePath", "path", "absolute_path", "notebook_path", "filename", "file"];

/** A tool of a name that is not known here does nothing that we could tell. */
export function actionOf(tool: string, input: JsonObject): Action {
  const name = tool.toLowerCase();
  // One tool of several verbs, as Copilot's and Anthropic's own text editors have it.
  const verb = name.startsWith("str_replace_") ? wordOf(input.command ?? "").toLowerCase() : name;
  const command = SHELLS.has(name) ? commandOf(input) : null;
  const patch = name === "apply_patch" || name === "patch" ? patchOf(input) : embeddedPatch(command);
  return {
    command: patch === null ? command : null,
    reads: READERS.has(verb) ? pathsOf(input) : [],
    writes: WRITERS.has(verb) ? pathsOf(input) : patchedFiles(patch ?? ""),
  };
}

/** Files that a patch in the form `*** Update File: path` names. */
function patchedFiles(patch: string): string[] {
  const heads = patch.matchAll(/^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+?)\s*$/gm);
  return [...new Set([...heads].flatMap((head) => head[1] ?? []))];
}

function commandOf(input: JsonObject): string | null {
  const command = input.command ?? input.cmd ?? input.script;
  if (typeof command === "string") return stringOf(command.trim());
  const words = arrayOf(command).filter((word) => typeof word === "string");
  // `bash -lc "the command"` is how an argv is given to a shell: the command is what matters.
  const script = words.length === 3 && /^-\w*c$/.test(words[1] ?? "") ? words[2] : words.join(" ");
  return stringOf(script?.trim());
}

function patchOf(input: JsonObject): string | null {
  return stringOf(input.patchText) ?? stringOf(input.patch) ?? stringOf(input.input);
}

function embeddedPatch(command: string | null): string | null {
  return command !== null && /\bapply_?patch\b[\s\S]*^\*\*\* Begin Patch/m.test(command) ? command : null;
}

function pathsOf(input: JsonObject): string[] {
  const single = PATH_KEYS.map((key) => stringOf(input[key])).find((path) => path !== null);
  if (single !== undefined && single !== null) return [single];
  return arrayOf(input.paths ?? input.files).flatMap((item) => {
    const path = stringOf(item) ?? stringOf(objectOf(item).path);
    return path === null ? [] : [path];
  });
}
