import { execa } from "execa";
import { EXIT, UserError } from "../base/errors.ts";

export interface StartOptions {
  cwd: string;
  env: Record<string, string | undefined>;
  /** What to do when the program cannot be started. */
  fix: string;
}

/**
 * Gives the person's terminal to a program, such as an agent, and waits until it ends; answers with its exit code.
 * Throws `UserError` when it cannot be started.
 */
export async function startProgram(
  argv: readonly string[],
  { cwd, env, fix }: StartOptions,
): Promise<number> {
  const [program = "", ...args] = argv;
  const result = await execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    stdio: "inherit",
    reject: false,
    // Ctrl-C belongs to the program while it runs.
    cleanup: false,
  });
  if (result.exitCode !== undefined) return result.exitCode;
  // It ran, and a signal ended it.
  if (result.signal !== undefined) return EXIT.failed;
  const why = result.code === "ENOENT" ? "there is no such program on the PATH" : result.originalMessage;
  throw new UserError(`${program} could not be started: ${why}.`, fix, EXIT.notFound, { cause: result });
}
