import type { Todo } from "../../../../schema/transcript.ts";
import { type Client, DUMMY_KEY } from "../client.ts";

const STATUS = { pending: "pending", in_progress: "in_progress", completed: "done", cancelled: "blocked" };

const sql = (description: string, query: string) => ({ tool: "sql", input: { description, query } });

const insertion = (todos: readonly Todo[]) =>
  `INSERT INTO todos (id, title, description, status) VALUES ${todos
    .map(({ text, status }, index) => `('step-${index + 1}', '${text}', '${text}', '${STATUS[status]}')`)
    .join(", ")};`;

const updates = (todos: readonly Todo[]) =>
  todos
    .map(
      ({ status }, index) => `UPDATE todos SET status = '${STATUS[status]}' WHERE id = 'step-${index + 1}';`,
    )
    .join(" ");

const MODEL = "gpt-4.1";

export const copilot: Client = {
  agent: "copilot",
  package: "@github/copilot",
  version: "1.0.102",
  model: MODEL,
  settings: () => ({}),
  environment: (url) => ({
    COPILOT_AUTO_UPDATE: "false",
    COPILOT_MODEL: MODEL,
    COPILOT_OFFLINE: "true",
    COPILOT_PROVIDER_API_KEY: DUMMY_KEY,
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_TYPE: "openai",
  }),
  limitHeaders: { "retry-after": "3600" },
  ask: (prompt, id) => [`--session-id=${id}`, "-p", prompt, "--allow-all-tools"],
  resume: (id, prompt) => [`--resume=${id}`, "-p", prompt, "--allow-all-tools"],
  store: /^\.copilot\/session-state\/[^/]+\/(events\.jsonl|workspace\.yaml|session\.db)$/,
  compaction: { command: "/compact" },
  records: {
    branch: true,
    generatedTitle: false,
    customTitle: true,
    openCalls: true,
    plainSummary: true,
    filesByMinute: false,
    ends: { limited: "rate-limit", stopped: "stopped", killed: "killed" },
  },
  sessionId: (_run, wanted) => wanted,
  titled: (title) => [`--name=${title}`],
  tools: {
    run: (command) => ({ tool: "bash", input: { command, description: "Run a command" } }),
    write: (path, content) => ({ tool: "create", input: { path, file_text: content } }),
    read: (path) => ({ tool: "view", input: { path } }),
    delegate: (prompt) => ({
      tool: "task",
      input: { description: "Help", prompt, agent_type: "general-purpose", name: "helper", mode: "sync" },
    }),
    // The list is a table in a database of the session, which the model writes in SQL.
    plan: (todos, before) => [sql("Set the plan", before.length === 0 ? insertion(todos) : updates(todos))],
  },
};
