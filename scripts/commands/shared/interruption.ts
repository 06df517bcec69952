import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, isUserError } from "../../base/errors.ts";

/**
 * The error that ended a command, or the interruption that caused it: a terminal sends Ctrl-C to git and to hooks as well,
 * and what they say then is no fault of theirs or ours. An error that says where stashed work is stays as it is.
 */
export async function causeOf(error: unknown, signal: AbortSignal): Promise<unknown> {
  if (isUserError(error) && (error.code === EXIT.interrupted || error.details.stash !== undefined))
    return error;
  // That a program was ended by the same key press may be known before our own share of it is.
  if (!isUserError(error) && !signal.aborted) await sleep(20);
  return signal.aborted ? signal.reason : error;
}
