import { isUserError } from "../../base/errors.ts";
import type { StatePlace, StateStore, StoredState } from "../../state/store.ts";

/** One that cannot be read is dealt with when it is written; until then it tells nothing. */
export async function peekOrNull(store: StateStore, where: StatePlace): Promise<StoredState | null> {
  try {
    return await store.peek(where);
  } catch (error) {
    if (isUserError(error)) return null;
    throw error;
  }
}
