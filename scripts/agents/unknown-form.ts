import { EXIT, UserError } from "../base/errors.ts";

/**
 * How an agent's reader refuses a file or folder that came after it was written, or that is something else.
 * `seen` says what was there instead.
 */
export function unknownFormOf(agent: string, label: string): (path: string, seen: string) => UserError {
  return (path, seen) =>
    new UserError(
      `${path} is of a form of ${label}'s sessions that Baton does not know: ${seen}.`,
      "Update Baton. To save or hand over without the conversation: --no-transcript",
      EXIT.unknownFormat,
      { details: { agent, path, seen } },
    );
}

/** What stands at the beginning of a file that should be JSON. */
export function noJson(head: Buffer): string {
  return `no JSON, but ${JSON.stringify(head.toString("latin1", 0, 20))}`;
}

export function sessionGone(path: string): UserError {
  return new UserError(`The session ${path} is gone.`, "See what is there: baton list", EXIT.notFound);
}
