import type { SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { isUserError } from "../../base/errors.ts";
import type { StatePlace, StateStore, StoredState } from "../../state/store.ts";
import { isNewer } from "../../state/taken-over.ts";
import { placeOf } from "./workplace.ts";

/** One that cannot be read is dealt with when it is written; until then it tells nothing. */
export async function peekOrNull(store: StateStore, where: StatePlace): Promise<StoredState | null> {
  try {
    return await store.peek(where);
  } catch (error) {
    if (isUserError(error)) return null;
    throw error;
  }
}

/** The newest of the states of `agents` that can be read, and whose it is; null when there is none. */
export async function newestState(
  store: StateStore,
  agents: readonly AgentAdapter[],
): Promise<{ agent: AgentAdapter; state: SessionState } | null> {
  let newest: { agent: AgentAdapter; state: SessionState } | null = null;
  for (const agent of agents) {
    const state = (await peekOrNull(store, placeOf(agent)))?.state;
    if (state === undefined) continue;
    if (newest === null || isNewer(state, newest.state)) newest = { agent, state };
  }
  return newest;
}
