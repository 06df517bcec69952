import type { Line } from "../../schema/report.ts";
import { EXIT } from "../base/errors.ts";
import type { Command, World } from "./command.ts";
import { type Usable, usableAgents } from "./doctor/agents.ts";

export const command: Command = {
  arguments: [],
  options: [],
  examples: ["baton agents", "baton agents --json"],
  async run(_input, world) {
    const usable = await usableAgents(await world.agents(), world);
    const agents = await Promise.all(usable.map((agent) => dataOf(agent, world)));
    const table: Line = {
      kind: "table",
      columns: ["NAME", "AGENT", "INSTALLED", "SESSIONS", "TRANSFER TO IT", "STATE"],
      rows: usable.map(({ agent, program, transferNeeds }) => [
        agent.name,
        agent.label,
        program === null ? "no" : "yes",
        agent.reader === undefined ? "-" : "can be read",
        agent.writer === undefined ? "-" : transferNeeds === null ? "yes" : `needs ${transferNeeds}`,
        agent.stateFile,
      ]),
      flexible: ["AGENT"],
      droppable: ["STATE"],
    };
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [table, ...LEGEND.map((text): Line => ({ kind: "note", text }))],
      notices: [],
      data: { agents },
    };
  },
};

const LEGEND = [
  "NAME: what you type. SESSIONS: whether Baton reads what the agent recorded.",
  "TRANSFER TO IT: whether a conversation can be carried over into it, from here.",
  "Where each one's sessions lie, and what is wrong: baton doctor",
];

async function dataOf({ agent, program }: Usable, world: World) {
  const places = (await agent.reader?.places({ home: world.home, env: world.env })) ?? [];
  return {
    name: agent.name,
    label: agent.label,
    state_file: agent.stateFile,
    reads: agent.reader !== undefined,
    writes: agent.writer !== undefined,
    starts: agent.launch !== undefined,
    hooks: agent.hooksPlace ?? null,
    program,
    stores: places.filter((place) => place.found).map((place) => place.path),
  };
}
