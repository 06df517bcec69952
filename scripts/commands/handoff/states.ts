import { randomUUID } from "node:crypto";
import type { SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { isUserError, UserError } from "../../base/errors.ts";
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
  dryRun: boolean,
): Promise<StoredState | null> {
  try {
    return await (dryRun ? place.store.peek(placeOf(agent)) : place.store.recover(placeOf(agent)));
  } catch (error) {
    // Nothing to recover from: the handoff begins a new one. A state of a newer Baton is another matter.
    if (isUserError(error) && error.details.version === undefined) return null;
    throw error;
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
  given: Pick<TargetOptions, "source" | "previous" | "putAway" | "agentSessionId" | "now">,
): Promise<SessionState> {
  const { previous } = given;
  const known = previous === null || previous.provider === "unknown" ? null : previous.provider;
  const provider = asked ?? (await to.provider?.(place.repository.root)) ?? known ?? "unknown";
  return targetState({ ...given, agent: to.name, provider, newSessionId: randomUUID(), reason, why });
}

/** Writes both states as one: after a crash there are the old ones or the new ones. */
export async function writeStates(
  place: Workplace,
  world: World,
  { from, to }: HandoffRequest,
  { source, target }: { source: SessionState; target: SessionState },
  putAway: PutAway | null,
): Promise<void> {
  const redactor = await world.redactor();
  const isSame = from.name === to.name;
  const places = isSame ? [placeOf(to)] : [placeOf(from), placeOf(to)];
  const states = isSame ? [target] : [source, target];
  try {
    world.signal.throwIfAborted();
    await place.store.update(places, () => Promise.all(states.map((state) => redactor.redact(state))));
  } catch (error) {
    if (!isUserError(error)) throw error;
    const kept =
      putAway === null
        ? ""
        : `\n   Your work is in a ${putAway.kind} (${putAway.oid.slice(0, 7)}). To take it back: ${putAway.undo}`;
    throw new UserError(
      `${error.message} The saved states are the old ones.`,
      `${error.fix}${kept}`,
      error.code,
      {
        cause: error,
        details: error.details,
      },
    );
  }
}
