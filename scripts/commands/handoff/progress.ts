import { EXIT, isUserError, UserError } from "../../base/errors.ts";
import type { PutAway } from "../../git/wip.ts";

/** How far a handoff has come: what a person must know when it comes no further. */
export interface Progress {
  /** True from the moment on at which something may have been written. */
  isWriting: boolean;
  states: "old" | "new";
  putAway: PutAway | null;
}

/** The error that ended a handoff, with which states there are now, and where the uncommitted work is. */
export function withProgress(error: unknown, { isWriting, states, putAway }: Progress): unknown {
  if (!isUserError(error) || (!isWriting && error.code !== EXIT.interrupted)) return error;
  const message = error.message.replace(/ Nothing was changed\.$/, "");
  const kept =
    putAway === null
      ? ""
      : `\n   Your work is in a ${putAway.kind} (${putAway.oid.slice(0, 7)}). To take it back: ${putAway.undo}`;
  return new UserError(
    `${message} The saved states are the ${states} ones.`,
    `${error.fix}${kept}`,
    error.code,
    { cause: error, details: error.details },
  );
}
