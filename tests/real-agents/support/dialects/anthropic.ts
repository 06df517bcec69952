import { arrayAt, at } from "../json.ts";
import type { SayTurn } from "../script.ts";
import { type Dialect, events, inputTokens, json, newId, OUTPUT_TOKENS } from "./dialect.ts";

/** Anthropic's Messages API: Claude Code. */
export const anthropic: Dialect = {
  path: /\/v1\/messages$/,
  offersTools: (body) => arrayAt(body, "tools").length > 0,
  say(turn, { body }) {
    const content = blocks(turn);
    const usage = {
      input_tokens: inputTokens(turn),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: OUTPUT_TOKENS,
    };
    const stop = { stop_reason: turn.calls?.length ? "tool_use" : "end_turn", stop_sequence: null };
    const message = {
      id: newId("msg"),
      type: "message",
      role: "assistant",
      model: at(body, "model"),
      content,
    };
    if (at(body, "stream") !== true) return json({ ...message, ...stop, usage });
    return events(
      [
        { type: "message_start", message: { ...message, content: [], stop_reason: null, usage } },
        ...content.flatMap(blockEvents),
        { type: "message_delta", delta: stop, usage: { output_tokens: OUTPUT_TOKENS } },
        { type: "message_stop" },
      ],
      { named: true },
    );
  },
  rateLimit: (message) => json({ type: "error", error: { type: "rate_limit_error", message } }, 429),
};

type Block =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: object };

function blocks(turn: SayTurn): Block[] {
  const thinking: Block[] = turn.reasoning
    ? [{ type: "thinking", thinking: turn.reasoning, signature: newId("sig") }]
    : [];
  const text: Block[] = turn.text ? [{ type: "text", text: turn.text }] : [];
  const calls = (turn.calls ?? []).map(
    ({ tool, input }): Block => ({ type: "tool_use", id: newId("toolu"), name: tool, input }),
  );
  return [...thinking, ...text, ...calls];
}

function blockEvents(block: Block, index: number): object[] {
  const [empty, deltas] = opening(block);
  return [
    { type: "content_block_start", index, content_block: empty },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function opening(block: Block): [empty: object, deltas: object[]] {
  switch (block.type) {
    case "thinking":
      return [
        { ...block, thinking: "", signature: "" },
        [
          { type: "thinking_delta", thinking: block.thinking },
          { type: "signature_delta", signature: block.signature },
        ],
      ];
    case "text":
      return [{ ...block, text: "" }, [{ type: "text_delta", text: block.text }]];
    case "tool_use":
      return [
        { ...block, input: {} },
        [{ type: "input_json_delta", partial_json: JSON.stringify(block.input) }],
      ];
  }
}
