import { randomUUID } from "node:crypto";
import type { Learned, Said } from "../../../schema/said.ts";
import { MAX_PATHS, type SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { fingerprints } from "../../git/fingerprint.ts";
import { changesSince } from "../../git/since.ts";
import { defined } from "../../state/absent.ts";
import { baseHead, compose, type Ingredients } from "../../state/compose.ts";
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
  const base = baseHead(options.isNewTask ? null : previous, facts);
  const dirty = facts.changes.slice(0, MAX_PATHS).map((change) => change.path);
  const [sinceBase, marks, configuredProvider] = await Promise.all([
    base === facts.head ? null : ownChangesSince(place, base),
    fingerprints(facts.root, dirty),
    agent.provider?.(facts.root) ?? null,
  ]);
  const state = compose({
    agent: agent.name,
    newSessionId: randomUUID(),
    previous,
    facts,
    sinceBase,
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

/** Without Baton's own files, which somebody may have committed. */
async function ownChangesSince({ repository, agents }: Workplace, base: string | null) {
  const changes = await changesSince(repository, base);
  const isOwn = ownFileTest(agents);
  for (const path of changes?.keys() ?? []) if (isOwn(path)) changes?.delete(path);
  return changes;
}
