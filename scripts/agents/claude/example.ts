import { randomBytes, randomUUID } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";

/** One thing that happens in a made-up session. */
export type Happening =
  | { person: string }
  | { claude: string }
  | { tool: string; input: JsonObject; output: string; details: JsonObject; fails?: boolean }
  | { limit: string };

export interface ExampleSession {
  id: string;
  cwd: string;
  branch: string;
  happenings: readonly { at: Date; what: Happening }[];
}

const VERSION = "2.1.197";
const MODEL = "claude-sonnet-4-5";

/**
 * A made-up session as the client itself records one (2.1.197): the text of `<id>.jsonl`. For a demonstration: it
 * bears no mark of Baton, unlike the sessions that the writer carries over.
 */
export function exampleSession({ id, cwd, branch, happenings }: ExampleSession): string {
  const frame = { userType: "external", entrypoint: "cli", cwd, sessionId: id, version: VERSION };
  const records: JsonObject[] = [];
  let parentUuid: string | null = null;
  for (const { at, what } of happenings) {
    for (const record of recordsOf(what)) {
      const uuid = randomUUID();
      const timestamp = at.toISOString();
      records.push({
        parentUuid,
        isSidechain: false,
        ...record,
        uuid,
        timestamp,
        ...frame,
        gitBranch: branch,
      });
      parentUuid = uuid;
    }
  }
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

function recordsOf(what: Happening): JsonObject[] {
  if ("person" in what) return [user(what.person)];
  if ("claude" in what) return [assistant({ type: "text", text: what.claude }, "end_turn")];
  if ("limit" in what) return [limit(what.limit)];
  const id = `toolu_${randomBytes(12).toString("hex")}`;
  const result = {
    tool_use_id: id,
    type: "tool_result",
    content: what.output,
    is_error: what.fails === true,
  };
  return [
    assistant({ type: "tool_use", id, name: what.tool, input: what.input }, "tool_use"),
    { ...user([result]), toolUseResult: what.fails === true ? `Error: ${what.output}` : what.details },
  ];
}

function user(content: unknown): JsonObject {
  return { type: "user", message: { role: "user", content } };
}

function assistant(block: JsonObject, stopReason: string): JsonObject {
  const id = `msg_${randomBytes(12).toString("hex")}`;
  return {
    type: "assistant",
    message: {
      id,
      type: "message",
      role: "assistant",
      model: MODEL,
      content: [block],
      stop_reason: stopReason,
      usage: { input_tokens: 1200, output_tokens: 60 },
    },
  };
}

/** What the client puts in the place of an answer when the model's provider refuses one. */
function limit(text: string): JsonObject {
  return {
    type: "assistant",
    message: {
      id: randomUUID(),
      type: "message",
      role: "assistant",
      model: "<synthetic>",
      content: [{ type: "text", text }],
      stop_reason: "stop_sequence",
    },
    error: "rate_limit",
    isApiErrorMessage: true,
    apiErrorStatus: 429,
  };
}
