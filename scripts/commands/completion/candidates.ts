import { isUserError } from "../../base/errors.ts";
import { truncate } from "../../base/text.ts";
import { openRepository } from "../../git/repository.ts";
import { workingTrees } from "../../git/worktrees.ts";
import { COMMON_OPTIONS, type Command, type OptionSpec, type World } from "../command.ts";
import { findSessions, readable } from "../shared/sessions.ts";
import { openSummaryCache } from "../shared/summary-cache.ts";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export interface Candidate {
  value: string;
  about: string;
}

/** What may stand in place of the last of `words`; those before it are typed already. */
export async function candidatesFor(words: readonly string[], world: World): Promise<Candidate[]> {
  const current = words.at(-1) ?? "";
  const [name, ...before] = words.slice(0, -1);
  const all = name === undefined ? verbs(world) : await ofCommand(name, before, current, world);
  return all.filter(({ value }) => value.startsWith(current));
}

function verbs({ commands }: World): Candidate[] {
  return Object.entries(commands).map(([value, { about }]) => ({ value, about }));
}

async function ofCommand(
  name: string,
  before: readonly string[],
  current: string,
  world: World,
): Promise<Candidate[]> {
  const entry = Object.hasOwn(world.commands, name) ? world.commands[name] : undefined;
  if (entry === undefined) return [];
  const { command } = await entry.load();
  const option = command.options.find(
    (spec) => takesValue(spec) && namesOf(spec).includes(before.at(-1) ?? ""),
  );
  const given = argumentsIn(before, command);
  if (option !== undefined) return ofOption(option, given[0], world);
  if (current.startsWith("-")) {
    return [...command.options, ...COMMON].map((spec) => ({ value: longFlag(spec), about: spec.about }));
  }
  const argument = command.arguments[given.length];
  return argument === undefined ? [] : ofArgument(argument.name, world);
}

const COMMON: readonly OptionSpec[] = [
  ...COMMON_OPTIONS,
  { flags: "--help", about: "tell what the command takes" },
];

function longFlag(spec: OptionSpec): string {
  return /--[\w-]+/.exec(spec.flags)?.[0] ?? spec.flags;
}

/** `--task`, and `-t` where there is a short one. */
function namesOf(spec: OptionSpec): string[] {
  return spec.flags.match(/(?<![\w-])--?\w[\w-]*/g) ?? [];
}

function takesValue(spec: OptionSpec): boolean {
  return spec.flags.includes("<");
}

/** The words before that are arguments, and neither options nor their values. */
function argumentsIn(before: readonly string[], command: Command): string[] {
  const withValue = new Set(command.options.filter(takesValue).flatMap(namesOf));
  return before.filter((word, i) => !word.startsWith("-") && !withValue.has(before[i - 1] ?? ""));
}

/** `agent` is the command's first argument: the one whose session is meant. */
function ofOption(
  option: OptionSpec,
  agent: string | undefined,
  world: World,
): Promise<Candidate[]> | Candidate[] {
  if (option.choices !== undefined) return option.choices.map((value) => ({ value, about: option.about }));
  if (/<agent>/.test(option.flags)) return agents(world);
  return longFlag(option) === "--session-id" ? sessions(world, agent) : [];
}

function ofArgument(name: string, world: World): Promise<Candidate[]> | Candidate[] {
  if (["agent", "from", "to"].includes(name)) return agents(world);
  if (name === "id") return sessions(world);
  return name === "shell" ? SHELLS.map((value) => ({ value, about: `completion for ${value}` })) : [];
}

async function agents(world: World): Promise<Candidate[]> {
  return (await world.agents()).map(({ name, label }) => ({ value: name, about: label }));
}

/** Those of this repository: all of them would be too many to choose from. */
async function sessions(world: World, agent?: string): Promise<Candidate[]> {
  try {
    const roots = await workingTrees(await openRepository(world.cwd, world.env));
    const cache = await openSummaryCache(world.home, world.env);
    const store = { home: world.home, env: world.env };
    const known = readable(await world.agents()).filter(({ name }) => agent === undefined || name === agent);
    const found = await findSessions(known, store, { roots, cache });
    return found.map(({ agent, summary }) => ({
      value: summary.id,
      about: `${agent.name}: ${truncate(summary.title ?? "(no title)", 60)}`,
    }));
  } catch (error) {
    // Somebody is typing: whatever is wrong here is told when the command runs.
    if (isUserError(error)) return [];
    throw error;
  }
}
