import { EXIT, errorCode, UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";

const MOST_NAMED = 12;

/** A database whose tables are not those of any generation that is known. */
export function unknownSchema(path: string, tables: readonly string[]): UserError {
  const seen = tables.length === 0 ? "no tables" : `the tables ${list(shortened(tables))}`;
  return unknownForm(path, seen, { tables });
}

/** A database, or a session in it, that is of no known form. `seen` is what was found instead. */
export function unknownForm(path: string, seen: string, details: Record<string, unknown> = {}): UserError {
  return new UserError(
    `${path} is an OpenCode store of a form that is not known here: it has ${seen}.`,
    "Update Baton. To save or hand over without the conversation: --no-transcript",
    EXIT.unknownFormat,
    { details: { path, ...details } },
  );
}

/** This runtime has no SQLite that can read the database, and there is no client to ask. */
export function noWayToRead(path: string): UserError {
  return new UserError(
    `${path} cannot be read: this Node has no SQLite that could without a copy of more than 1 GiB, and there is no opencode command to ask.`,
    "Run Baton with Node 22.15 or newer, or put the opencode command on your PATH. To save or hand over without the conversation: --no-transcript",
    EXIT.failed,
    { details: { path } },
  );
}

/** What the system said when the file was to be opened or copied; null when it is nothing that a person can put right. */
export function systemRefusal(path: string, error: unknown): UserError | null {
  const [why, fix] = REFUSALS[errorCode(error) ?? ""] ?? [];
  if (why === undefined || fix === undefined) return null;
  return new UserError(`${path} cannot be read: ${why}.`, fix.replace("PATH", path), EXIT.failed, {
    cause: error,
    details: { path },
  });
}

const DENIED = ["permission denied", "Give yourself permission to read it: chmod u+r PATH"] as const;
const NO_ROOM = [
  "there is no room for a copy of it in the temporary folder",
  "Free some space there, or run Baton with Node 22.15 or newer, which needs no copy.",
] as const;
const REFUSALS: Record<string, readonly [why: string, fix: string]> = {
  EACCES: DENIED,
  EPERM: DENIED,
  ENOSPC: NO_ROOM,
  EDQUOT: NO_ROOM,
  EROFS: NO_ROOM,
};

function shortened(names: readonly string[]): string[] {
  if (names.length <= MOST_NAMED) return [...names];
  return [...names.slice(0, MOST_NAMED), `${names.length - MOST_NAMED} more`];
}
