import { join } from "node:path";
import type { GateDetail } from "../../schema/session-state.ts";
import { isUserError } from "../base/errors.ts";
import { formatDuration, timestamp } from "../base/time.ts";
import type { GateCheck, GateCommand } from "./gate.ts";
import type { PlannedGate } from "./index.ts";
import { type CommandEnd, runCommand } from "./run-command.ts";

export interface RunOptions {
  /** Absolute path of the project's root, in which the commands run. */
  root: string;
  /** For the commands, which get `CI` too; without what points git elsewhere. */
  env: Record<string, string | undefined>;
  now(): Date;
  /** Time for all of them together. */
  budgetMs: number;
  /** When it is aborted, the gate that runs is stopped and the rest are skipped. */
  skip: AbortSignal;
  /** The tree id of the working tree, as it is now. */
  tree(): Promise<string>;
  /** The files that differ between two trees; null when that cannot be told. */
  changedBetween(a: string, b: string): Promise<string[] | null>;
  onStart?(gate: PlannedGate): void;
  onEnd?(gate: PlannedGate, detail: GateDetail): void;
}

export interface GateRuns {
  /** By gate. What a command printed is not redacted in them. */
  details: Record<string, GateDetail>;
  /** The tree after the last gate. */
  tree: string;
}

/** What is noted in place of a result when a gate was stopped. */
class Stop {
  readonly result: "fail" | "not_run";
  readonly reason: string;

  constructor(result: "fail" | "not_run", reason: string) {
    this.result = result;
    this.reason = reason;
  }
}

const MAX_MODIFIED = 20;

/**
 * Runs gates on the working tree whose id is `tree`: those that may run beside others together, then the others one
 * by one. Each result is bound to the tree that the gate began on. Never throws for what a gate does.
 */
export async function runGates(
  gates: readonly PlannedGate[],
  tree: string,
  options: RunOptions,
): Promise<GateRuns> {
  const budget = new AbortController();
  const timer = setTimeout(() => {
    const all = formatSeconds(options.budgetMs);
    budget.abort(new Stop("not_run", `the ${all} for all gates together were used up`));
  }, timerMs(options.budgetMs));
  const ended = AbortSignal.any([options.skip, budget.signal]);
  const runs: GateRuns = { details: {}, tree };
  try {
    for (const batch of batches(gates)) {
      const before = runs.tree;
      const details = await Promise.all(batch.map((gate) => runGate(gate, before, ended, options)));
      if (details.some((detail) => detail.tree !== undefined)) runs.tree = await options.tree();
      const modified = runs.tree === before ? [] : await options.changedBetween(before, runs.tree);
      for (const [i, gate] of batch.entries()) {
        const detail = { ...details[i], ...modifiedBy(gate, modified) } as GateDetail;
        runs.details[gate.name] = detail;
        options.onEnd?.(gate, detail);
      }
    }
  } finally {
    clearTimeout(timer);
  }
  return runs;
}

function batches(gates: readonly PlannedGate[]): PlannedGate[][] {
  const together = gates.filter((gate) => gate.parallel);
  const alone = gates.filter((gate) => !gate.parallel).map((gate) => [gate]);
  return together.length === 0 ? alone : [together, ...alone];
}

function modifiedBy(gate: PlannedGate, modified: readonly string[] | null): Partial<GateDetail> {
  if ("skipped" in gate.work || modified === null || modified.length === 0) return {};
  return { modified_files: modified.slice(0, MAX_MODIFIED) };
}

async function runGate(
  gate: PlannedGate,
  tree: string,
  ended: AbortSignal,
  options: RunOptions,
): Promise<GateDetail> {
  const named = gate.label === null ? {} : { label: gate.label };
  if ("skipped" in gate.work) {
    const { skipped: reason, applies } = gate.work;
    return { result: "skipped", reason, ...(applies === undefined ? {} : { applies }) };
  }
  if (ended.aborted) {
    return { result: "not_run", ...named, command: gate.command, reason: stopOf(ended).reason };
  }
  options.onStart?.(gate);
  const limit = new AbortController();
  const timer = setTimeout(
    () =>
      limit.abort(new Stop("fail", `it did not end within ${formatSeconds(gate.timeoutMs)} and was stopped`)),
    timerMs(gate.timeoutMs),
  );
  const signal = AbortSignal.any([ended, limit.signal]);
  const began = options.now();
  const { work } = gate;
  try {
    const outcome = "run" in work ? outcomeOfCheck(work, signal) : outcomeOfCommand(work, signal, options);
    const measured = await outcome.catch((error: unknown) => {
      if (signal.aborted) return stopped(signal);
      // Such as a list of files that git cannot give: that costs this gate, and not the others.
      if (isUserError(error)) return { result: "not_run" as const, reason: error.message };
      throw error;
    });
    const duration = Math.max(0, options.now().getTime() - began.getTime());
    return {
      ...measured,
      ...(measured.result === "not_run" && signal.reason instanceof Stop
        ? { reason: `stopped after ${Math.round(duration / 1000)} s: ${measured.reason}` }
        : {}),
      ...named,
      tree,
      at: timestamp(began),
      duration_ms: duration,
      command: gate.command,
    };
  } finally {
    clearTimeout(timer);
  }
}

async function outcomeOfCheck(check: GateCheck, signal: AbortSignal): Promise<GateDetail> {
  const { result, reason, violations, violationTotals } = await check.run(signal);
  return {
    result,
    ...(reason === undefined ? {} : { reason }),
    ...(violations === undefined ? {} : { violations }),
    ...(violationTotals === undefined ? {} : { violation_totals: violationTotals }),
  };
}

async function outcomeOfCommand(
  work: GateCommand,
  signal: AbortSignal,
  { root, env }: RunOptions,
): Promise<GateDetail> {
  const where = { cwd: join(root, work.folder ?? ""), env: { ...env, CI: "1" }, signal };
  const end = await runCommand(work.command, where);
  const measured = { exit_code: end.exitCode, output_tail: end.tail };
  // Whoever ended before the stop could take hold has its result.
  const isStopped = signal.aborted && end.exitCode !== 0;
  return { ...(isStopped ? stopped(signal) : judgeEnd(end, work)), ...measured };
}

// What a shell says when there is no such program.
const PROGRAM_NOT_FOUND = 127;

function judgeEnd(end: CommandEnd, work: GateCommand): GateDetail {
  if (end.notStarted !== null) {
    return { result: "not_run", reason: end.notStarted };
  }
  if (end.exitCode === null) return { result: "fail", reason: `it was ended by ${end.signal}` };
  if (end.exitCode === 0) return { result: "pass" };
  if (end.exitCode === PROGRAM_NOT_FOUND) {
    return { result: "not_run", reason: missingProgram(end.tail) };
  }
  const nothing = work.nothingToDo?.[end.exitCode];
  return nothing === undefined ? { result: "fail" } : { result: "skipped", reason: nothing };
}

// As sh, bash, dash and zsh say it.
const NOT_FOUND = [
  /^(?:\S*sh: )(?:line \d+: |\d+: )?(?<name>\S+): (?:command )?not found$/,
  /^\S*sh: command not found: (?<name>\S+)$/,
];

function missingProgram(tail: readonly string[]): string {
  for (const line of tail.toReversed()) {
    const name = NOT_FOUND.map((pattern) => pattern.exec(line.trim())?.groups?.name).find(Boolean);
    if (name !== undefined) return `${name} is not installed`;
  }
  return "a program that it needs is not installed (exit 127)";
}

function stopped(signal: AbortSignal): GateDetail {
  const { result, reason } = stopOf(signal);
  return { result, reason };
}

function stopOf(signal: AbortSignal): Stop {
  return signal.reason instanceof Stop ? signal.reason : new Stop("not_run", "the person skipped it");
}

// Beyond this a timer would fire at once.
function timerMs(ms: number): number {
  return Math.min(ms, 2 ** 31 - 1);
}

function formatSeconds(ms: number): string {
  return ms % 60_000 === 0 ? formatDuration(ms) : `${ms / 1000} s`;
}
