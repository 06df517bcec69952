import { execa } from "execa";
import { EXIT, errorCode, UserError } from "../base/errors.ts";

/**
 * Starts an agent in the person's terminal and waits until it ends; answers with its exit code.
 * The brief is in a file, so `argv` stays short. Throws `UserError` when the program cannot be started.
 */
export async function startAgent(
  argv: readonly string[],
  options: { cwd: string; env: Record<string, string | undefined> },
): Promise<number> {
  const [program = "", ...args] = argv;
  const result = await execa(program, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    stdio: "inherit",
    reject: false,
    // Ctrl-C belongs to the agent while it runs.
    cleanup: false,
  });
  if (result.code === "ENOENT" || errorCode(result.cause) === "ENOENT") {
    throw new UserError(
      `${program} could not be started: there is no such program on the PATH.`,
      "The handoff itself is done. Install the agent, or start it yourself and paste the brief.",
      EXIT.notFound,
    );
  }
  return result.exitCode ?? EXIT.failed;
}
