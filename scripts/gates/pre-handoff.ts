import { execa } from "execa";
import { OutputTail } from "./output-tail.ts";

export interface PreHandoffAnswer {
  allowed: boolean;
  /** The end of what the hook printed, both streams in the order in which they came. */
  output: string;
  exitCode: number;
}

/**
 * Runs the repository's own say before a handoff, at `path`, the way husky runs hooks (`sh -e`). It learns the rest from BATON_FROM, BATON_TO and BATON_REASON. A non-zero exit means no.
 */
export async function runPreHandoff(options: {
  root: string;
  path: string;
  from: string;
  to: string;
  reason: string;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
}): Promise<PreHandoffAnswer> {
  const tail = new OutputTail();
  const printed = tail.stream();
  const hook = execa("sh", ["-e", options.path], {
    cwd: options.root,
    env: { ...options.env, BATON_FROM: options.from, BATON_TO: options.to, BATON_REASON: options.reason },
    extendEnv: false,
    stdin: "ignore",
    all: true,
    // Kept by the tail alone: a hook may say more than fits into memory.
    buffer: false,
    reject: false,
    cancelSignal: options.signal,
  });
  hook.all.on("data", (chunk: Buffer) => printed.write(chunk));
  const result = await hook;
  printed.end();
  options.signal.throwIfAborted();
  return { allowed: result.exitCode === 0, output: tail.lines().join("\n"), exitCode: result.exitCode ?? 1 };
}
