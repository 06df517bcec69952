import type { Finding } from "../../../schema/finding.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import type { World } from "../command.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { MeasureOptions } from "./measure.ts";

export interface CheckedState {
  /** The state with what the gates say now. */
  state: SessionState;
  /** What should be known before the task goes on, failures first. */
  findings: Finding[];
  /** The gates that were run just now; the other results are recorded ones. */
  ran: string[];
}

/**
 * Puts into a state what the gates say now: with `run`, those that are missing or stale are run, within `budgetMs`
 * for all of them together; without, recorded results are judged by the files as they are.
 */
export async function checkState(
  place: Workplace,
  state: SessionState,
  world: World,
  { run, ...options }: { run: boolean } & Pick<MeasureOptions, "budgetMs" | "isEscalation">,
): Promise<CheckedState> {
  // A state without recorded results has nothing to judge: the gates need not even be loaded.
  if (!run && Object.keys(state.validation_details ?? {}).length === 0)
    return { state, findings: [], ran: [] };
  const { measureGates, recordedGates } = await import("./measure.ts");
  if (!run) {
    const { validation, details } = await recordedGates(place, state, world);
    return { state: { ...state, validation, validation_details: details }, findings: [], ran: [] };
  }
  const measured = await measureGates(place, state, world, {
    only: [],
    rerun: false,
    all: false,
    ...options,
  });
  return {
    state: {
      ...state,
      validation: measured.validation,
      validation_details: measured.details,
      validation_attempts: measured.attempts,
    },
    findings: measured.findings,
    ran: measured.ran,
  };
}

/** A state with the results of another one, which was checked. */
export function withChecks(state: SessionState, checked: SessionState): SessionState {
  const { validation_details: details, validation_attempts: attempts } = checked;
  return {
    ...state,
    validation: checked.validation,
    ...(details === undefined ? {} : { validation_details: details }),
    ...(attempts === undefined ? {} : { validation_attempts: attempts }),
  };
}
