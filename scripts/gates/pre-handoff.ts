import { runCommand } from "./run-command.ts";

export interface PreHandoffAnswer {
  allowed: boolean;
  /** The end of what the hook printed, or why it could not be started. */
  output: string;
  /** Null when it did not end by itself. */
  exitCode: number | null;
  /** It did not end within its time, and was stopped. */
  timedOut: boolean;
}

/**
 * Runs the repository's own say before a handoff, at `path`, the way husky runs hooks (`sh -e`), for `timeoutMs` at
 * most. It learns the rest from BATON_FROM, BATON_TO and BATON_REASON. A non-zero exit means no.
 * Nothing that it has started is left in its process group. Throws the reason of `signal` when that is aborted.
 */
export async function runPreHandoff(options: {
  root: string;
  path: string;
  from: string;
  to: string;
  reason: string;
  env: Record<string, string | undefined>;
  timeoutMs: number;
  signal: AbortSignal;
}): Promise<PreHandoffAnswer> {
  const { from, to, reason } = options;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), Math.min(options.timeoutMs, MAX_TIMER_MS));
  try {
    const { exitCode, notStarted, tail } = await runCommand(["sh", "-e", options.path], {
      cwd: options.root,
      env: { ...options.env, BATON_FROM: from, BATON_TO: to, BATON_REASON: reason },
      signal: AbortSignal.any([options.signal, limit.signal]),
    });
    options.signal.throwIfAborted();
    const timedOut = limit.signal.aborted && exitCode !== 0;
    return { allowed: exitCode === 0, output: notStarted ?? tail.join("\n"), exitCode, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

// Beyond this a timer would fire at once.
const MAX_TIMER_MS = 2 ** 31 - 1;
