import { randomUUID } from "node:crypto";
import type { OwnWork } from "../../../schema/own-work.ts";
import type { Learned, Said } from "../../../schema/said.ts";
import { MAX_PATHS, type SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { fingerprints } from "../../git/fingerprint.ts";
import { ownWork, type WorkQuestion } from "../../git/own-work.ts";
import { compose, type Ingredients } from "../../state/compose.ts";
import { workBefore } from "../../state/session-files.ts";
import { ownFileTest, type Workplace } from "./workplace.ts";

export interface GatherOptions {
  now: Date;
  isNewTask: boolean;
  said: Said;
  learned: Learned | null;
  github: Ingredients["github"];
}

/** Measures what a state of `agent` needs, and composes it. Writes nothing. */
export async function gatherState(
  place: Workplace,
  agent: AgentAdapter,
  previous: SessionState | null,
  options: GatherOptions,
): Promise<SessionState> {
  const { facts } = place;
  const dirty = facts.changes.slice(0, MAX_PATHS).map((change) => change.path);
  const [work, marks, configuredProvider] = await Promise.all([
    workOf(place, questionFor(previous, options)),
    fingerprints(facts.root, dirty),
    agent.provider?.(facts.root) ?? null,
  ]);
  return compose({
    agent: agent.name,
    newSessionId: randomUUID(),
    previous,
    facts,
    work,
    fingerprints: marks,
    configuredProvider,
    ...options,
  });
}

function questionFor(
  previous: SessionState | null,
  { now, isNewTask, learned }: GatherOptions,
): WorkQuestion {
  // A task that begins in the middle of an agent's session begins now, and not with that session.
  const goesOn = isNewTask && previous?.session?.agent_session_id === learned?.agentSessionId;
  return {
    startedAt: goesOn ? null : (learned?.startedAt ?? null),
    recordedHead: goesOn ? null : (learned?.head ?? null),
    now,
    previous: isNewTask || previous === null ? null : workBefore(previous),
  };
}

// A state is gathered once more when the store is locked, from the same facts.
const answers = new WeakMap<Workplace["facts"], Map<string, Promise<OwnWork>>>();

/** What a session did here itself, without Baton's own files, which somebody may have committed. */
export function workOf(place: Workplace, question: WorkQuestion): Promise<OwnWork> {
  const known = answers.get(place.facts) ?? new Map<string, Promise<OwnWork>>();
  answers.set(place.facts, known);
  const { now: _now, ...rest } = question;
  const key = JSON.stringify(rest);
  const answer = known.get(key) ?? measureWork(place, question);
  known.set(key, answer);
  return answer;
}

async function measureWork(
  { repository, facts, agents }: Workplace,
  question: WorkQuestion,
): Promise<OwnWork> {
  const work = await ownWork(repository, facts, question);
  const isOwn = ownFileTest(agents);
  return { ...work, files: new Map([...work.files].filter(([path]) => !isOwn(path))) };
}
