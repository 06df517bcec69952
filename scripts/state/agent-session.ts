import type { Learned } from "../../schema/said.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { formatDuration, parseDuration } from "../base/time.ts";
import { saidAt } from "./said-before.ts";

/**
 * What the person said in so many words stands over a title that the agent made, and so does the task of a handoff:
 * the next agent's own session only begins with "read the brief".
 */
export function isSettled(previous: SessionState | null): boolean {
  if (previous === null) return false;
  return previous.lineage != null || saidAt(previous, "task.description") !== null;
}

/**
 * The steps of the previous state, unless they were read from the very session that is read again now, and tells
 * them no longer.
 */
export function earlierSteps(previous: SessionState | null, learned: Learned | null): string[] | undefined {
  const id = previous?.session?.agent_session_id;
  const isTold = previous?.provenance?.["context.next_steps"] === "transcript";
  const isReadAgain =
    id !== undefined && (id === learned?.agentSessionId || learned?.continues.includes(id) === true);
  return isTold && isReadAgain ? undefined : previous?.context.next_steps;
}

/** The time of this agent's session, on top of what the task had taken when it was handed over. */
export function timeSpent(previous: SessionState | null, learned: Learned | null): string | undefined {
  if (learned?.timeSpent == null) return undefined;
  const before = parseDuration(previous?.lineage?.time_spent ?? "");
  const own = parseDuration(learned.timeSpent);
  return before === null || own === null ? learned.timeSpent : formatDuration(before + own);
}

/** The notes that are not from an earlier reading of the transcript: those are told anew, or no longer true. */
export function ownNotes(previous: SessionState | null, learned: Learned | null): string[] {
  const notes = previous?.context.notes ?? [];
  if (learned === null) return notes;
  const told = new Set(previous?.session?.learned_notes ?? []);
  return notes.filter((note) => !told.has(note));
}
