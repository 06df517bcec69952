/** Exit codes of every command. They are part of the public contract: `--help` and docs/commands.md list them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  notFound: 4,
  ambiguous: 5,
  unknownFormat: 6,
  interrupted: 130,
} as const;

/** They in words, for every `--help`. */
export const EXIT_CODES_HELP = `
Exit codes: 0 done · 1 failed · 2 wrong usage · 3 a gate or hook said no · 4 not found ·
            5 ambiguous · 6 unknown or broken format · 130 interrupted
`;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

// A symbol instead of `instanceof`: a bundler may leave two copies of the class, and both must be recognised.
const mark = Symbol.for("agent-baton.user-error");

/**
 * Something that the person can put right.
 * `message` says what happened; `fix` is the exact thing to type or do next (may have several lines).
 * `details` stand beside them in the `error` of `--json`. Anything else that is thrown counts as a fault of ours.
 */
export class UserError extends Error {
  readonly [mark] = true;
  readonly fix: string;
  readonly code: ExitCode;
  readonly details: Record<string, unknown>;

  constructor(
    message: string,
    fix: string,
    code: ExitCode = EXIT.failed,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "UserError";
    this.fix = fix;
    this.code = code;
    this.details = options.details ?? {};
  }
}

export function isUserError(error: unknown): error is UserError {
  return typeof error === "object" && error !== null && mark in error;
}

/** The `code` of a Node system error (`ENOENT`, `EACCES`…), or null for anything else. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
