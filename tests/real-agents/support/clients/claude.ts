import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, DUMMY_KEY } from "../client.ts";
import { at, textAt } from "../json.ts";

const MODEL = "claude-sonnet-4-5";

export const claude: Client = {
  agent: "claude",
  package: "@anthropic-ai/claude-code",
  version: "2.1.197",
  setUp: "@anthropic-ai/claude-code/install.cjs",
  model: MODEL,
  settings: () => ({}),
  environment: (url) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: DUMMY_KEY,
    ANTHROPIC_MODEL: MODEL,
    ANTHROPIC_SMALL_FAST_MODEL: "claude-haiku-4-5",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_MAX_RETRIES: "0",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_TELEMETRY: "1",
  }),
  ask: (prompt, id) => ["--session-id", id, "-p", prompt, ...ALLOWED],
  resume: (id, prompt) => ["--resume", id, "-p", prompt, ...ALLOWED],
  store: /^\.claude\/(projects|tasks)\/.*\.jsonl?$/,
  compaction: { command: "/compact" },
  olderPlan: {
    environment: { CLAUDE_CODE_ENABLE_TASKS: "0" },
    plan: (todos) => [
      {
        tool: "TodoWrite",
        input: { todos: todos.map(({ text, status }) => ({ content: text, status, activeForm: text })) },
      },
    ],
  },
  rewind: async (home, id) => ["--resume-session-at", await lastMessage(home, id)],
  records: {
    branch: true,
    generatedTitle: false,
    customTitle: true,
    openCalls: true,
    plainSummary: false,
    filesByMinute: false,
    ends: { limited: "rate-limit", stopped: "complete", killed: "killed" },
  },
  sessionId: (_run, wanted) => wanted,
  titled: (title) => ["--name", title],
  tools: {
    run: (command) => ({ tool: "Bash", input: { command, description: "Run a command" } }),
    write: (path, content) => ({ tool: "Write", input: { file_path: path, content } }),
    read: (path) => ({ tool: "Read", input: { file_path: path } }),
    delegate: (prompt) => ({
      tool: "Agent",
      input: { description: "Help", prompt, subagent_type: "general-purpose" },
    }),
    // A task is made as pending, and its id is its number in the session.
    plan: (todos, before) => [
      ...todos.slice(before.length).map(({ text }) => ({
        tool: "TaskCreate",
        input: { subject: text, description: text, activeForm: text },
      })),
      ...todos.flatMap(({ status }, index) =>
        status === (before[index]?.status ?? "pending")
          ? []
          : [{ tool: "TaskUpdate", input: { taskId: String(index + 1), status } }],
      ),
    ],
  },
};

const ALLOWED = ["--permission-mode", "acceptEdits", "--allowedTools", "Bash"];

async function lastMessage(home: string, id: string): Promise<string> {
  const projects = join(home, ".claude", "projects");
  const [folder = ""] = await readdir(projects);
  const lines = (await readFile(join(projects, folder, `${id}.jsonl`), "utf8")).trimEnd().split("\n");
  const records = lines.map((line): unknown => JSON.parse(line));
  const last = records.findLast((record) => at(record, "type") === "assistant");
  return textAt(last, "uuid");
}
