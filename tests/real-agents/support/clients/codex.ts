import { type Client, DUMMY_KEY } from "../client.ts";

const MODEL = "gpt-5.5";

export const codex: Client = {
  agent: "codex",
  package: "@openai/codex",
  version: "0.169.0",
  model: MODEL,
  settings: (url) => ({ ".codex/config.toml": configuration(url) }),
  environment: (_url, home) => ({ CODEX_HOME: `${home}/.codex`, FAKE_KEY: DUMMY_KEY }),
  ask: (prompt) => ["exec", prompt],
  resume: (id, prompt) => ["exec", "resume", id, prompt],
  store: /^\.codex\/(sessions\/.*|session_index)\.jsonl$/,
  compaction: { inputTokens: 300_000, goesOn: false },
  takeBack: { driver: "codex-revert.ts", names: true },
  list: { driver: "codex-list.ts" },
  records: {
    branch: true,
    generatedTitle: false,
    customTitle: false,
    openCalls: true,
    plainSummary: false,
    filesByMinute: false,
    ends: { limited: "rate-limit", stopped: "stopped", killed: "killed" },
  },
  sessionId: ({ stderr }) => /^session id: (\S+)$/m.exec(stderr)?.[1] ?? "",
  tools: {
    run: (command) => ({ tool: "exec_command", input: { cmd: command } }),
    write: (path, content) => ({
      tool: "apply_patch",
      input: {},
      freeform: `*** Begin Patch\n*** Add File: ${path}\n+${content.trimEnd()}\n*** End Patch\n`,
    }),
    read: (path) => ({ tool: "exec_command", input: { cmd: `cat ${path}` } }),
    delegate: (prompt) => ({ tool: "spawn_agent", namespace: "multi_agent_v1", input: { message: prompt } }),
    plan: (todos) => [
      { tool: "update_plan", input: { plan: todos.map(({ text, status }) => ({ step: text, status })) } },
    ],
  },
};

// The sandbox needs rights that a container or a namespace may not give. Nothing but the script runs here.
const configuration = (url: string) => `
model = "${MODEL}"
model_provider = "fake"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[tools.update_plan]
enabled = true
[model_providers.fake]
name = "fake"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "FAKE_KEY"
request_max_retries = 0
stream_max_retries = 0
[analytics]
enabled = false
`;
