import type { StoreEnvironment } from "../../agents/adapter.ts";
import { errorMessage, isUserError } from "../../base/errors.ts";
import { HOW_TO_INSTALL } from "../../base/package.ts";
import { count, list } from "../../base/text.ts";
import { workingTrees } from "../../git/worktrees.ts";
import type { World } from "../command.ts";
import { type FoundSession, readable, searchSessions } from "../shared/sessions.ts";
import { describeStats } from "../shared/stats.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { Sign } from "./sign.ts";

/** How many of an agent's newest sessions are read to the end. */
const READ = 3;
const UPDATE = `Update Baton. ${HOW_TO_INSTALL}`;

/** For each agent whose own sessions can be read: where it was looked, what was found, and what could not be read. */
export async function storeSigns(place: Workplace, world: World): Promise<Sign[]> {
  const store = { home: world.home, env: world.env };
  const roots = await workingTrees(place.repository);
  const signs: Sign[] = [];
  for (const agent of readable(place.agents)) signs.push(...(await storeSign(agent, store, roots)));
  return signs;
}

async function storeSign(
  agent: FoundSession["agent"],
  store: StoreEnvironment,
  roots: readonly string[],
): Promise<Sign[]> {
  const places = await agent.reader.places(store);
  const unknown = places.filter((place) => place.generation === "unknown");
  const where = places.map(({ path, found, generation, note }) => {
    const what = found ? (generation ?? "found") : "not there";
    return `${path} (${what}${note === undefined ? "" : `: ${note}`})`;
  });
  const { sessions, failures } = await searchSessions([agent], store, { roots });
  const newest = sessions.slice(0, READ);
  const faults = (await Promise.all(newest.map((session) => faultIn(session, store)))).filter(
    (fault) => fault !== null,
  );
  const readable = newest.length - faults.filter(({ isReadable }) => !isReadable).length;
  const found =
    sessions.length === 0
      ? "no session of this repository"
      : `${count(sessions.length, "session")} of this repository, ${readable} of the newest ${newest.length} can be read`;
  const told = `${agent.label}'s sessions: looked into ${list(where)}; ${found}`;
  const [failure] = failures;
  const summary: Sign =
    failure !== undefined
      ? { level: "warn", message: `${told}. ${failure.message}`, fix: failure.fix }
      : unknown.length > 0
        ? { level: "warn", message: `${told}. A store of an unknown form cannot be read.`, fix: UPDATE }
        : { level: sessions.length === 0 ? "absent" : "info", message: told };
  return [summary, ...faults.map(({ sign }) => sign)];
}

/** What is wrong with a session, read to its end; null when nothing is. */
async function faultIn(
  { agent, summary }: FoundSession,
  store: StoreEnvironment,
): Promise<{ sign: Sign; isReadable: boolean } | null> {
  try {
    const transcript = await agent.reader.open(store, summary);
    for await (const _ of transcript.entries());
    const skipped = describeStats(transcript.stats);
    if (skipped === null) return null;
    return { sign: { level: "warn", message: `${summary.path}: ${skipped}` }, isReadable: true };
  } catch (error) {
    if (!isUserError(error)) throw error;
    const sign: Sign = {
      level: "warn",
      message: `${summary.path}: ${errorMessage(error)}`,
      fix: error.fix,
    };
    return { sign, isReadable: false };
  }
}
