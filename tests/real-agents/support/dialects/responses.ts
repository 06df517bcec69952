import { arrayAt, at } from "../json.ts";
import type { SayTurn, ToolUse } from "../script.ts";
import { type Dialect, events, inputTokens, json, newId, OUTPUT_TOKENS } from "./dialect.ts";

/** OpenAI's Responses API: Codex. */
export const responses: Dialect = {
  path: /\/responses$/,
  offersTools: (body) => arrayAt(body, "tools").length > 0,
  say(turn, { body }) {
    const output = items(turn);
    const response = {
      id: newId("resp"),
      object: "response",
      created_at: Math.floor(Date.now() / 1000),
      model: at(body, "model"),
      status: "completed",
      output,
      usage: usage(turn),
    };
    if (at(body, "stream") !== true) return json(response);
    return events(
      [
        {
          type: "response.created",
          response: { ...response, status: "in_progress", output: [], usage: null },
        },
        ...output.flatMap(itemEvents),
        { type: "response.completed", response },
      ],
      { named: true },
    );
  },
  rateLimit: (message) =>
    json({ error: { message, type: "rate_limit_exceeded", code: "rate_limit_exceeded" } }, 429),
};

interface Item {
  type: string;
  id: string;
  content?: { type: string; text: string }[];
}

function items(turn: SayTurn): Item[] {
  const reasoning: Item = {
    type: "reasoning",
    id: newId("rs"),
    ...{ summary: [{ type: "summary_text", text: turn.reasoning ?? "" }] },
  };
  const message: Item = {
    type: "message",
    id: newId("msg"),
    ...{ role: "assistant", status: "completed" },
    content: [{ type: "output_text", text: turn.text, ...{ annotations: [] } }],
  };
  return [
    ...(turn.reasoning ? [reasoning] : []),
    ...(turn.text ? [message] : []),
    ...(turn.calls ?? []).map(callItem),
  ];
}

function callItem({ tool, input, namespace, freeform }: ToolUse): Item {
  const base = { call_id: newId("call"), status: "completed", name: tool, ...(namespace && { namespace }) };
  if (freeform !== undefined)
    return { type: "custom_tool_call", id: newId("ctc"), ...base, ...{ input: freeform } };
  return { type: "function_call", id: newId("fc"), ...base, ...{ arguments: JSON.stringify(input) } };
}

function itemEvents(item: Item, index: number): object[] {
  const text = item.content?.[0]?.text;
  return [
    {
      type: "response.output_item.added",
      output_index: index,
      item: { ...item, ...(text && { content: [] }) },
    },
    ...(text
      ? [
          {
            type: "response.output_text.delta",
            item_id: item.id,
            output_index: index,
            content_index: 0,
            delta: text,
          },
        ]
      : []),
    { type: "response.output_item.done", output_index: index, item },
  ];
}

function usage(turn: SayTurn): object {
  return {
    input_tokens: inputTokens(turn),
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: OUTPUT_TOKENS,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens(turn) + OUTPUT_TOKENS,
  };
}
