import { EXIT, errorCode, isUserError, UserError } from "./errors.ts";
import { shellLine } from "./text.ts";

const WRITE_FAILURES: Record<string, [what: string, fix: string]> = {
  ENOSPC: ["the disk is full", "Free some space, then run the same command again."],
  EDQUOT: ["the disk quota is used up", "Free some space, then run the same command again."],
  EFBIG: [
    "files may not be that large here",
    "Raise the limit (ulimit -f), then run the same command again.",
  ],
  ELOOP: [
    "a link on the way leads in a circle",
    "Replace it by a real folder, then run the same command again.",
  ],
  EROFS: ["the file system is read-only", "Mount it writable, or work in a copy that is."],
  EACCES: [
    "permission denied",
    "Give yourself write permission on the folder, then run the same command again.",
  ],
  EPERM: [
    "permission denied",
    "Give yourself write permission on the folder, then run the same command again.",
  ],
  ENOTDIR: [
    "a part of the path is a file, not a folder",
    "Move that file away, then run the same command again.",
  ],
  EISDIR: ["there is a folder with that name", "Move that folder away, then run the same command again."],
  EEXIST: [
    "a part of the path is a file, not a folder",
    "Move that file away, then run the same command again.",
  ],
};

/** A system error of writing at `path` as a `UserError`; anything else comes back as it is. */
export function explainWriteFailure(path: string, error: unknown): unknown {
  const code = errorCode(error) ?? "";
  if (Object.hasOwn(WRITE_FAILURES, code)) return writeFailure(path, code, error);
  return isSystemError(error) ? explainSystemError(error, `Could not write ${path}`) : error;
}

/** An error that the system answered a call with, as opposed to a fault in the program. */
export function isSystemError(error: unknown): error is Error & { code: string; path?: string } {
  return error instanceof Error && "syscall" in error && errorCode(error) !== null;
}

/** What the system or another program refused, in words; throws what is neither, such as a fault in the program. */
export function asUserError(error: unknown): UserError {
  if (isUserError(error)) return error;
  if (isSystemError(error)) return explainSystemError(error);
  throw error;
}

/** Any error of the system in words: the condition is the machine's or the repository's, and no fault of the program. */
export function explainSystemError(error: Error & { code: string; path?: string }, what?: string): UserError {
  const place = error.path === undefined ? "" : ` ${error.path}`;
  const why = WORDS[error.code] ?? error.message;
  return new UserError(
    `${what ?? `The system refused to work on${place === "" ? " a file" : place}`}: ${why}.`,
    `Put that right, then run the same command again.${what !== undefined || place === "" ? "" : ` See what is there: ${shellLine(["ls", "-ld", place.trim()])}`}`,
    EXIT.failed,
    { cause: error },
  );
}

const WORDS: Record<string, string> = {
  ENOENT: "a part of the path is missing, or a link leads nowhere",
  ENOTDIR: "a part of the path is a file, and not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "its links lead in a circle",
  EIO: "the disk reports an error",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENOSPC: "the disk is full",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "the path is too long",
};

/** The same for one code of a system error that was found out in another way. */
export function writeFailure(path: string, code: string, cause?: unknown): UserError {
  const [what = "", fix = ""] = WRITE_FAILURES[code] ?? [];
  return new UserError(`Could not write ${path}: ${what}. Nothing was changed.`, fix, EXIT.failed, { cause });
}

const READ_FAILURES: Record<string, [what: string, fix: string]> = {
  EISDIR: ["it is a folder", "Move that folder away, then run the same command again."],
  ENXIO: ["it is a socket or a device", "Move it away, then run the same command again."],
  ELOOP: ["its links lead in a circle", "Remove the link, then run the same command again."],
  EACCES: ["permission denied", "Give yourself permission to read it, then run the same command again."],
  EPERM: ["permission denied", "Give yourself permission to read it, then run the same command again."],
};

/** The same for reading the file at `path`. */
export function explainReadFailure(path: string, error: unknown): unknown {
  const known = READ_FAILURES[errorCode(error) ?? ""];
  if (known === undefined)
    return isSystemError(error) ? explainSystemError(error, `Could not read ${path}`) : error;
  return new UserError(`Could not read ${path}: ${known[0]}.`, known[1], EXIT.failed, { cause: error });
}
