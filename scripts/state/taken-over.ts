import type { Lineage, SessionState } from "../../schema/session-state.ts";

/**
 * The handoff that led to a state, for as long as it tells of the work of the agent before: until the one that took
 * over saves a state of its own. Null for all other states.
 */
export function pendingHandoff({ lineage, bootstrap }: SessionState): Lineage | null {
  return bootstrap?.status === "completed" ? null : (lineage ?? null);
}

/**
 * The next agent's own session that the conversation was carried over into, while that one has not saved a state of
 * its own; null where there is none.
 */
export function carriedOverInto(state: SessionState): string | null {
  return pendingHandoff(state) === null ? null : (state.session?.agent_session_id ?? null);
}

/** Whether the agent's own session was read for what a state tells, and not git and the person alone. */
export function isReadFromSession(state: SessionState): boolean {
  const handoff = pendingHandoff(state);
  if (handoff === null) return state.session?.agent_session_id !== undefined;
  // An older writer did not name the session.
  const isTold = Object.values(state.provenance ?? {}).includes("transcript");
  return handoff.source_agent_session_id !== undefined || isTold;
}

/** Whether the agent whose work a state tells of was found too weak for it, and nobody has taken over since. */
export function isEscalated(state: SessionState): boolean {
  const { escalation, lineage } = state;
  if (escalation === undefined) return false;
  return pendingHandoff(state) !== null || lineage == null || escalation.at > lineage.imported_at;
}

/** Whether `state` was saved after `other`. Of the two that a handoff writes at once, the next agent's is the newer. */
export function isNewer(state: SessionState, other: SessionState): boolean {
  const [at, otherAt] = [savedAt(state), savedAt(other)];
  if (at !== otherAt) return at > otherAt;
  const handoff = pendingHandoff(state);
  return handoff !== null && handoff.source_session_id === other.session?.id;
}

/** Milliseconds since 1970; 0 where the state has no time that can be read. */
function savedAt({ timestamp }: SessionState): number {
  return Date.parse(timestamp) || 0;
}
