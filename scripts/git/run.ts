import { spawn } from "node:child_process";
import { EXIT, errorCode, UserError } from "../base/errors.ts";

// Every GIT_* variable that points git at a particular repository (`git rev-parse --local-env-vars`, git 2.39).
// They leak in from hooks, above all from those of worktrees, and would turn every call to another repository.
const LOCAL_VARIABLES = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_CONFIG_COUNT",
  "GIT_OBJECT_DIRECTORY",
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_GRAFT_FILE",
  "GIT_INDEX_FILE",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_REPLACE_REF_BASE",
  "GIT_PREFIX",
  "GIT_SHALLOW_FILE",
  "GIT_COMMON_DIR",
  "GIT_INTERNAL_SUPER_PREFIX",
];

export interface GitCall {
  cwd: string;
  env: Record<string, string | undefined>;
  /** Text for git's standard input. */
  input?: string | Uint8Array;
  /** Extra variables, such as GIT_INDEX_FILE for a temporary index. */
  set?: Record<string, string>;
  signal?: AbortSignal;
}

export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** An environment without the variables that point git at a particular repository, for programs that may call git. */
export function withoutRepositoryVariables(
  env: Record<string, string | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !LOCAL_VARIABLES.includes(name)));
}

/** The environment for git: the caller's, without what points elsewhere, in plain English, taking no optional locks. */
export function gitEnvironment(env: Record<string, string | undefined>): NodeJS.ProcessEnv {
  return {
    ...withoutRepositoryVariables(env),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/**
 * Runs git once and waits for it. Never through a shell. A non-zero exit is an answer, not an error;
 * throws only when git cannot be started (`UserError`) or `signal` was aborted.
 * Uses node:child_process, since loading execa would cost a fast command more than running git does.
 */
export function tryGit(args: readonly string[], call: GitCall): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, {
      cwd: call.cwd,
      env: { ...gitEnvironment(call.env), ...call.set },
      stdio: [call.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    // git may end before it has read its input: what it says about that is in its exit code.
    child.stdin?.on("error", () => {});
    child.stdin?.end(call.input);
    child.on("error", (error) => reject(explain(error, call.cwd)));
    child.on("close", (code, signal) => {
      const result = {
        code: code ?? 1,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString("utf8"),
      };
      if (signal !== null) result.stderr += `git was ended by ${signal}`;
      resolve(result);
    });
  });
}

/** `tryGit` for calls that must succeed: the standard output as text. Throws `GitFailure` with git's own words. */
export async function git(args: readonly string[], call: GitCall): Promise<string> {
  const result = await tryGit(args, call);
  if (result.code !== 0) throw new GitFailure(args, result);
  return result.stdout.toString("utf8");
}

/** git said no: the repository is in a state that git cannot work with. `reason` is its main line. */
export class GitFailure extends UserError {
  readonly reason: string;
  /** All that git said. */
  readonly stderr: string;

  constructor(args: readonly string[], { code, stderr }: GitResult) {
    const reason = mainLine(stderr) ?? `exit code ${code}`;
    const verb = args.find((word, i) => !word.startsWith("-") && args[i - 1] !== "-c");
    super(`git ${verb} failed: ${reason}`, adviceFor(stderr));
    this.name = "GitFailure";
    this.reason = reason;
    this.stderr = stderr;
  }
}

function mainLine(stderr: string): string | null {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => line.startsWith("fatal: ")) ?? lines.at(-1))?.replace(/^fatal: /, "") ?? null;
}

const ADVICE: readonly [said: RegExp, fix: string][] = [
  [
    /filter .*failed/,
    "Install the program that the filter needs. Which one: git config --get-regexp '^filter\\.'",
  ],
  [
    /index file|index uses|bad index|bad signature/,
    'Make the index anew; your files stay, and what was staged has to be staged again: mv "$(git rev-parse --git-path index)" index.broken && git reset',
  ],
  [
    /object|missing blob|unable to read|packfile|tree/,
    "See what is missing or broken: git fsck --full. A fresh clone has all that was pushed.",
  ],
];

function adviceFor(stderr: string): string {
  return (
    ADVICE.find(([said]) => said.test(stderr))?.[1] ?? "See what git says about the repository: git status"
  );
}

function explain(error: Error, cwd: string): Error {
  // The signal that ends it is the caller's own.
  if (error.name === "AbortError") return error;
  return new UserError(
    `git could not be started in ${cwd}${errorCode(error) === "ENOENT" ? "" : ` (${errorCode(error)})`}.`,
    "Install git (https://git-scm.com) and see that it is on the PATH; check that the folder still exists.",
    EXIT.failed,
    { cause: error },
  );
}
