import { type Client, DUMMY_KEY } from "../client.ts";

const MODEL = "gemini-2.5-flash";

const EAGER = JSON.stringify({ model: { compressionThreshold: 0.00001 } });

export const gemini: Client = {
  agent: "gemini",
  package: "@google/gemini-cli",
  version: "0.61.0",
  model: MODEL,
  settings: () => ({ ".gemini/settings.json": JSON.stringify(SETTINGS) }),
  environment: (url) => ({
    GEMINI_API_KEY: DUMMY_KEY,
    GEMINI_CLI_TRUST_WORKSPACE: "true",
    GEMINI_TELEMETRY_ENABLED: "false",
    GOOGLE_GEMINI_BASE_URL: url,
  }),
  ask: (prompt, id) => ["--session-id", id, "-p", prompt, "--yolo", "-m", MODEL],
  resume: (id, prompt) => ["--resume", id, "-p", prompt, "--yolo", "-m", MODEL],
  store: /^\.gemini\/(projects\.json|tmp\/[^/]+\/(\.project_root|chats\/.*\.jsonl?))$/,
  compaction: { settings: { ".gemini/settings.json": EAGER } },
  list: { args: ["--list-sessions"] },
  records: {
    branch: false,
    generatedTitle: false,
    customTitle: false,
    openCalls: false,
    plainSummary: true,
    filesByMinute: true,
    ends: { limited: "error", stopped: "error", killed: "complete" },
  },
  sessionId: (_run, wanted) => wanted,
  tools: {
    run: (command) => ({ tool: "run_shell_command", input: { command, description: "Run a command" } }),
    write: (path, content) => ({ tool: "write_file", input: { file_path: path, content } }),
    read: (path) => ({ tool: "read_file", input: { file_path: path } }),
    delegate: (prompt) => ({ tool: "invoke_agent", input: { agent_name: "generalist", prompt } }),
    report: (response) => ({ tool: "complete_task", input: { result: { response } } }),
    plan: (todos) => [
      {
        tool: "write_todos",
        input: { todos: todos.map(({ text, status }) => ({ description: text, status })) },
      },
    ],
  },
};

const SETTINGS = {
  // Its clean-up at the start takes a session away that was resumed in a later minute than it was begun in.
  general: { enableAutoUpdate: false, sessionRetention: { enabled: false } },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  security: { auth: { selectedType: "gemini-api-key" } },
};
