/** Sessions of any size, of the kinds of records that the real clients write, for the bench of the readers. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

export const CWD = "/home/dev/repo";
export const AGENTS = ["claude", "codex", "copilot", "gemini"] as const;
export type Agent = (typeof AGENTS)[number];

/** The id of a session when none is asked for. */
export const SESSION = "5e551000-0000-4000-8000-000000000000";
const PROSE =
  'The function reads the file twice, which is slow; "once" would do. A line with a \\ and a\ttab, and naïve ünïcode.\n';
const CODE =
  "export function total(items: readonly Item[]): number {\n  return items.reduce((sum, { price }) => sum + price, 0);\n}\n";

type Make = (turn: number) => object[];

/** Writes one session of about `bytes` into a home, and answers with its path. */
export async function writeSession(agent: Agent, home: string, bytes: number, id = SESSION): Promise<string> {
  const path = join(home, PATHS[agent](id));
  await mkdir(dirname(path), { recursive: true });
  const file = createWriteStream(path, { highWaterMark: 4 * 1024 * 1024 });
  const write = (text: string) =>
    file.write(text) || new Promise<void>((done) => file.once("drain", () => done()));
  const make = MAKERS[agent](id);
  let written = 0;
  for (let turn = 0; written < bytes; turn++) {
    const text = make(turn)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join("");
    written += Buffer.byteLength(text);
    await write(text);
  }
  await new Promise<void>((resolve, reject) =>
    file.end((error?: Error | null) => (error ? reject(error) : resolve())),
  );
  return path;
}

const PATHS: Record<Agent, (id: string) => string> = {
  claude: (id) => `.claude/projects/-home-dev-repo/${id}.jsonl`,
  codex: (id) => `.codex/sessions/2026/01/05/rollout-2026-01-05T12-00-00-${id}.jsonl`,
  copilot: (id) => `.copilot/session-state/${id}/events.jsonl`,
  gemini: (id) => `.gemini/tmp/repo/chats/session-2026-01-05T12-00-${id.slice(0, 8)}.jsonl`,
};

const MAKERS: Record<Agent, (id: string) => Make> = {
  claude: claudeTurns,
  codex: codexTurns,
  copilot: copilotTurns,
  gemini: geminiTurns,
};

/** Outputs of commands differ in length, from a word to a page and, now and then, a long listing. */
function outputOf(turn: number): string {
  return CODE.repeat(turn % 50 === 49 ? 400 : 1 + ((turn * 7919) % 40));
}

function proseOf(turn: number): string {
  return PROSE.repeat(1 + ((turn * 31) % 9));
}

function at(turn: number, step: number): string {
  return new Date(Date.UTC(2026, 0, 5) + turn * 20_000 + step * 1000).toISOString();
}

/** The same in every run, and in the form of a random UUID. */
export function uuidOf(a: number, b: number): string {
  const hex = (n: number) => (n >>> 0).toString(16).padStart(8, "0");
  const spread = hex(Math.imul(a + 1, 2654435761) ^ Math.imul(b + 1, 40503));
  return `${spread}-${hex(a).slice(0, 4)}-4${hex(a).slice(5)}-8${hex(b).slice(5)}-${hex(a)}${hex(b).slice(4)}`;
}

function claudeTurns(id: string): Make {
  let last: string | null = null;
  return (turn) => {
    let step = 0;
    const chain = (fields: object) => {
      const uuid = uuidOf(turn, step);
      const common = { userType: "external", cwd: CWD, sessionId: id, version: "2.1.197", gitBranch: "main" };
      const record = {
        parentUuid: last,
        isSidechain: false,
        ...fields,
        uuid,
        timestamp: at(turn, step++),
        ...common,
      };
      last = uuid;
      return record;
    };
    const usage = { input_tokens: 900, cache_read_input_tokens: 20_000, output_tokens: 300 };
    const reply = (content: object[]) => {
      const message = {
        id: `msg_${turn}`,
        type: "message",
        role: "assistant",
        model: "claude-sonnet-4-5",
        content,
        usage,
      };
      return chain({ message, requestId: `req_${turn}`, type: "assistant" });
    };
    const output = outputOf(turn);
    const result = [{ tool_use_id: `toolu_${turn}`, type: "tool_result", content: output, is_error: false }];
    return [
      chain({ type: "user", message: { role: "user", content: `Step ${turn}: ${PROSE}` } }),
      reply([{ type: "text", text: proseOf(turn) }]),
      reply([
        {
          type: "tool_use",
          id: `toolu_${turn}`,
          name: "Bash",
          input: { command: `cat src/file-${turn}.ts` },
        },
      ]),
      ...[1, 2, 3].map((n) =>
        chain({
          type: "progress",
          data: { type: "bash_progress", output: CODE, lines: n },
          toolUseID: `toolu_${turn}`,
        }),
      ),
      chain({
        type: "user",
        message: { role: "user", content: result },
        toolUseResult: { stdout: output, stderr: "", interrupted: false },
      }),
      reply([{ type: "text", text: proseOf(turn + 1) }]),
    ];
  };
}

function codexTurns(id: string): Make {
  return (turn) => {
    let step = 0;
    const line = (type: string, payload: object) => ({ timestamp: at(turn, step++), type, payload });
    const message = (role: string, type: string, text: string) =>
      line("response_item", { type: "message", role, content: [{ type, text }] });
    const ask = `Step ${turn}: ${PROSE}`;
    const usage = { input_tokens: 900 * turn, output_tokens: 300 * turn, total_tokens: 1200 * turn };
    const head = [
      line("session_meta", {
        id,
        timestamp: at(0, 0),
        cwd: CWD,
        originator: "codex_cli_rs",
        cli_version: "0.169.0",
        source: "cli",
      }),
      line("turn_context", { cwd: CWD, model: "gpt-5.5" }),
    ];
    return [
      ...(turn === 0 ? head : []),
      line("event_msg", { type: "task_started" }),
      message("user", "input_text", ask),
      line("event_msg", { type: "user_message", message: ask }),
      line("event_msg", { type: "agent_message", message: proseOf(turn) }),
      message("assistant", "output_text", proseOf(turn)),
      line("response_item", {
        type: "function_call",
        name: "exec_command",
        arguments: JSON.stringify({ cmd: `cat src/file-${turn}.ts` }),
        call_id: `call_${turn}`,
      }),
      line("response_item", {
        type: "function_call_output",
        call_id: `call_${turn}`,
        output: `Process exited with code 0\nOutput:\n${outputOf(turn)}`,
      }),
      line("event_msg", { type: "token_count", info: { total_token_usage: usage } }),
      line("event_msg", { type: "task_complete" }),
    ];
  };
}

function copilotTurns(id: string): Make {
  return (turn) => {
    let step = 0;
    const event = (type: string, data: object) => {
      const parentId =
        turn === 0 && step === 0 ? null : uuidOf(step === 0 ? turn - 1 : turn, step === 0 ? 4 : step - 1);
      return { type, data, id: uuidOf(turn, step), timestamp: at(turn, step++), parentId };
    };
    const start = {
      sessionId: id,
      version: 1,
      producer: "copilot-agent",
      copilotVersion: "1.0.102",
      startTime: at(0, 0),
      context: { cwd: CWD },
    };
    const call = {
      toolCallId: `call_${turn}`,
      name: "bash",
      arguments: { command: `cat src/file-${turn}.ts` },
    };
    return [
      ...(turn === 0 ? [event("session.start", start)] : []),
      event("user.message", { content: `Step ${turn}: ${PROSE}` }),
      event("assistant.message", { messageId: `m_${turn}`, content: proseOf(turn), toolRequests: [call] }),
      event("tool.execution_start", {
        toolCallId: call.toolCallId,
        toolName: call.name,
        arguments: call.arguments,
      }),
      event("tool.execution_complete", {
        toolCallId: call.toolCallId,
        success: true,
        result: { content: outputOf(turn) },
      }),
      event("assistant.message", { messageId: `n_${turn}`, content: proseOf(turn + 1) }),
    ];
  };
}

function geminiTurns(id: string): Make {
  return (turn) => {
    const head = {
      sessionId: id,
      projectHash: "0".repeat(64),
      startTime: at(0, 0),
      lastUpdated: at(turn, 3),
      kind: "main",
    };
    const response = {
      functionResponse: {
        id: `call_${turn}`,
        name: "run_shell_command",
        response: { output: outputOf(turn) },
      },
    };
    const call = {
      id: `call_${turn}`,
      name: "run_shell_command",
      args: { command: `cat src/file-${turn}.ts` },
      result: [response],
      status: "success",
    };
    return [
      ...(turn === 0 ? [head] : []),
      {
        id: uuidOf(turn, 0),
        timestamp: at(turn, 0),
        type: "user",
        content: [{ text: `Step ${turn}: ${PROSE}` }],
      },
      {
        id: uuidOf(turn, 1),
        timestamp: at(turn, 1),
        type: "gemini",
        content: proseOf(turn),
        toolCalls: [call],
        model: "gemini-3-pro",
      },
      {
        id: uuidOf(turn, 2),
        timestamp: at(turn, 2),
        type: "gemini",
        content: proseOf(turn + 1),
        model: "gemini-3-pro",
      },
      { $set: { lastUpdated: at(turn, 3) } },
    ];
  };
}
