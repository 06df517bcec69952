import { dirname, join, resolve } from "node:path";
import type { Config } from "../../../schema/config.ts";
import type { Redacted } from "../../../schema/redacted.ts";
import type { Line } from "../../../schema/report.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { exists } from "../../base/files.ts";
import { beginMeasuring, type Measuring } from "../../git/facts.ts";
import type { Redactor } from "../../privacy/redact.ts";
import type { World } from "../command.ts";
import { DEFAULTS } from "./defaults.ts";

/** What the door knows. Everything else about the world follows from it. */
export interface Outside
  extends Pick<
    World,
    | "cwd"
    | "home"
    | "env"
    | "now"
    | "interactive"
    | "signal"
    | "working"
    | "offerKey"
    | "stdinIsTerminal"
    | "stdin"
    | "write"
    | "pick"
    | "commands"
  > {
  /** A look at the repository that was begun already. */
  begun?: Measuring | null;
  /** What of a report is printed; the rest is dropped. Absent: all of it is kept. */
  prints?: "lines" | "data";
  /** Prints one line of talk at once. */
  print(line: Redacted<Line>): Promise<void> | void;
}

/** Where a command runs, as far as its config and its secrets go. */
export type Place = Pick<Outside, "cwd" | "home" | "env">;

export interface OpenWorld extends World {
  /** Resolves when everything that was said has been printed. */
  spoken(): Promise<void>;
  /** What the command wants done when its report has been printed. */
  planned(): (() => Promise<number>) | null;
}

/** `redacts` is false where the person asked for everything as it is. */
export function openWorld(outside: Outside, redacts: boolean): OpenWorld {
  const config = once(() => loadConfig(outside));
  const redactor = once(async () => makeRedactor(outside, await config().catch(() => ({})), redacts));
  let plan: (() => Promise<number>) | null = null;
  let talk: Promise<void> = Promise.resolve();
  // Lines are redacted one after another, so that they are printed in the order in which they were said.
  const say = (line: Line) => {
    talk = talk.then(async () => outside.print(await (await redactor()).redact(line)));
  };
  const agents = once(async () => loadAgents(outside, await config(), say));
  let measuring = outside.begun;
  return {
    ...outside,
    measuring() {
      measuring ??= beginMeasuring(outside.cwd, outside.env);
      return measuring;
    },
    config,
    agents,
    redactor,
    say,
    working(what) {
      let end: (() => void) | null = null;
      let isOver = false;
      const show = async () => {
        const text = await (await redactor()).redact(what);
        if (!isOver) end = outside.working(text);
      };
      // Progress is no reason to fail: what is wrong with the settings is said by the command itself.
      show().catch(() => {});
      return () => {
        isOver = true;
        end?.();
      };
    },
    spoken: () => talk,
    afterwards(work) {
      plan = work;
    },
    planned: () => plan,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Hides what must not leave, where no command has been started. */
export async function redactorAt(place: Place): Promise<Redactor> {
  return makeRedactor(place, await loadConfig(place).catch(() => ({})), true);
}

async function loadConfig({ cwd, home, env }: Place): Promise<Config> {
  const { configSources, mergeConfig } = await import("./config.ts");
  return mergeConfig(await configSources(await projectRoot(cwd), home, env));
}

async function loadAgents(
  { cwd, home, env }: Outside,
  config: Config,
  say: World["say"],
): Promise<AgentAdapter[]> {
  const { knownAgents } = await import("../../agents/index.ts");
  const configured = config.agents ?? [];
  if (configured.every(({ plugin }) => plugin === undefined)) return knownAgents(configured);
  const { loadPlugins } = await import("./plugins.ts");
  const { agents, notes } = await loadPlugins({ config, root: await projectRoot(cwd), home, env });
  for (const note of notes) say(note);
  return knownAgents(configured, agents);
}

async function makeRedactor({ cwd, env }: Place, config: Config, redacts: boolean): Promise<Redactor> {
  const [{ createRedactor }, { knownSecrets }] = await Promise.all([
    import("../../privacy/redact.ts"),
    import("../../privacy/known-secrets.ts"),
  ]);
  return createRedactor({
    secrets: await knownSecrets({ root: await projectRoot(cwd), env }),
    patterns: config.redaction?.patterns ?? [],
    allow: config.redaction?.allow ?? [],
    enabled: redacts && (config.redaction?.enabled ?? DEFAULTS.redaction.enabled),
  });
}

/** The nearest folder upwards that has a `.git`, else `cwd`: where config and `.env` files are looked for. */
export async function projectRoot(cwd: string): Promise<string> {
  let folder = resolve(cwd);
  while (!(await exists(join(folder, ".git")))) {
    const parent = dirname(folder);
    if (parent === folder) return resolve(cwd);
    folder = parent;
  }
  return folder;
}
