import { type Client, DUMMY_KEY } from "../client.ts";

const MODEL = "fake-model";

export const opencode: Client = {
  agent: "opencode",
  package: "opencode-ai",
  version: "1.18.33",
  setUp: "opencode-ai/postinstall.mjs",
  model: MODEL,
  settings: (url) => ({ ".config/opencode/opencode.json": JSON.stringify(configuration(url)) }),
  environment: () => ({
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
  }),
  limitHeaders: { "retry-after-ms": "1" },
  ask: (prompt) => ["run", "--format", "json", ...words(prompt)],
  resume: (id, prompt) => ["run", "--format", "json", "--session", id, ...words(prompt)],
  store: /^\.local\/share\/opencode\/opencode\.db$/,
  compaction: { inputTokens: 198_000, goesOn: true },
  takeBack: { driver: "opencode-revert.ts", names: false },
  records: {
    branch: false,
    generatedTitle: true,
    customTitle: false,
    openCalls: true,
    plainSummary: true,
    filesByMinute: false,
    ends: { limited: "error", stopped: "error", killed: "killed" },
  },
  list: { args: ["session", "list", "--format", "json"] },
  export: (id) => ["export", id],
  sessionId: ({ stdout }) => /"sessionID":"([^"]+)"/.exec(stdout)?.[1] ?? "",
  titled: (title) => ["--title", title],
  tools: {
    run: (command) => ({ tool: "bash", input: { command, description: "Run a command" } }),
    write: (path, content) => ({ tool: "write", input: { filePath: path, content } }),
    read: (path) => ({ tool: "read", input: { filePath: path } }),
    delegate: (prompt) => ({
      tool: "task",
      input: { description: "Help", prompt, subagent_type: "general" },
    }),
    plan: (todos) => [
      {
        tool: "todowrite",
        input: { todos: todos.map(({ text, status }) => ({ content: text, status, priority: "medium" })) },
      },
    ],
  },
};

// An argument with a space in it would be recorded with quotes around it.
const words = (prompt: string) => prompt.split(" ");

const configuration = (url: string) => ({
  autoupdate: false,
  share: "disabled",
  model: `fake/${MODEL}`,
  small_model: `fake/${MODEL}`,
  provider: {
    fake: {
      npm: "@ai-sdk/openai-compatible",
      name: "fake",
      options: { baseURL: `${url}/v1`, apiKey: DUMMY_KEY },
      models: { [MODEL]: { name: MODEL, limit: { context: 200_000, output: 8000 } } },
    },
  },
});
