import { EXIT, errorCode } from "./errors.ts";

let isGuarded = false;

/**
 * Says in plain words that standard output cannot be written, such as on a full disk, and ends the process with
 * code 1. A pipe whose reader has gone (`baton show … | head`) is an end, not a failure: that is left alone.
 */
export function guardStdout(): void {
  if (isGuarded) return;
  isGuarded = true;
  process.stdout.on("error", (error: Error) => {
    const code = errorCode(error);
    if (code === "EPIPE") return;
    const why = code === "ENOSPC" ? "no space left on the disk" : error.message;
    process.stderr.write(
      `❌ The answer could not be written to standard output: ${why}.\n   Free some space, or send the answer elsewhere. To see what is saved: baton status\n`,
    );
    process.exit(EXIT.failed);
  });
}
