import { describe, expect, test } from "vitest";
import { claudeCall } from "../../../scripts/agents/claude/tools.ts";
import { codexCall } from "../../../scripts/agents/codex/tools.ts";
import { geminiCall } from "../../../scripts/agents/gemini/tools.ts";
import type { Act } from "../../../scripts/transcript/tool-map.ts";

const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
const edit = (everywhere: boolean): Act => ({
  does: "edit",
  path: "/a",
  before: "x\ny",
  after: "z",
  everywhere,
});
const twoFiles = patch("*** Add File: a", "+x", "*** Add File: b", "+y");

type Call = [tool: string, input: Record<string, unknown>] | null;

/** What each agent calls it: Claude Code, Codex, Gemini CLI. */
const TABLE: [Act, claude: Call, codex: Call, gemini: Call][] = [
  [
    { does: "run", command: "ls", folder: null, about: "List" },
    ["Bash", { command: "ls", description: "List" }],
    ["exec_command", { cmd: "ls" }],
    ["run_shell_command", { command: "ls", description: "List" }],
  ],
  [
    { does: "run", command: "ls", folder: "/a b", about: null },
    ["Bash", { command: "cd '/a b' && ls" }],
    ["exec_command", { cmd: "ls", workdir: "/a b" }],
    ["run_shell_command", { command: "ls", dir_path: "/a b" }],
  ],
  [
    { does: "read", path: "/a b", from: null, lines: null },
    ["Read", { file_path: "/a b" }],
    ["exec_command", { cmd: "cat '/a b'" }],
    ["read_file", { file_path: "/a b" }],
  ],
  [
    { does: "read", path: "/a", from: 5, lines: 10 },
    ["Read", { file_path: "/a", offset: 5, limit: 10 }],
    ["exec_command", { cmd: "sed -n 5,14p /a" }],
    ["read_file", { file_path: "/a", start_line: 5, end_line: 14 }],
  ],
  [
    { does: "read", path: "/a", from: 5, lines: null },
    ["Read", { file_path: "/a", offset: 5 }],
    ["exec_command", { cmd: "sed -n '5,$p' /a" }],
    ["read_file", { file_path: "/a", start_line: 5 }],
  ],
  [
    { does: "write", path: "/a", content: "x\ny\n" },
    ["Write", { file_path: "/a", content: "x\ny\n" }],
    ["apply_patch", { input: patch("*** Add File: /a", "+x", "+y") }],
    ["write_file", { file_path: "/a", content: "x\ny\n" }],
  ],
  [
    edit(false),
    ["Edit", { file_path: "/a", old_string: "x\ny", new_string: "z" }],
    ["apply_patch", { input: patch("*** Update File: /a", "@@", "-x", "-y", "+z") }],
    ["replace", { file_path: "/a", old_string: "x\ny", new_string: "z" }],
  ],
  [
    edit(true),
    ["Edit", { file_path: "/a", old_string: "x\ny", new_string: "z", replace_all: true }],
    null,
    ["replace", { file_path: "/a", old_string: "x\ny", new_string: "z", allow_multiple: true }],
  ],
  [{ does: "patch", patch: twoFiles, same: null }, null, ["apply_patch", { input: twoFiles }], null],
  [
    { does: "patch", patch: "the patch", same: { does: "write", path: "/a", content: "x" } },
    ["Write", { file_path: "/a", content: "x" }],
    ["apply_patch", { input: "the patch" }],
    ["write_file", { file_path: "/a", content: "x" }],
  ],
  [
    { does: "list", path: "src" },
    ["Bash", { command: "ls src" }],
    ["exec_command", { cmd: "ls src" }],
    ["list_directory", { dir_path: "src" }],
  ],
  [
    { does: "find", pattern: "**/*.ts", path: null },
    ["Bash", { command: "rg --files -g '**/*.ts'" }],
    ["exec_command", { cmd: "rg --files -g '**/*.ts'" }],
    ["glob", { pattern: "**/*.ts" }],
  ],
  [
    { does: "search", pattern: "a|b", path: "src", files: "*.ts" },
    ["Bash", { command: "rg -n -g '*.ts' 'a|b' src" }],
    ["exec_command", { cmd: "rg -n -g '*.ts' 'a|b' src" }],
    ["grep_search", { pattern: "a|b", dir_path: "src", include_pattern: "*.ts" }],
  ],
  [
    { does: "fetch", url: "https://a.example/", question: "What?" },
    ["WebFetch", { url: "https://a.example/", prompt: "What?" }],
    null,
    ["web_fetch", { prompt: "What? https://a.example/" }],
  ],
  [
    { does: "fetch", url: "https://a.example/", question: null },
    null,
    null,
    ["web_fetch", { prompt: "https://a.example/" }],
  ],
  [
    { does: "ask the web", query: "q" },
    ["WebSearch", { query: "q" }],
    null,
    ["google_web_search", { query: "q" }],
  ],
  [
    { does: "plan", todos: [{ text: "a", status: "in_progress" }] },
    ["TodoWrite", { todos: [{ content: "a", status: "in_progress", activeForm: "a" }] }],
    ["update_plan", { plan: [{ step: "a", status: "in_progress" }] }],
    ["write_todos", { todos: [{ description: "a", status: "in_progress" }] }],
  ],
];

const callOf = (call: Call) => (call === null ? null : { tool: call[0], input: call[1] });

describe("the tools of each agent", () => {
  test.each(TABLE)("%j", (act, claude, codex, gemini) => {
    expect({ claude: claudeCall(act), codex: codexCall(act), gemini: geminiCall(act) }).toEqual({
      claude: callOf(claude),
      codex: callOf(codex),
      gemini: callOf(gemini),
    });
  });
});
