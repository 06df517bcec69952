import { EXIT, errorMessage, isUserError, UserError } from "../../base/errors.ts";
import type { PutAway } from "../../git/wip.ts";

/** How far a handoff has come: what a person must know when it comes no further. */
export interface Progress {
  /** True from the moment on at which something may have been written. */
  isWriting: boolean;
  states: "old" | "new";
  putAway: PutAway | null;
  /** Takes the new session of the next agent back; null where none was written. */
  undoTransfer: (() => Promise<void>) | null;
  /** Takes the commit or stash back; null where there is none. Throws when git refuses. */
  undoPutAway: (() => Promise<void>) | null;
}

export function atTheBeginning(): Progress {
  return { isWriting: false, states: "old", putAway: null, undoTransfer: null, undoPutAway: null };
}

/**
 * Takes back what a handoff that failed has done, and answers with the error that ended it, with which states there are
 * now, and where the uncommitted work is. A commit or stash stays where something failed; an interruption takes it back.
 */
export async function afterFailure(error: unknown, progress: Progress): Promise<unknown> {
  if (progress.states === "new") return withProgress(error, progress, "");
  // Why the handoff failed matters more than what is left of a copy.
  await progress.undoTransfer?.().catch(() => {});
  if (progress.undoPutAway === null || !isUserError(error) || error.code !== EXIT.interrupted)
    return withProgress(error, progress, "");
  try {
    await progress.undoPutAway();
  } catch {
    // Then the person learns where the work is, and how to take it back.
    return withProgress(error, progress, "");
  }
  return withProgress(error, { ...progress, putAway: null }, " Your uncommitted work is back as it was.");
}

function withProgress(error: unknown, progress: Progress, more: string): unknown {
  const states = `The saved states are the ${progress.states} ones.${more}`;
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
