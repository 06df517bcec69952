import type { Finding } from "../../../schema/finding.ts";
import type { StoreEnvironment } from "../../agents/adapter.ts";
import { errorMessage, isUserError } from "../../base/errors.ts";
import { count } from "../../base/text.ts";
import { workingTrees } from "../../git/worktrees.ts";
import type { World } from "../command.ts";
import { type FoundSession, findSessions, readable } from "../shared/sessions.ts";
import { describeStats } from "../shared/stats.ts";
import type { Workplace } from "../shared/workplace.ts";

/** How many of an agent's newest sessions are read to the end. */
const READ = 3;

/** For each agent whose own sessions can be read: where it was looked, what was found, and what could not be read. */
export async function storeFindings(place: Workplace, world: World): Promise<Finding[]> {
  const store = { home: world.home, env: world.env };
  const roots = await workingTrees(place.repository);
  const findings: Finding[] = [];
  for (const agent of readable(place.agents)) findings.push(...(await storeFinding(agent, store, roots)));
  return findings;
}

async function storeFinding(
  agent: FoundSession["agent"],
  store: StoreEnvironment,
  roots: readonly string[],
): Promise<Finding[]> {
  const places = await agent.reader.places(store);
  const unknown = places.filter((place) => place.generation === "unknown");
  const where = places.map(({ path, found, generation, note }) => {
    const what = found ? (generation ?? "found") : "not there";
    return `${path} (${what}${note === undefined ? "" : `: ${note}`})`;
  });
  const looked = `${agent.label}'s sessions: looked into ${where.join(", ")}`;
  if (unknown.length > 0) {
    return [
      {
        level: "warn",
        message: `${looked}. A store of an unknown form cannot be read.`,
        fix: "npm install --save-dev agent-baton@latest",
      },
    ];
  }
  try {
    const sessions = await findSessions([agent], store, { roots });
    return [
      { level: "info", message: `${looked}; ${count(sessions.length, "session")} of this repository` },
      ...(await readNewest(sessions.slice(0, READ), store)),
    ];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return [{ level: "warn", message: `${looked}. ${error.message}`, fix: error.fix }];
  }
}

async function readNewest(sessions: readonly FoundSession[], store: StoreEnvironment): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { agent, summary } of sessions) {
    try {
      const transcript = await agent.reader.open(store, summary);
      for await (const _ of transcript.entries());
      const skipped = describeStats(transcript.stats);
      if (skipped !== null) findings.push({ level: "warn", message: `${summary.path}: ${skipped}` });
    } catch (error) {
      if (!isUserError(error)) throw error;
      findings.push({ level: "warn", message: `${summary.path}: ${errorMessage(error)}`, fix: error.fix });
    }
  }
  return findings;
}
