import { randomUUID } from "node:crypto";
import { realpath } from "node:fs/promises";
import {
  type GateDetail,
  type GateResult,
  isMeasured,
  NOTHING_RUN,
  type SessionState,
} from "../../../schema/session-state.ts";
import { asUserError } from "../../base/file-errors.ts";
import { gatesNamed, type PlannedGate, planGates } from "../../gates/index.ts";
import { countAttempts, currentResults, failedGates, isCurrent, type Results } from "../../gates/judge.ts";
import { readProject } from "../../gates/project.ts";
import { runGates } from "../../gates/run-gates.ts";
import { withoutRepositoryVariables } from "../../git/run.ts";
import { filesChangedBetween, workingTreeId } from "../../git/tree.ts";
import type { World } from "../command.ts";
import { ownFiles, type Workplace } from "../shared/workplace.ts";
import { gateFindings } from "./findings.ts";
import { groundFor } from "./ground.ts";
import type { Measured } from "./measured.ts";
import { progressTo } from "./progress.ts";
import { rulesOf } from "./rules.ts";

export interface MeasureOptions {
  /** Names of the only gates to run; empty for all. */
  only: readonly string[];
  /** Run them even where nothing has changed since. */
  rerun: boolean;
  /** Hold the rules against all files, not only against those that the session changed. */
  all: boolean;
  /** Time for all gates together, in ms; Infinity for no such limit. */
  budgetMs: number;
  /** True where a stronger agent takes over: then that need not be recommended. */
  isEscalation?: boolean;
}

/**
 * Runs the gates of a repository whose result is missing or stale, and judges all results by the files as they are
 * then. `state` gives the recorded ones; null when there is none. The person can skip what has not ended yet.
 * Throws `UserError` for a name that no gate has, and for rules or gates of the config that cannot be used.
 */
export async function measureGates(
  place: Workplace,
  state: SessionState | null,
  world: World,
  options: MeasureOptions,
): Promise<Measured> {
  const { repository, config } = place;
  const measureTree = treeReader(place, world);
  const here = await realpath(world.cwd).catch(() => repository.root);
  const [project, tree] = await Promise.all([
    readProject(repository.root, rulesOf(place, state, options.all), here),
    measureTree(),
  ]);
  const gates = planGates(config.gates ?? {}, project);
  const recorded = state?.validation_details ?? {};
  const before = await groundFor(place, recorded, tree);
  const due = gatesNamed(options.only, gates).filter(
    (gate) =>
      options.rerun || isDue(gate, recorded[gate.name], (detail) => isCurrent(gate.name, detail, before)),
  );

  const skip = new AbortController();
  const release = world.offerKey("s", "skips the checks", () => skip.abort());
  try {
    const runs = await runGates(due, tree, {
      root: repository.root,
      env: withoutRepositoryVariables(world.env),
      now: world.now,
      budgetMs: options.budgetMs,
      skip: AbortSignal.any([skip.signal, world.signal]),
      tree: measureTree,
      changedBetween: (a, b) => filesChangedBetween(repository, a, b),
      ...progressTo(world),
    });
    world.signal.throwIfAborted();
    const details = ofGates(gates, { ...recorded, ...runs.details });
    const results = currentResults(details, await groundFor(place, details, runs.tree));
    const validation = allResults(state, results);
    const measured = Object.entries(runs.details).filter(([, detail]) => detail.tree !== undefined);
    const attempts = countAttempts(state?.validation_attempts ?? {}, Object.fromEntries(measured));
    const ran = measured.map(([gate]) => gate);
    const outcome = { failed: failedGates(results, ran), details: results.details, attempts };
    return {
      ...outcome,
      validation,
      tree: runs.tree,
      ran,
      findings: gateFindings(outcome, options.isEscalation ? null : (state?.agent ?? "<agent>")),
    };
  } finally {
    release();
  }
}

/** The recorded results of a state, judged by the files as they are now. Runs nothing. */
export async function recordedGates(
  place: Workplace,
  state: SessionState,
  world: Pick<World, "say">,
): Promise<Pick<Measured, "validation" | "details" | "tree">> {
  const details = state.validation_details ?? {};
  const tree = await treeReader(place, world)();
  const results = currentResults(details, await groundFor(place, details, tree));
  return { validation: allResults(state, results), details: results.details, tree };
}

/**
 * Reads the tree id of the working tree. Where git cannot say, such as without the program of a filter, that costs
 * the comparison alone: the answer is then an id that holds for this reader and equals no other, and a warning says why.
 */
function treeReader({ repository, agents }: Workplace, world: Pick<World, "say">): () => Promise<string> {
  const leaveOut = ownFiles(agents);
  const unknown = `unknown-${randomUUID()}`;
  let isSaid = false;
  return async () => {
    try {
      return await workingTreeId(repository, leaveOut);
    } catch (error) {
      const { message, fix } = asUserError(error);
      if (!isSaid) {
        world.say({
          kind: "warn",
          text: `git cannot tell which content the checks see, so that they hold for this run only. ${message} ${fix}`,
        });
      }
      isSaid = true;
      return unknown;
    }
  };
}

/** The results, and what a state says without telling what it was measured on: of that nobody knows if it still holds. */
function allResults(state: SessionState | null, { validation }: Results): SessionState["validation"] {
  const unbound = Object.entries(state?.validation ?? {})
    .filter(([gate]) => state?.validation_details?.[gate] === undefined)
    .map(([gate, result]): [string, GateResult] => [gate, isMeasured(result) ? "stale" : result]);
  return { ...NOTHING_RUN, ...Object.fromEntries(unbound), ...validation };
}

function isDue(
  gate: PlannedGate,
  detail: GateDetail | undefined,
  isCurrentDetail: (detail: GateDetail) => boolean,
): boolean {
  if (detail === undefined || !isMeasured(detail.result) || !isCurrentDetail(detail)) return true;
  if (detail.command === gate.command) return false;
  // What holds on all files holds on some of them.
  return detail.result !== "pass" || gate.impliedBy === null || detail.command !== gate.impliedBy;
}

/** The details of the gates that there are, in the order in which they are shown. */
function ofGates(
  gates: readonly PlannedGate[],
  details: Readonly<Record<string, GateDetail>>,
): Record<string, GateDetail> {
  const ordered: Record<string, GateDetail> = {};
  for (const { name } of gates) {
    const detail = details[name];
    if (detail !== undefined) ordered[name] = detail;
  }
  return ordered;
}
