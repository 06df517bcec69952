import { EXIT, errorMessage, isUserError, UserError } from "../../base/errors.ts";
import type { PutAway } from "../../git/wip.ts";

/** How far a handoff has come: what a person must know when it comes no further. */
export interface Progress {
  /** True from the moment on at which something may have been written. */
  isWriting: boolean;
  states: "old" | "new";
  putAway: PutAway | null;
}

/** The error that ended a handoff, with which states there are now, and where the uncommitted work is. */
export function withProgress(error: unknown, progress: Progress): unknown {
  const states = `The saved states are the ${progress.states} ones.`;
  const kept = whereWorkIs(progress);
  if (!isUserError(error)) return progress.isWriting ? ourFault(error, `${states}${kept}`) : error;
  if (!progress.isWriting && error.code !== EXIT.interrupted) return error;
  const message = error.message.replace(/ Nothing was changed\.$/, "");
  // What git or a hook said stands on lines of its own.
  const gap = message.includes("\n") ? "\n" : " ";
  return new UserError(`${message}${gap}${states}`, `${error.fix}${kept}`, error.code, {
    cause: error,
    details: error.details,
  });
}

function whereWorkIs({ putAway }: Progress): string {
  if (putAway === null) return "";
  return `\n   Your work is in a ${putAway.kind} (${putAway.oid.slice(0, 7)}). To take it back: ${putAway.undo}`;
}

function ourFault(cause: unknown, where: string): Error {
  const error = new Error(`${errorMessage(cause)}\n${where}`, { cause });
  error.stack = `${cause instanceof Error ? cause.stack : String(cause)}\n\n${where}`;
  return error;
}
