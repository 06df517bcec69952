import type { AgentAdapter } from "../../agents/adapter.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";
import type { KeptState, StateStore } from "../../state/store.ts";

/** A session of this working tree, as it was kept last. */
export interface KeptSession extends KeptState {
  /** True when an agent's file holds it. */
  isCurrent: boolean;
}

/** Every kept session of `agents` in this working tree, the one that was written last first. */
export async function keptSessions(
  store: StateStore,
  agents: readonly AgentAdapter[],
): Promise<KeptSession[]> {
  const current = new Map(
    await Promise.all(agents.map(async ({ name }) => [name, await store.current(name)] as const)),
  );
  const names = new Set(agents.map(({ name }) => name));
  const sessions: KeptSession[] = [];
  for await (const kept of store.sessions()) {
    const { agent } = kept.state;
    if (names.has(agent)) sessions.push({ ...kept, isCurrent: current.get(agent) === kept.revision.session });
  }
  return sessions;
}

/** What `<session>`, `<session>@<number>` or a bare number of revision names; of the session its first characters are enough. */
export interface Reference {
  session: string | null;
  number: number | null;
}

export function parseReference(text: string): Reference {
  const match = /^(.*?)(?:@(\d+))?$/s.exec(text);
  const [session = "", number] = [match?.[1], match?.[2]];
  if (/^\d{1,7}$/.test(session) && number === undefined) return { session: null, number: Number(session) };
  return { session: session === "" ? null : session, number: number === undefined ? null : Number(number) };
}

/** The one of `sessions` whose id begins with `id`. Throws `UserError`: code 4 for none, code 5 for several. */
export function pickKept(sessions: readonly KeptSession[], id: string): KeptSession {
  if (id.trim() === "")
    throw new UserError("The session's id is empty.", "See which there are: baton history", EXIT.usage);
  const exact = sessions.filter(({ revision }) => revision.session === id);
  const found = exact.length > 0 ? exact : sessions.filter(({ revision }) => revision.session.startsWith(id));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (only === undefined)
    throw new UserError(
      `No kept session here begins with "${id}".`,
      "See which there are: baton history",
      EXIT.notFound,
    );
  throw new UserError(
    `"${id}" fits ${found.length} sessions: ${list(found.map(({ revision }) => revision.session))}.`,
    "Give more of the id.",
    EXIT.ambiguous,
  );
}

/** One revision of a session. Throws `UserError` (code 4) where it is not kept. */
export async function revisionOf(store: StateStore, session: string, number: number): Promise<KeptState> {
  const kept: number[] = [];
  for await (const one of store.revisions(session)) {
    if (one.revision.number === number) return one;
    kept.push(one.revision.number);
  }
  throw new UserError(
    `The session ${session} has no revision ${number}.`,
    `Kept are ${kept.length === 0 ? "none" : `${kept.at(-1)} to ${kept[0]}`}: baton history ${session}`,
    EXIT.notFound,
  );
}
