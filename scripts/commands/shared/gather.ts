import { randomUUID } from "node:crypto";
import type { OwnWork } from "../../../schema/own-work.ts";
import type { Learned, Said } from "../../../schema/said.ts";
import { MAX_PATHS, type SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { fingerprints } from "../../git/fingerprint.ts";
import { ownWork, type WorkQuestion } from "../../git/own-work.ts";
import { defined } from "../../state/absent.ts";
import { compose, type Ingredients } from "../../state/compose.ts";
import { workBefore } from "../../state/session-files.ts";
import { madeByInit } from "./init-files.ts";
import { ownFileTest, type Workplace } from "./workplace.ts";

export interface GatherOptions {
  now: Date;
  isNewTask: boolean;
  said: Said;
  learned: Learned | null;
  github: Ingredients["github"];
  /** Commits that other sessions in this working tree have recorded as theirs, for one that was gone back to. */
  othersCommits?: () => Promise<readonly string[]>;
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
  const state = compose({
    agent: agent.name,
    newSessionId: randomUUID(),
    previous,
    facts,
    work,
    fingerprints: marks,
    configuredProvider,
    ...options,
  });
  return facts.unseen === undefined ? withoutGap(state) : withEarlierFiles(state, previous, facts.unseen);
}

function withoutGap({ git: { changes_unknown: _, ...git }, ...state }: SessionState): SessionState {
  return { ...state, git };
}

/** What git could not list is not taken for nothing: the files of the state before stay, and the state says why. */
function withEarlierFiles(state: SessionState, previous: SessionState | null, why: string): SessionState {
  const git = { ...state.git, changes_unknown: why };
  if (previous === null) return { ...state, git };
  const { files_modified, files_created, files_deleted } = previous.context;
  const { uncommitted_changes, staged_files, fingerprints: marks } = previous.git;
  return {
    ...state,
    context: { ...state.context, files_modified, files_created, ...defined({ files_deleted }) },
    git: { ...git, uncommitted_changes, staged_files, ...defined({ fingerprints: marks }) },
  };
}

function questionFor(
  previous: SessionState | null,
  { now, isNewTask, learned, othersCommits }: GatherOptions,
): WorkQuestion {
  // A task that begins in the middle of an agent's session begins now, and not with that session.
  const goesOn = isNewTask && previous?.session?.agent_session_id === learned?.agentSessionId;
  return {
    startedAt: goesOn ? null : (learned?.startedAt ?? null),
    recordedHead: goesOn ? null : (learned?.head ?? null),
    now,
    previous: isNewTask || previous === null ? null : workBefore(previous),
    agentBranch: learned?.branch ?? null,
    ...(othersCommits === undefined ? {} : { others: othersCommits }),
  };
}

// A state is gathered once more when the store is locked, from the same facts.
const answers = new WeakMap<Workplace["facts"], Map<string, Promise<OwnWork>>>();

/** What a session did here itself, without what Baton made: its own files, which somebody may have committed, and init's. */
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
  const created = [...work.files].filter(([, kind]) => kind === "created").map(([path]) => path);
  const byInit = await madeByInit(repository, created);
  return { ...work, files: new Map([...work.files].filter(([path]) => !isOwn(path) && !byInit.has(path))) };
}
