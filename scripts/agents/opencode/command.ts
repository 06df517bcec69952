import { stripVTControlCharacters } from "node:util";
import { EXIT, errorCode, UserError } from "../../base/errors.ts";
import type { StoreEnvironment } from "../adapter.ts";

const TIMEOUT_MS = 60_000;
/** Answers that are larger cannot be taken within bounded memory. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

export interface Answer {
  exitCode: number;
  stdout: string;
  /** What it said last, without colours: on failure, why. */
  complaint: string;
}

/** Runs the `opencode` command in a folder; null without such a command. Throws `UserError` when it takes too long. */
export type RunOpenCode = (
  store: StoreEnvironment,
  folder: string,
  args: readonly string[],
) => Promise<Answer | null>;

export const runOpenCode: RunOpenCode = async (store, folder, args) => {
  // Loaded here because it is rarely needed.
  const { execa } = await import("execa");
  const result = await execa("opencode", args, {
    cwd: folder,
    // It goes by PWD where that is set.
    env: { ...store.env, HOME: store.home, PWD: folder, NO_COLOR: "1" },
    extendEnv: false,
    stdin: "ignore",
    timeout: TIMEOUT_MS,
    maxBuffer: LARGEST_ANSWER,
    reject: false,
    // What it writes is not written in one step: neither Ctrl-C nor our own end must cut it off.
    detached: true,
    cleanup: false,
  });
  if (result.timedOut || result.isMaxBuffer) {
    throw new UserError(
      `opencode ${args.join(" ")} ${result.timedOut ? "did not answer in time" : "answered with more than can be read"}.`,
      "Try the same command by hand. To read sessions, Baton needs no opencode command with Node 22.15 or newer.",
      EXIT.failed,
    );
  }
  if (result.code === "ENOENT" || errorCode(result.cause) === "ENOENT") return null;
  const said = stripVTControlCharacters(result.stderr).trim().split("\n");
  return { exitCode: result.exitCode ?? EXIT.failed, stdout: result.stdout, complaint: said.at(-1) ?? "" };
};

/** Some things only the client can do. */
export function noCommand(): UserError {
  return new UserError(
    "OpenCode takes a conversation through its own command only, and there is no opencode command here.",
    "Put the opencode command on your PATH: npm install --global opencode-ai. To save or hand over without the conversation: --no-transcript",
    EXIT.notFound,
  );
}
