import type { Entry, SessionFacts, Transcript } from "../../schema/transcript.ts";
import { newStats } from "../../scripts/base/read-stats.ts";

let made = 0;
const base = (role: Entry["role"], at: string | null) => ({
  id: `e${made++}`,
  parent: null,
  role,
  at,
  model: null,
});

export function said(
  role: "user" | "assistant",
  text: string,
  at: string | null = null,
  injected = false,
): Entry {
  return { ...base(role, at), type: "text", text, injected };
}

export function call(
  callId: string,
  tool: string,
  input: Record<string, unknown>,
  at: string | null = null,
): Entry {
  return { ...base("assistant", at), type: "tool_call", callId, tool, input };
}

export function result(
  callId: string,
  output: string,
  exitCode: number | null = 0,
  at: string | null = null,
): Entry {
  const ok = exitCode === null ? null : exitCode === 0;
  return { ...base("user", at), type: "tool_result", callId, output, ok, exitCode, interrupted: false };
}

export function todos(
  ...items: [text: string, status: "pending" | "in_progress" | "completed" | "cancelled"][]
): Entry {
  return {
    ...base("assistant", null),
    type: "todos",
    todos: items.map(([text, status]) => ({ text, status })),
  };
}

export function interruption(
  cause: "rate_limit" | "error" | "user",
  text: string,
  at: string | null = null,
): Entry {
  return { ...base("system", at), type: "interruption", cause, text };
}

export async function* stream(entries: readonly Entry[]): AsyncGenerator<Entry> {
  yield* entries;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export function transcript(entries: readonly Entry[], facts: Partial<SessionFacts> = {}): Transcript {
  return {
    agent: "claude",
    facts: {
      id: "s1",
      cwd: "/repo",
      branch: null,
      titles: { custom: null, generated: null, summary: null },
      model: null,
      provider: null,
      clientVersion: null,
      tokens: null,
      ...facts,
    },
    stats: newStats(),
    entries: () => stream(entries),
  };
}
