import type { GateDetail } from "../../schema/session-state.ts";
import { isUserError } from "../base/errors.ts";
import { formatDuration, timestamp } from "../base/time.ts";
import type { GateCheck, GateCommand } from "./gate.ts";
import type { PlannedGate } from "./index.ts";
import { type CommandEnd, runCommand } from "./run-command.ts";

export interface RunOptions {
  /** Absolute path of the project's root, in which the commands run. */
  root: string;
  /** For the commands; without what points git elsewhere. */
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
  if ("skipped" in gate.work) return { result: "skipped", reason: gate.work.skipped };
  if (ended.aborted) return { result: "not_run", command: gate.command, reason: stopOf(ended).reason };
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
    return {
      ...measured,
      tree,
      at: timestamp(began),
      duration_ms: Math.max(0, options.now().getTime() - began.getTime()),
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
  const end = await runCommand(work.command, { cwd: root, env, signal });
  const measured = { exit_code: end.exitCode, output_tail: end.tail };
  // Whoever ended before the stop could take hold has its result.
  const isStopped = signal.aborted && end.exitCode !== 0;
  return { ...(isStopped ? stopped(signal) : judgeEnd(end, work)), ...measured };
}

// What a shell says when there is no such program.
const PROGRAM_NOT_FOUND = 127;

function judgeEnd(end: CommandEnd, work: GateCommand): GateDetail {
  if (end.notStarted !== null) {
    return { result: "not_run", reason: `it could not be started: ${end.notStarted}` };
  }
  if (end.exitCode === null) return { result: "fail", reason: `it was ended by ${end.signal}` };
  if (end.exitCode === 0) return { result: "pass" };
  if (end.exitCode === PROGRAM_NOT_FOUND) {
    return { result: "not_run", reason: "a program that it needs was not found (exit 127)" };
  }
  const nothing = work.nothingToDo?.[end.exitCode];
  return nothing === undefined ? { result: "fail" } : { result: "skipped", reason: nothing };
}

function stopped(signal: AbortSignal): GateDetail {
  const { result, reason } = stopOf(signal);
  return { result, reason };
}

function stopOf(signal: AbortSignal): Stop {
  return signal.reason instanceof Stop ? signal.reason : new Stop("not_run", "skipped by Ctrl-C");
}

// Beyond this a timer would fire at once.
function timerMs(ms: number): number {
  return Math.min(ms, 2 ** 31 - 1);
}

function formatSeconds(ms: number): string {
  return ms % 60_000 === 0 ? formatDuration(ms) : `${ms / 1000} s`;
}
