import type { SessionState } from "../../../schema/session-state.ts";
import type { Measured } from "./measured.ts";

/** A state with what the gates say now in it; everything else in it stays as it was saved. */
export function withResults(state: SessionState, measured: Measured): SessionState {
  return {
    ...state,
    validation: measured.validation,
    validation_details: measured.details,
    validation_attempts: measured.attempts,
    ...(state.session === undefined
      ? {}
      : { session: { ...state.session, revision: state.session.revision + 1 } }),
  };
}
