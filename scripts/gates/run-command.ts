import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandLine } from "./gate.ts";
import { OutputTail } from "./output-tail.ts";
import { ProcessGroup, RUN_MARK } from "./process-group.ts";

export interface CommandOptions {
  cwd: string;
  env: Record<string, string | undefined>;
  /** Stops the command and everything that it has started. */
  signal: AbortSignal;
}

export interface CommandEnd {
  /** Null when it could not be started, and when a signal ended it. */
  exitCode: number | null;
  /** The signal that ended it, ours or another. */
  signal: string | null;
  /** Why it could not be started, in words; null when it was. */
  notStarted: string | null;
  tail: string[];
}

// What is asked to end gets this long before it is ended.
const GRACE_MS = 2000;
// What may still be in a pipe when the process is gone takes no time; a pipe that somebody holds open takes for ever.
const DRAIN_MS = 500;

/**
 * Runs a command in a process group of its own, and leaves nothing of the group behind, however it ends. Daemons that
 * have left the group are ended when the command is stopped, and stay when it ends by itself.
 * Programs of the project's node_modules are found by their name. There is nothing on standard input, and no terminal.
 */
export async function runCommand(command: CommandLine, options: CommandOptions): Promise<CommandEnd> {
  const { execa } = await import("execa");
  options.signal.throwIfAborted();
  const run = randomUUID();
  const [file = "", ...args] = typeof command === "string" ? [command] : command;
  const child = execa(file, args, {
    cwd: options.cwd,
    env: { ...options.env, [RUN_MARK]: [options.env[RUN_MARK], run].filter(Boolean).join(",") },
    extendEnv: false,
    shell: typeof command === "string",
    preferLocal: true,
    localDir: options.cwd,
    detached: process.platform !== "win32",
    cleanup: false,
    stdin: "ignore",
    buffer: false,
    reject: false,
    windowsHide: true,
  });
  const group = new ProcessGroup(child.pid, run);
  const output = new OutputTail();
  for (const stream of [child.stdout, child.stderr]) {
    const sink = output.stream();
    stream.on("data", sink.write).on("end", sink.end);
  }
  // The exit alone, not the end of the output: something in the background may hold that open.
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const ended = new AbortController();
  await Promise.race([child, exit, stop(group, options.signal, ended.signal)]);
  ended.abort();
  group.kill("SIGKILL");
  if (options.signal.aborted) group.killMarked("SIGKILL");
  const end = await Promise.race([child, sleep(DRAIN_MS, null, { ref: false })]);
  group.forget();
  child.stdout.destroy();
  child.stderr.destroy();
  const isStarted = child.pid !== undefined;
  return {
    exitCode: isStarted ? child.exitCode : null,
    signal: child.signalCode,
    notStarted: isStarted ? null : whyNotStarted(file, end?.code, end?.originalMessage),
    tail: output.lines(),
  };
}

function whyNotStarted(file: string, code: string | undefined, message: string | undefined): string {
  const name = basename(file);
  if (code === "ENOENT" || message === undefined) return `${name} is not installed`;
  if (code === "EACCES") return `${name} may not be run: permission denied (${file})`;
  return `${name} could not be started: ${message}`;
}

/** Once `signal` is aborted: asks the group to end, and resolves when it has had its time. */
function stop(group: ProcessGroup, signal: AbortSignal, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const ask = async () => {
      group.kill("SIGTERM");
      group.killMarked("SIGTERM");
      await sleep(GRACE_MS, null, { ref: false });
      resolve();
    };
    if (signal.aborted) ask();
    else signal.addEventListener("abort", ask, { once: true, signal: ended });
  });
}
