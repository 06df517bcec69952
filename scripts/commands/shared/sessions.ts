import type { SessionSummary } from "../../../schema/transcript.ts";
import type { AgentAdapter, SessionQuery, SessionReader, StoreEnvironment } from "../../agents/adapter.ts";
import { EXIT, isUserError, UserError } from "../../base/errors.ts";
import { list, truncate } from "../../base/text.ts";
import { shortAge } from "../../base/time.ts";

/** A session, and the agent whose store it is in. */
export interface FoundSession {
  agent: AgentAdapter & { reader: SessionReader };
  summary: SessionSummary;
}

/** Those agents whose own store can be read. */
export function readable(agents: readonly AgentAdapter[]): FoundSession["agent"][] {
  return agents.filter((agent): agent is FoundSession["agent"] => agent.reader !== undefined);
}

/** What a search through several agents' stores came to. */
export interface Search {
  /** Newest first. */
  sessions: FoundSession[];
  /** Why a store could not be looked through, or not all of it: one that cannot be read hides none of the others. */
  failures: UserError[];
}

/** The sessions of `agents` that `query` asks for. */
export async function searchSessions(
  agents: readonly FoundSession["agent"][],
  store: StoreEnvironment,
  query: SessionQuery,
): Promise<Search> {
  const sessions: FoundSession[] = [];
  const failures: UserError[] = [];
  for (const agent of agents) {
    try {
      for await (const summary of agent.reader.sessions(store, query)) {
        if (summary.aside === undefined || query.withAside === true) sessions.push({ agent, summary });
      }
    } catch (error) {
      if (!isUserError(error)) throw error;
      failures.push(error);
    }
  }
  return { sessions: newestFirst(sessions), failures };
}

/** A hook of the agent may start a one-shot once it is done: so long after its last record. */
const AFTERWARDS_MS = 2 * 60_000;

/** Whether a one-shot began while another session of its agent was under way: by a hook or a script of that one. */
export function isHelper({ summary }: FoundSession, sessions: readonly FoundSession[]): boolean {
  const begun = Date.parse(summary.startedAt ?? "");
  if (summary.oneShot !== true || Number.isNaN(begun)) return false;
  return sessions.some(({ summary: other }) => {
    if (other.agent !== summary.agent || other.oneShot === true) return false;
    const [from, to] = [Date.parse(other.startedAt ?? ""), Date.parse(other.updatedAt ?? "")];
    return from <= begun && begun <= to + AFTERWARDS_MS;
  });
}

/** The same for whoever needs all of them, newest first. Throws when a store could not be looked through. */
export async function findSessions(
  agents: readonly FoundSession["agent"][],
  store: StoreEnvironment,
  query: SessionQuery,
): Promise<FoundSession[]> {
  const { sessions, failures } = await searchSessions(agents, store, query);
  if (failures[0] !== undefined) throw failures[0];
  return sessions;
}

// Each time is read once, and not at each of the comparisons.
function newestFirst(sessions: readonly FoundSession[]): FoundSession[] {
  return sessions
    .map((session) => ({ session, time: timeOf(session.summary) }))
    .sort((a, b) => b.time - a.time)
    .map(({ session }) => session);
}

function timeOf({ updatedAt, startedAt }: SessionSummary): number {
  return Date.parse(updatedAt ?? startedAt ?? "") || 0;
}

/**
 * The session whose id is `id` or begins with it.
 * Throws `UserError`: code 4 when there is none, code 5 with the candidates when there are several.
 */
export function pickSession(sessions: readonly FoundSession[], id: string, now: Date): FoundSession {
  const exact = sessions.filter(({ summary }) => summary.id === id);
  const candidates = exact.length > 0 ? exact : sessions.filter(({ summary }) => summary.id.startsWith(id));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  if (only === undefined) {
    throw new UserError(
      `No agent has a session ${id}.`,
      "See which there are: baton list (or baton list --all)",
      EXIT.notFound,
    );
  }
  const lines = candidates.map((session) => `  ${describeSession(session, now)}`);
  throw new UserError(
    `${id} fits ${candidates.length} sessions:\n${lines.join("\n")}`,
    "Give more of the id.",
    EXIT.ambiguous,
    { details: { candidates: candidates.map(({ summary }) => summary) } },
  );
}

function describeSession({ agent, summary }: FoundSession, now: Date): string {
  const age =
    summary.updatedAt === null ? "unknown age" : `${shortAge(new Date(summary.updatedAt), now)} old`;
  return `${summary.id}  ${agent.name}  ${truncate(summary.title ?? "(no title)", 60)}  ${age}, ${formatBytes(summary.size)}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(0)} KB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
  return `${(bytes / 1024 ** 3).toFixed(2)} GB`;
}

/** Where an agent's sessions were looked for, in words, for when there are none. */
export async function placesLookedInto(
  agents: readonly FoundSession["agent"][],
  store: StoreEnvironment,
): Promise<string[]> {
  const lines: string[] = [];
  for (const agent of agents) {
    const places = await agent.reader.places(store);
    const seen = places.map(
      ({ path, found, note }) =>
        `${path}${found ? "" : " (not there)"}${note === undefined ? "" : ` (${note})`}`,
    );
    lines.push(`${agent.label}: ${seen.length === 0 ? "nowhere" : list(seen)}`);
  }
  return lines;
}
