import { arrayAt } from "../json.ts";
import type { SayTurn } from "../script.ts";
import { type Dialect, events, inputTokens, json, newId, OUTPUT_TOKENS } from "./dialect.ts";

/** Google's generateContent and its streaming form: Gemini CLI. */
export const gemini: Dialect = {
  path: /:(generateContent|streamGenerateContent)$/,
  offersTools: (body) => arrayAt(body, "tools").length > 0,
  say(turn, { path }) {
    const candidate = { content: { role: "model", parts: parts(turn) }, finishReason: "STOP", index: 0 };
    const reply = {
      candidates: [candidate],
      usageMetadata: {
        promptTokenCount: inputTokens(turn),
        candidatesTokenCount: OUTPUT_TOKENS,
        totalTokenCount: inputTokens(turn) + OUTPUT_TOKENS,
      },
      modelVersion: "fake",
      responseId: newId("response"),
    };
    return path.endsWith(":streamGenerateContent") ? events([reply], { named: false }) : json(reply);
  },
  rateLimit: (message) =>
    json({ error: { code: 429, message, status: "RESOURCE_EXHAUSTED", details: [DAILY_QUOTA] } }, 429),
};

function parts(turn: SayTurn): object[] {
  return [
    ...(turn.reasoning ? [{ text: turn.reasoning, thought: true }] : []),
    ...(turn.text ? [{ text: turn.text }] : []),
    ...(turn.calls ?? []).map(({ tool, input }) => ({
      functionCall: { id: newId("call"), name: tool, args: input },
    })),
  ];
}

// The client waits and tries again on a limit per minute, and stops at one per day.
const DAILY_QUOTA = {
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }],
};
