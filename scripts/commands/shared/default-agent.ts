import type { Line } from "../../../schema/report.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { agentNamed } from "../../agents/index.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";
import { workingTrees } from "../../git/worktrees.ts";
import { openStore } from "../../state/store.ts";
import type { World } from "../command.ts";
import { newestHere, sessionsThatCount } from "./learn.ts";
import { newestState } from "./peek.ts";
import { readable, searchSessions } from "./sessions.ts";
import { openSummaryCache } from "./summary-cache.ts";

export interface NamedAgent {
  agent: AgentAdapter;
  /** Which agent was taken, where none was named. */
  lines: Line[];
}

/**
 * The agent called `name`; where none was named, the one whose session is the newest here, else the one whose saved
 * state is. `command` is what the person typed, and `except` the agent that it cannot be.
 * Throws `UserError`: code 2 for an unknown name, code 4 where no agent has anything here.
 */
export async function agentOrNewest(
  name: string | undefined,
  world: World,
  command: string,
  except?: AgentAdapter,
): Promise<NamedAgent> {
  const agents = await world.agents();
  if (name !== undefined) return { agent: agentNamed(name, agents), lines: [] };
  const candidates = agents.filter((agent) => agent.name !== except?.name);
  const bySession = await newestSession(candidates, world);
  if (bySession !== null) return taken(bySession, "its session is the newest here");
  const byState = await ownerOfNewestState(candidates, world);
  if (byState !== null) return taken(byState, "its saved state is the newest here");
  throw new UserError(
    `No agent was named, and none has a session or a saved state here.`,
    `Name one of ${list(candidates.map((agent) => agent.name))}: baton ${command}`,
    EXIT.notFound,
  );
}

/** The same by saved states alone, for what only shows them. */
export async function agentOrNewestState(name: string | undefined, world: World): Promise<NamedAgent> {
  const agents = await world.agents();
  if (name !== undefined) return { agent: agentNamed(name, agents), lines: [] };
  const agent = await ownerOfNewestState(agents, world);
  if (agent !== null) return taken(agent, "its saved state is the newest here");
  throw new UserError(
    "No agent has a saved state here.",
    "Save one, of the agent whose session is the newest: baton save",
    EXIT.notFound,
  );
}

/** The agents that have a session or a saved state here. */
export async function agentsWithSomething(
  agents: readonly AgentAdapter[],
  world: World,
): Promise<AgentAdapter[]> {
  const found: AgentAdapter[] = [];
  for (const agent of agents) {
    if ((await ownerOfNewestState([agent], world)) !== null || (await newestSession([agent], world)) !== null)
      found.push(agent);
  }
  return found;
}

function taken(agent: AgentAdapter, why: string): NamedAgent {
  return { agent, lines: [{ kind: "note", text: `${agent.name} was taken: ${why}.` }] };
}

async function newestSession(agents: readonly AgentAdapter[], world: World): Promise<AgentAdapter | null> {
  const repository = await world.measuring().repository;
  const roots = await workingTrees(repository);
  const cache = await openSummaryCache(world.home, world.env);
  const store = { home: world.home, env: world.env };
  // A store that cannot be read hides none of the others.
  const { sessions } = await searchSessions(readable(agents), store, { roots, cache });
  const counting = await sessionsThatCount(sessions, null, repository);
  return (await newestHere(counting, repository.root, roots))?.agent ?? null;
}

async function ownerOfNewestState(
  agents: readonly AgentAdapter[],
  world: World,
): Promise<AgentAdapter | null> {
  const store = openStore(await world.measuring().repository);
  return (await newestState(store, agents))?.agent ?? null;
}
