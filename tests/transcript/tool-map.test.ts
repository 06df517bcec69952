import { describe, expect, test } from "vitest";
import { type Act, meaningOf } from "../../scripts/transcript/tool-map.ts";

const run = (command: string, more: Partial<Extract<Act, { does: "run" }>> = {}): Act => ({
  does: "run",
  command,
  folder: null,
  about: null,
  ...more,
});

describe("what a call means", () => {
  test.each<[tool: string, input: Record<string, unknown>, act: Act]>([
    ["Bash", { command: "ls", description: "List" }, run("ls", { about: "List" })],
    ["exec_command", { cmd: "ls", workdir: "/r" }, run("ls", { folder: "/r" })],
    ["bash", { command: "ls", description: "List", mode: "sync" }, run("ls", { about: "List" })],
    ["run_shell_command", { command: "ls", is_background: false }, run("ls")],
    ["shell", { command: ["bash", "-lc", "ls | wc -l"] }, run("ls | wc -l")],
    ["shell", { command: ["git", "log", "-1", "a b"] }, run("git log -1 'a b'")],
    ["Read", { file_path: "/a" }, { does: "read", path: "/a", from: null, lines: null }],
    ["read", { filePath: "/a", offset: 5, limit: 10 }, { does: "read", path: "/a", from: 5, lines: 10 }],
    ["view", { path: "/a", view_range: [5, 9] }, { does: "read", path: "/a", from: 5, lines: 5 }],
    ["view", { path: "/a", view_range: [5, -1] }, { does: "read", path: "/a", from: 5, lines: null }],
    [
      "read_file",
      { file_path: "/a", start_line: 5, end_line: 9 },
      { does: "read", path: "/a", from: 5, lines: 5 },
    ],
    ["create", { path: "/a", file_text: "" }, { does: "write", path: "/a", content: "" }],
    ["Write", { file_path: "/a", content: "x" }, { does: "write", path: "/a", content: "x" }],
    [
      "edit",
      { filePath: "/a", oldString: "x", newString: "", replaceAll: true },
      { does: "edit", path: "/a", before: "x", after: "", everywhere: true },
    ],
    [
      "Edit",
      { file_path: "/a", old_string: "", new_string: "x" },
      { does: "write", path: "/a", content: "x" },
    ],
    [
      "str_replace_editor",
      { command: "str_replace", path: "/a", old_str: "x", new_str: "y" },
      { does: "edit", path: "/a", before: "x", after: "y", everywhere: false },
    ],
    ["list_directory", {}, { does: "list", path: "." }],
    ["glob", { pattern: "**/*.ts" }, { does: "find", pattern: "**/*.ts", path: null }],
    [
      "grep",
      { pattern: "a", path: "src", include: "*.ts" },
      { does: "search", pattern: "a", path: "src", files: "*.ts" },
    ],
    [
      "WebFetch",
      { url: "https://a.example/", prompt: "What?" },
      { does: "fetch", url: "https://a.example/", question: "What?" },
    ],
    [
      "web_fetch",
      { prompt: "What is on https://a.example/x?" },
      { does: "fetch", url: "https://a.example/x?", question: "What is on https://a.example/x?" },
    ],
    ["google_web_search", { query: "q" }, { does: "ask the web", query: "q" }],
    [
      "update_plan",
      { plan: [{ step: "a", status: "completed" }] },
      { does: "plan", todos: [{ text: "a", status: "completed" }] },
    ],
    [
      "todowrite",
      { todos: [{ content: "a", status: "?" }] },
      { does: "plan", todos: [{ text: "a", status: "pending" }] },
    ],
  ])("%s %j", (tool, input, act) => expect(meaningOf(tool, input)?.act).toEqual(act));

  test.each<[why: string, tool: string, input: Record<string, unknown>]>([
    ["a tool that is not known", "mystery", { command: "ls" }],
    ["a command in the background", "Bash", { command: "ls", run_in_background: true }],
    ["a command without words", "bash", { command: "" }],
    ["a search that says more than what and where", "grep", { pattern: "a", "-i": true }],
    ["several folders", "glob", { pattern: "*", paths: ["a", "b"] }],
    ["several addresses", "web_fetch", { prompt: "https://a.example https://b.example" }],
    ["pages of a document", "Read", { file_path: "a.pdf", pages: "1-3" }],
    ["an insertion", "str_replace_editor", { command: "insert", path: "/a", insert_line: 1, new_str: "x" }],
  ])("is not guessed: %s", (_, tool, input) => expect(meaningOf(tool, input)).toBeNull());

  test.each<[tool: string, input: Record<string, unknown>, isWhole: boolean]>([
    ["Bash", { command: "ls" }, true],
    ["Bash", { command: "ls", timeout: 5000 }, false],
    ["shell", { command: ["bash", "-lc", "ls"] }, false],
    ["replace", { file_path: "a", old_string: "x", new_string: "y", instruction: "Fix" }, false],
    ["todowrite", { todos: [{ content: "a", status: "pending", priority: "high" }] }, false],
    ["apply_patch", { input: "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch" }, false],
  ])("tells whether it is all that is said: %s %j", (tool, input, isWhole) =>
    expect(meaningOf(tool, input)?.isWhole).toBe(isWhole),
  );
});
