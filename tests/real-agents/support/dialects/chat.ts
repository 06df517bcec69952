import { arrayAt, at } from "../json.ts";
import type { SayTurn } from "../script.ts";
import { type Dialect, events, inputTokens, json, newId, OUTPUT_TOKENS } from "./dialect.ts";

/** OpenAI's chat completions: OpenCode and Copilot. */
export const chat: Dialect = {
  path: /\/chat\/completions$/,
  offersTools: (body) => arrayAt(body, "tools").length > 0,
  say(turn, { body }) {
    const base = { id: newId("chatcmpl"), created: Math.floor(Date.now() / 1000), model: at(body, "model") };
    const finish = turn.calls?.length ? "tool_calls" : "stop";
    const calls = toolCalls(turn);
    const reply = {
      role: "assistant",
      content: turn.text,
      ...(turn.reasoning && { reasoning_content: turn.reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    if (at(body, "stream") !== true) {
      const choice = { index: 0, message: reply, finish_reason: finish };
      return json({ ...base, object: "chat.completion", choices: [choice], usage: usage(turn) });
    }
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      ...base,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason }],
    });
    return events(
      [
        ...(turn.reasoning ? [chunk({ role: "assistant", reasoning_content: turn.reasoning })] : []),
        chunk({ role: "assistant", content: turn.text }),
        ...calls.map((call) => chunk({ tool_calls: [call] })),
        chunk({}, finish),
        { ...base, object: "chat.completion.chunk", choices: [], usage: usage(turn) },
      ],
      { named: false, end: "[DONE]" },
    );
  },
  rateLimit: (message) =>
    json({ error: { message, type: "rate_limit_exceeded", code: "rate_limit_exceeded" } }, 429),
};

function toolCalls(turn: SayTurn): object[] {
  return (turn.calls ?? []).map(({ tool, input }, index) => ({
    index,
    id: newId("call"),
    type: "function",
    function: { name: tool, arguments: JSON.stringify(input) },
  }));
}

function usage(turn: SayTurn): object {
  return {
    prompt_tokens: inputTokens(turn),
    completion_tokens: OUTPUT_TOKENS,
    total_tokens: inputTokens(turn) + OUTPUT_TOKENS,
  };
}
