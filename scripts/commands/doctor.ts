import type { Line } from "../../schema/report.ts";
import { knownAgents } from "../agents/index.ts";
import { EXIT, isUserError } from "../base/errors.ts";
import { count, list } from "../base/text.ts";
import type { Command, World } from "./command.ts";
import { agentSigns, type Usable, usableAgents } from "./doctor/agents.ts";
import type { Sign } from "./doctor/sign.ts";
import { stateFindings } from "./doctor/states.ts";
import { storeSigns } from "./doctor/stores.ts";
import { toolFindings } from "./doctor/tools.ts";
import { hookFindings, ignoreFindings } from "./init/findings.ts";
import { openWorkplace, type Workplace } from "./shared/workplace.ts";

export const command: Command = {
  arguments: [],
  options: [],
  examples: ["baton doctor", "baton doctor --json"],
  async run(_input, world) {
    const { signs, agents } = await examine(world);
    const isBroken = signs.some(({ level }) => level === "fail");
    return {
      ok: !isBroken,
      exitCode: isBroken ? EXIT.failed : EXIT.done,
      lines: [
        { kind: "title", text: "Baton doctor" },
        ...signs.flatMap(describe),
        { kind: "text", text: "" },
        verdict(signs, agents),
      ],
      notices: [],
      data: { findings: signs },
    };
  },
};

/** All that can be found out. What cannot be looked into is a sign itself, and hides nothing else. */
async function examine(world: World): Promise<{ signs: Sign[]; agents: Usable[] }> {
  const signs: Sign[] = await toolFindings(world);
  if (signs.some(({ level }) => level === "fail")) return { signs, agents: [] };
  const sane = await withSaneConfig(world, signs);
  const agents = await usableAgents(await sane.agents(), sane);
  await collect(signs, async () => placeSigns(await openWorkplace(sane), sane, agents));
  return { signs, agents };
}

/** The world with what can be used of its config: a fault in it is noted, and the defaults go on. */
async function withSaneConfig(world: World, signs: Sign[]): Promise<World> {
  const isUsable = await collect(signs, async () => {
    await world.config();
    await world.agents();
    return [];
  });
  return isUsable ? world : { ...world, config: async () => ({}), agents: async () => knownAgents() };
}

/** Adds what `look` finds; why it could not look is a sign as well. False in that case. */
async function collect(signs: Sign[], look: () => Promise<Sign[]>): Promise<boolean> {
  try {
    signs.push(...(await look()));
    return true;
  } catch (error) {
    if (!isUserError(error)) throw error;
    signs.push({ level: "fail", message: error.message, fix: error.fix });
    return false;
  }
}

async function placeSigns(place: Workplace, world: World, agents: readonly Usable[]): Promise<Sign[]> {
  return [
    { level: "info", message: `Repository: ${place.repository.root}` },
    ...(await hookFindings(place.repository)),
    ...(await ignoreFindings(
      place.repository,
      place.agents.map((agent) => agent.stateFile),
    )),
    ...(await stateFindings(place, world.now())),
    ...agentSigns(agents),
    ...(await storeSigns(place, world)),
  ];
}

function describe({ level, message, fix }: Sign): Line[] {
  const line: Line =
    level === "absent"
      ? { kind: "note", text: `–  ${message}` }
      : { kind: level === "info" ? "ok" : level, text: message };
  return fix === undefined ? [line] : [line, { kind: "command", text: fix }];
}

function verdict(signs: readonly Sign[], agents: readonly Usable[]): Line {
  const known = agents.filter(({ agent }) => agent.command !== undefined);
  const here = known.filter(({ program }) => program !== null).map(({ agent }) => agent.name);
  const needed = agents.flatMap(({ agent, transferNeeds }) =>
    transferNeeds === null ? [] : [`transfer to ${agent.label} needs ${transferNeeds}`],
  );
  const usable =
    here.length === 0
      ? "no agent is installed here"
      : `${here.length} of ${known.length} agents can be used here (${list(here)})`;
  const about = agents.length === 0 ? [] : [[usable, ...needed].join("; ")];
  const bad = signs.filter(({ level }) => level === "fail").length;
  const warnings = signs.filter(({ level }) => level === "warn").length;
  const said = [
    ...(bad > 0 ? [`${count(bad, "thing")} to fix`] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  if (bad > 0) return { kind: "fail", text: `${[said.join(", "), ...about.map(capital)].join(". ")}.` };
  const fine = warnings > 0 ? `Nothing is broken, ${said.join(", ")}` : "Nothing is wrong with Baton here";
  return { kind: here.length === 0 ? "warn" : "ok", text: `${[fine, ...about.map(capital)].join(". ")}.` };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
