import type { FactSource, SessionState } from "../../schema/session-state.ts";

// What a later reading of the agent's record might put aside.
const CONTESTED = ["task.description", "task.status", "task.time_spent", "context.next_steps"];

/** When the person said `field` in so many words, as ISO 8601; null when it came from elsewhere. */
export function saidAt(state: SessionState | null, field: string): string | null {
  return state?.session?.said_at?.[field] ?? null;
}

/** Whether the person said `field` after the agent's record last told of it (`toldAt`): the later word is right. */
export function stands(previous: SessionState | null, field: string, toldAt: string | null): boolean {
  const said = saidAt(previous, field);
  return said !== null && (toldAt === null || Date.parse(said) >= Date.parse(toldAt));
}

/** When each contested field was last said, for a state whose fields came from `provenance`. */
export function saidTimes(
  previous: SessionState | null,
  provenance: Readonly<Record<string, FactSource>>,
  now: Date,
): Record<string, string> | undefined {
  const times: Record<string, string> = {};
  for (const field of CONTESTED) {
    const before = saidAt(previous, field);
    if (provenance[field] === "flag") times[field] = now.toISOString();
    else if (provenance[field] === "previous" && before !== null) times[field] = before;
  }
  return Object.keys(times).length === 0 ? undefined : times;
}
