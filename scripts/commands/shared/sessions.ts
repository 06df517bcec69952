import type { SessionSummary } from "../../../schema/transcript.ts";
import type {
  AgentAdapter,
  SessionQuery,
  SessionReader,
  StoreEnvironment,
  SummaryCache,
} from "../../agents/adapter.ts";
import { EXIT, isUserError, UserError } from "../../base/errors.ts";
import { list, shellLine, truncate } from "../../base/text.ts";
import { ago } from "../../base/time.ts";

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

/** Which session is meant: its id or the beginning of it, and where to look. */
export interface NamedSession {
  id: string;
  /** The agent whose session it is; null where any agent's will do. */
  agent: AgentAdapter | null;
  /** Every known agent: one of the others may have the session. */
  agents: readonly AgentAdapter[];
  store: StoreEnvironment;
  /** The working trees of this repository, whose sessions come first; null outside of one. */
  roots: readonly string[] | null;
  cache?: SummaryCache;
  now: Date;
}

/**
 * The session whose id is `id` or begins with it: of this repository, else of any other.
 * Throws `UserError`: code 2 for an empty id, code 4 when there is none (it names the agent that has one), code 5 with
 * the candidates when there are several, or why a store could not be read when the session may be in it.
 */
export async function namedSession(wanted: NamedSession): Promise<FoundSession> {
  const { id, agent, agents, store, roots, cache, now } = wanted;
  if (id === "") {
    throw new UserError("The session id is empty.", "See which sessions there are: baton list", EXIT.usage);
  }
  const known = readable(agents);
  const own = agent === null ? known : readable([agent]);
  const options = cache === undefined ? {} : { cache };
  for (const where of roots === null ? [null] : [roots, null]) {
    const { sessions, failures } = await searchSessions(own, store, {
      roots: where,
      withAside: true,
      ...options,
    });
    const fitting = sessionsFitting(sessions, id);
    const [only] = fitting;
    if (fitting.length > 1) throw severalFit(id, fitting, now);
    if (only !== undefined) return only;
    // The session may be in the store that could not be read.
    if (where === null && failures[0] !== undefined) throw failures[0];
  }
  if (agent === null) {
    throw new UserError(`No agent has a session ${id}.`, SEE_LIST, EXIT.notFound);
  }
  const others = known.filter(({ name }) => name !== agent.name);
  const { sessions } = await searchSessions(others, store, { roots: null, withAside: true, ...options });
  const elsewhere = sessionsFitting(sessions, id);
  const owners = [...new Set(elsewhere.map((session) => session.agent.name))];
  if (owners.length === 0) {
    throw new UserError(
      `${agent.name} has no session ${id}, nor has another agent.`,
      SEE_LIST,
      EXIT.notFound,
    );
  }
  throw new UserError(
    `${agent.name} has no session ${id}; ${list(owners)} ${elsewhere.length === 1 ? "has one" : `${owners.length === 1 ? "has" : "have"} ${elsewhere.length}`}.`,
    `See it: ${shellLine(["baton", "show", id])}`,
    EXIT.notFound,
    { details: { candidates: elsewhere.map(({ summary }) => summary) } },
  );
}

const SEE_LIST = "See which there are: baton list (or baton list --all)";

/** The one with exactly this id, else those whose id begins with it. */
function sessionsFitting(sessions: readonly FoundSession[], id: string): FoundSession[] {
  const exact = sessions.filter(({ summary }) => summary.id === id);
  return exact.length > 0 ? exact : sessions.filter(({ summary }) => summary.id.startsWith(id));
}

function severalFit(id: string, sessions: readonly FoundSession[], now: Date): UserError {
  const shortened = shortIds(sessions);
  const shown = sessions.slice(0, MOST_CANDIDATES);
  const width = Math.max(...shown.map((session) => shortened(session).length));
  const lines = shown.map(
    (session) => `  ${describeSession(session, shortened(session).padEnd(width), now)}`,
  );
  if (sessions.length > shown.length) lines.push(`  and ${sessions.length - shown.length} more`);
  return new UserError(
    `${sessions.length} sessions have an id that begins with ${id}:\n${lines.join("\n")}`,
    "Type one of these ids.",
    EXIT.ambiguous,
    { details: { candidates: sessions.map(({ summary }) => summary) } },
  );
}

const MOST_CANDIDATES = 20;
const SHORTEST_ID = 8;

/** Gives each of `sessions` the shortest beginning of its id, of 8 characters or more, that no other one's begins with. */
export function shortIds(sessions: readonly FoundSession[]): (session: FoundSession) => string {
  const ids = [...new Set(sessions.map(({ summary }) => summary.id))].sort();
  const short = new Map<string, string>();
  for (const [i, id] of ids.entries()) {
    // In order, the ids that have most in common stand side by side.
    const common = Math.max(commonLength(id, ids[i - 1] ?? ""), commonLength(id, ids[i + 1] ?? ""));
    short.set(id, id.slice(0, Math.max(SHORTEST_ID, common + 1)));
  }
  return ({ summary }) => short.get(summary.id) ?? summary.id;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function describeSession({ agent, summary }: FoundSession, id: string, now: Date): string {
  const age = summary.updatedAt === null ? null : ago(summary.updatedAt, now);
  return `${id}  ${agent.name}, ${age ?? "of unknown age"}: ${truncate(summary.title ?? "(no title)", 40)}`;
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
