import { randomUUID } from "node:crypto";
import type { SayTurn } from "../script.ts";

/** One way of speaking to a model over HTTP. */
export interface Dialect {
  /** Which paths (without the query) speak it. */
  path: RegExp;
  /** Whether the request offers tools: only the agent's own turns do. */
  offersTools(body: unknown): boolean;
  say(turn: SayTurn, request: DialectRequest): HttpReply;
  rateLimit(message: string): HttpReply;
}

export interface DialectRequest {
  path: string;
  body: unknown;
}

export interface HttpReply {
  status: number;
  type: "application/json" | "text/event-stream";
  text: string;
  headers?: Record<string, string>;
}

export function json(value: unknown, status = 200): HttpReply {
  return { status, type: "application/json", text: JSON.stringify(value) };
}

/** Server-sent events; each is named after its `type` when `named`. */
export function events(list: readonly object[], options: { named: boolean; end?: string }): HttpReply {
  const blocks = list.map((event) => {
    const name = options.named && "type" in event ? `event: ${String(event.type)}\n` : "";
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  if (options.end !== undefined) blocks.push(`data: ${options.end}\n\n`);
  return { status: 200, type: "text/event-stream", text: blocks.join("") };
}

/** A new id, as a provider would give: `call_5f0c…`. */
export function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
}

export const OUTPUT_TOKENS = 20;

export function inputTokens(turn: SayTurn): number {
  return turn.inputTokens ?? 1000;
}
