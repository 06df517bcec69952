import { execFile } from "node:child_process";
import { errorCode } from "../base/errors.ts";

// gh would hand out what it finds in these, whatever host it is asked for.
const TOKEN_VARIABLES = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/** The token that the gh command is logged in with for `host`; null where gh is missing or not logged in there. */
export function ghAuthToken(
  env: Record<string, string | undefined>,
): (host: string, signal: AbortSignal) => Promise<string | null> {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !TOKEN_VARIABLES.includes(name)));
  return (host, signal) =>
    new Promise((resolve, reject) => {
      execFile("gh", ["auth", "token", "--hostname", host], { env: clean, signal }, (error, stdout) => {
        if (error === null) resolve(stdout.trim() === "" ? null : stdout.trim());
        else if (errorCode(error) === "ABORT_ERR") reject(error);
        // Not installed, not logged in, an old version without this command: there is no token to be had.
        else resolve(null);
      });
    });
}
