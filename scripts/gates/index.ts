import type { GateConfig } from "../../schema/config.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { list, nearest, shellLine } from "../base/text.ts";
import { eslint } from "./eslint.ts";
import type { Found, Gate, GateCommand, Project } from "./gate.ts";
import { labelIn } from "./labels.ts";
import { strictRules } from "./strict-rules.ts";
import { tests } from "./tests.ts";
import { typescript } from "./typescript.ts";

/** The gates that Baton has by itself, in the order in which they are shown. A new one is one line here. */
const BUILT_IN: readonly Gate[] = [typescript, eslint, tests, strictRules];

const DEFAULT_TIMEOUT_MS = 10 * 60_000;

/** A gate as it would be run here. */
export interface PlannedGate {
  name: string;
  work: Found;
  /** What is run, as people call it; null where the gate's own name says it. */
  label: string | null;
  /** What is run, in words, as it is recorded with the result; empty where nothing is. */
  command: string;
  /** The `command` of a wider check: where that one passed, this one passes too. Null where there is none. */
  impliedBy: string | null;
  timeoutMs: number;
  /** True when it may run beside others. */
  parallel: boolean;
}

/**
 * Every gate of a project: the built-in ones, and those that the config adds or changes.
 * Throws `UserError` for a gate of the config that has no command and none can be found for.
 */
export function planGates(configured: Readonly<Record<string, GateConfig>>, project: Project): PlannedGate[] {
  const names = new Set([...BUILT_IN.map((gate) => gate.name), ...Object.keys(configured)]);
  return [...names].map((name) => planGate(name, configured[name] ?? {}, project));
}

/** Those called `names`, or all when there are none. Throws `UserError` for a name that no gate has. */
export function gatesNamed(names: readonly string[], gates: readonly PlannedGate[]): PlannedGate[] {
  const known = gates.map((gate) => gate.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new UserError(
      `There is no gate called "${name}".`,
      `${near === null ? "" : `Did you mean ${near}? `}Gates here: ${list(known)}. Others can be added under "gates" in baton.config.json.`,
      EXIT.usage,
      { details: { known, nearest: near } },
    );
  }
  return names.length === 0 ? [...gates] : gates.filter((gate) => names.includes(gate.name));
}

function planGate(name: string, config: GateConfig, project: Project): PlannedGate {
  const work = workOf(name, config, project);
  return {
    name,
    work,
    label: "command" in work ? (work.label ?? labelIn(name, lineOf(work))) : null,
    command: describe(work),
    impliedBy: "run" in work ? (work.impliedBy ?? null) : null,
    timeoutMs: config.timeout_ms ?? DEFAULT_TIMEOUT_MS,
    parallel: config.parallel ?? "run" in work,
  };
}

function workOf(name: string, config: GateConfig, project: Project): Found {
  if (config.enabled === false) return { skipped: "switched off in the config" };
  if (config.command !== undefined) return { command: config.command };
  const gate = BUILT_IN.find((candidate) => candidate.name === name);
  if (gate !== undefined) return gate.find(project);
  throw new UserError(
    `The gate "${name}" of the config has no command.`,
    `Add one, such as "gates": { "${name}": { "command": ["npm", "run", "${name}"] } }`,
    EXIT.usage,
  );
}

function describe(work: Found): string {
  if ("skipped" in work) return "";
  if ("run" in work) return work.describes;
  return work.folder === undefined ? lineOf(work) : `cd ${shellLine([work.folder])} && ${lineOf(work)}`;
}

function lineOf({ command }: GateCommand): string {
  return typeof command === "string" ? command : shellLine(command);
}
