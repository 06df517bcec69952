import type { Line } from "../../schema/report.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { EXIT } from "../base/errors.ts";
import type { Command, World } from "./command.ts";
import { findProgram } from "./doctor/agents.ts";

export const command: Command = {
  arguments: [],
  options: [],
  examples: ["baton agents", "baton agents --json"],
  async run(_input, world) {
    const known = await world.agents();
    const agents = await Promise.all(known.map((agent) => describeAgent(agent, world)));
    const table: Line = {
      kind: "table",
      columns: ["AGENT", "NAME", "READS", "WRITES", "STARTS", "HOOKS", "INSTALLED", "STATE", "STORE"],
      rows: agents.map((agent) => [
        agent.label,
        agent.name,
        word(agent.reads),
        word(agent.writes),
        word(agent.starts),
        agent.hooks ?? "no",
        agent.program === null ? "no" : agent.program,
        agent.state_file,
        agent.stores.length === 0 ? "-" : agent.stores.join(", "),
      ]),
    };
    return { ok: true, exitCode: EXIT.done, lines: [table], notices: [], data: { agents } };
  },
};

function word(can: boolean): string {
  return can ? "yes" : "no";
}

async function describeAgent(agent: AgentAdapter, world: World) {
  const places = (await agent.reader?.places({ home: world.home, env: world.env })) ?? [];
  return {
    name: agent.name,
    label: agent.label,
    state_file: agent.stateFile,
    reads: agent.reader !== undefined,
    writes: agent.writer !== undefined,
    starts: agent.launch !== undefined,
    hooks: agent.hooksPlace ?? null,
    program: agent.command === undefined ? null : await findProgram(agent.command, world.env),
    stores: places.filter((place) => place.found).map((place) => place.path),
  };
}
