import type { Learned } from "../../schema/said.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { pendingHandoff } from "./taken-over.ts";

/** What a save knows when it decides to which session it belongs. */
export interface SessionQuestion {
  /** The agent's current state; null where it has none. */
  current: SessionState | null;
  /** What was read of the agent's own session; null where nothing is known of it. */
  learned: Learned | null;
  /** The branch that is checked out; null when HEAD is detached. */
  branch: string | null;
  /** What the person said by hand. */
  wish: "new" | "same" | null;
  /** The newest state of each other session of this agent in this working tree, the one written last first. */
  others(): Promise<readonly SessionState[]>;
  /** True when the commit that `state` was saved at is HEAD or below it. */
  isBelowHead(state: SessionState): Promise<boolean>;
  /** The agent's own sessions that hold the same conversation as `id`, because Baton carried it over. */
  copiesOf(id: string): Promise<readonly string[]>;
}

/** To which session a save belongs: the current one, another one that was kept, or one that begins now. */
export type SessionChoice =
  | { kind: "current" }
  | { kind: "kept"; state: SessionState; because: "conversation" | "branch" }
  | { kind: "new"; because: "said" | "conversation" | "branch" };

const CURRENT: SessionChoice = { kind: "current" };

/**
 * A session is one task. The agent's own record decides: the same conversation, one that continues it, one that was
 * carried over from it, and the first one after a handoff belong to the current session; a conversation that another
 * session was measured from brings that one back; any other begins a new one. Where nothing is known of a
 * conversation, the branch decides.
 */
export async function chooseSession(question: SessionQuestion): Promise<SessionChoice> {
  const { current, learned, wish } = question;
  if (current === null || wish === "same") return CURRENT;
  if (wish === "new") return { kind: "new", because: "said" };
  if (learned === null || learned.agentSessionId === null) return byBranch(question, current);
  const ids = [learned.agentSessionId, ...learned.continues];
  const own = conversationsOf(current);
  if (ids.some((id) => own.has(id))) return CURRENT;
  const others = await question.others();
  const known = others.find((state) => ids.some((id) => conversationsOf(state).has(id)));
  if (known !== undefined) return { kind: "kept", state: known, because: "conversation" };
  if (isFirstAfterHandoff(current, learned)) return CURRENT;
  const copies = await question.copiesOf(learned.agentSessionId);
  if (copies.some((id) => own.has(id))) return CURRENT;
  // A state that was saved before the agent had a session: this may be the one.
  if (own.size === 0) return byBranch(question, current);
  return { kind: "new", because: "conversation" };
}

/** The agent's own sessions that a state was measured from. */
export function conversationsOf({ session }: SessionState): Set<string> {
  const ids = [session?.agent_session_id, ...(session?.agent_sessions ?? [])];
  return new Set(ids.filter((id) => id !== undefined));
}

/** Whether this conversation went on after the handoff that nobody has taken over yet. */
export function isFirstAfterHandoff(state: SessionState, { activeAt }: Pick<Learned, "activeAt">): boolean {
  const handoff = pendingHandoff(state);
  if (handoff === null || activeAt === null) return false;
  // The state's time is in whole seconds.
  return Date.parse(activeAt) + 1000 > Date.parse(handoff.imported_at);
}

/** The branch that a session's work is on; null where it is on none. */
export function branchOf({ session, git }: SessionState): string | null {
  return session?.branch !== undefined ? session.branch : git.branch;
}

/** The commit that a session's work came to, as its state knows it; null before the first one. */
export function tipOf({ session, git }: SessionState): string | null {
  const isElsewhere = session?.branch !== undefined && session.branch !== git.branch;
  return (isElsewhere ? git.commits?.[0]?.oid : undefined) ?? git.head ?? git.last_commit;
}

async function byBranch(question: SessionQuestion, current: SessionState): Promise<SessionChoice> {
  const { branch } = question;
  const saved = branchOf(current);
  // Without branches to compare, nothing speaks for another task.
  if (branch === null || saved === null || branch === saved) return CURRENT;
  const kept = (await question.others()).find(
    (state) => branchOf(state) === branch && state.session?.state !== "archived",
  );
  if (kept !== undefined) return { kind: "kept", state: kept, because: "branch" };
  return (await question.isBelowHead(current)) ? CURRENT : { kind: "new", because: "branch" };
}
