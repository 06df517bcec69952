import { access, constants, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import type { AgentAdapter } from "../../agents/adapter.ts";
import type { World } from "../command.ts";
import type { Sign } from "./sign.ts";

/** What can be done with an agent in this place. */
export interface Usable {
  agent: AgentAdapter;
  /** Its program on the PATH; null where there is none. */
  program: string | null;
  /** The program without which no conversation can be carried over into it; null where none is missing. */
  transferNeeds: string | null;
}

/** Every agent, with what can be done with it here. */
export function usableAgents(agents: readonly AgentAdapter[], world: World): Promise<Usable[]> {
  return Promise.all(
    agents.map(async (agent) => {
      const program = agent.command === undefined ? null : await findProgram(agent.command, world);
      const isMissing = agent.writesThroughProgram === true && program === null;
      return { agent, program, transferNeeds: isMissing ? (agent.command ?? null) : null };
    }),
  );
}

/** Which agents can be started from here. One that is missing is no fault: nobody has all of them. */
export function agentSigns(agents: readonly Usable[]): Sign[] {
  return agents.flatMap(({ agent, program, transferNeeds }): Sign[] => {
    if (agent.command === undefined) return [];
    if (program !== null) return [{ level: "info", message: `${agent.label}: ${program}` }];
    const needs = transferNeeds === null ? "" : `; a transfer to ${agent.label} needs it`;
    return [{ level: "absent", message: `${agent.label}: there is no ${agent.command} on the PATH${needs}` }];
  });
}

/** The program that a shell in this place would start by this name; null where there is none. */
export async function findProgram(
  name: string,
  { cwd, env }: Pick<World, "cwd" | "env">,
): Promise<string | null> {
  if (name.includes("/")) return (await isExecutable(resolve(cwd, name))) ? name : null;
  const { PATH = "" } = env;
  if (PATH === "") return null;
  for (const folder of PATH.split(delimiter)) {
    // An empty entry stands for the folder that one is in.
    const path = join(resolve(cwd, folder), name);
    if (await isExecutable(path)) return path;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    // A folder may be entered by the same permission.
    return (await stat(path)).isFile();
  } catch {
    // Absent or not executable: either way it cannot be started.
    return false;
  }
}
