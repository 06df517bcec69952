/** What the model is told to do in a test: one for each request that offers tools. */
export type Turn = SayTurn | RateLimitTurn | HangTurn;

export interface ToolUse {
  /** The client's own name of the tool. */
  tool: string;
  input: Record<string, unknown>;
  /** The group that the tool is in, for clients that group them. */
  namespace?: string;
  /** A tool whose argument is plain text instead of JSON (Codex knows such tools). */
  freeform?: string;
}

export interface SayTurn {
  kind: "say";
  text: string;
  reasoning?: string;
  calls?: ToolUse[];
  /** Input tokens that the reply claims to have used. A large number makes a client compact its history. */
  inputTokens?: number;
}

/** Answered with HTTP 429. A client that asks again would go on for ever: the launcher stops it, as a person would. */
export interface RateLimitTurn {
  kind: "rate-limit";
  message: string;
}

/** The request is never answered. The launcher stops the client as soon as it arrives. */
export interface HangTurn {
  kind: "hang";
}

export function say(text: string, options: Omit<SayTurn, "kind" | "text" | "calls"> = {}): SayTurn {
  return { kind: "say", text, ...options };
}

export function call(text: string, ...calls: ToolUse[]): SayTurn {
  return { kind: "say", text, calls };
}

export function rateLimit(message: string): RateLimitTurn {
  return { kind: "rate-limit", message };
}

export function hang(): HangTurn {
  return { kind: "hang" };
}

export interface Script {
  /** What the person asks. A request that does not carry it is a subagent's. */
  ask: string;
  turns: Turn[];
  /** The turns of a subagent that the model starts. */
  helper: Turn[];
  /** The answer to requests that offer no tools: titles, summaries, checks. */
  aside: string;
  limitHeaders: Record<string, string>;
}

/** One request that reached the model server. */
export interface ModelRequest {
  path: string;
  body: unknown;
  /** The script's own turn, a subagent's, or an aside. */
  kind: "turn" | "helper" | "aside";
}
