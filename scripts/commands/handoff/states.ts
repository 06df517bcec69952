import { randomUUID } from "node:crypto";
import type { Line } from "../../../schema/report.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { EXIT, isUserError } from "../../base/errors.ts";
import type { PutAway } from "../../git/wip.ts";
import type { StoredState } from "../../state/store.ts";
import type { World } from "../command.ts";
import { gatherState } from "../shared/gather.ts";
import { placeOf, type Workplace } from "../shared/workplace.ts";
import type { HandoffRequest } from "./request.ts";
import { type TargetOptions, targetState, withStash } from "./target-state.ts";

/** The agent's state as it is now. What cannot be read is set aside and recovered from, except in a dry run. */
export async function previousState(
  place: Workplace,
  agent: AgentAdapter,
  { dryRun }: HandoffRequest,
  notices: Line[],
): Promise<StoredState | null> {
  const tell = (text: string) => notices.push({ kind: "warn", text });
  try {
    const where = placeOf(agent);
    const stored = await (dryRun ? place.store.peek(where) : place.store.recover(where));
    for (const remark of stored?.remarks ?? []) tell(remark);
    return stored;
  } catch (error) {
    // Nothing to recover from: the handoff begins a new one. A state of a newer Baton is another matter.
    if (!isUserError(error) || error.code !== EXIT.unknownFormat || error.details.version !== undefined)
      throw error;
    tell(error.message);
    return null;
  }
}

/** The source's state once its uncommitted work is in a commit or in the stash. */
export async function afterPutAway(
  first: SessionState,
  after: Workplace,
  done: PutAway,
  from: AgentAdapter,
  now: Date,
): Promise<SessionState> {
  const second = await gatherState(after, from, first, {
    now,
    isNewTask: false,
    said: {},
    learned: null,
    github: null,
  });
  const merged = {
    ...second,
    session: first.session,
    provenance: first.provenance,
    git: withStash(second.git, done),
  };
  // Stashed files are the session's work all the same; committed ones are the very files that were checked.
  return done.kind === "stash"
    ? { ...merged, context: first.context }
    : { ...merged, validation: first.validation };
}

/** What the next agent starts from. */
export async function nextState(
  place: Workplace,
  { to, reason, why, provider: asked }: HandoffRequest,
  {
    previous,
    ...given
  }: Pick<TargetOptions, "source" | "putAway" | "agentSessionId" | "now"> & {
    /** What the target had before: its provider goes on where nobody names another. */
    previous: SessionState | null;
  },
): Promise<SessionState> {
  const known = previous === null || previous.provider === "unknown" ? null : previous.provider;
  const provider = asked ?? (await to.provider?.(place.repository.root)) ?? known ?? "unknown";
  return targetState({ ...given, agent: to.name, provider, newSessionId: randomUUID(), reason, why });
}

/** The two states that a handoff leaves, from those that are there: the source's, and the target's where it is another. */
export type ComposeBoth = (
  previous: readonly (StoredState | null)[],
) => Promise<{ source: SessionState; target: SessionState }>;

/**
 * Writes both states as one: after a crash there are the old ones or the new ones. They are composed while nobody
 * else can write, so that what was saved meanwhile is not lost.
 */
export async function writeStates(
  place: Workplace,
  world: World,
  { from, to }: HandoffRequest,
  compose: ComposeBoth,
): Promise<{ source: SessionState; target: SessionState }> {
  const redactor = await world.redactor();
  world.signal.throwIfAborted();
  // From an agent to itself both go to the same place: the source's is kept as a revision of its session.
  const { written } = await place.store.update([placeOf(from), placeOf(to)], "handoff", async (previous) => {
    const both = await compose(previous);
    return [await redactor.redact(both.source), await redactor.redact(both.target)];
  });
  const [source = null, target = null] = written;
  if (source === null || target === null) throw new Error("the store did not ask for the states");
  return { source, target };
}
