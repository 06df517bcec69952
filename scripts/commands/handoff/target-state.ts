import type { Reason, SessionState } from "../../../schema/session-state.ts";
import { timestamp } from "../../base/time.ts";
import type { PutAway } from "../../git/wip.ts";

export interface TargetOptions {
  source: SessionState;
  agent: string;
  provider: string;
  newSessionId: string;
  reason: Reason | null;
  why: string | null;
  putAway: PutAway | null;
  /** The target's own session that the conversation was carried over into; null where it was not. */
  agentSessionId: string | null;
  now: Date;
}

/** The state that the next agent starts from: the task and the facts of the source, under the target's own name. */
export function targetState(options: TargetOptions): SessionState {
  const { source, now } = options;
  const {
    agent_session_id: readFrom,
    agent_sessions: _ids,
    model: _model,
    tokens: _tokens,
    ...session
  } = source.session ?? { id: "", revision: 0, started_at: timestamp(now) };
  const asked = source.truncated?.["context.asked"] ?? source.context.asked?.length;
  return {
    ...source,
    timestamp: timestamp(now),
    agent: options.agent,
    provider: options.provider,
    git: withStash(source.git, options.putAway),
    session: {
      ...session,
      id: options.newSessionId,
      revision: 1,
      state: "active",
      started_at: timestamp(now),
      ...(asked === undefined ? {} : { asked_before: asked }),
      ...(options.agentSessionId === null ? {} : { agent_session_id: options.agentSessionId }),
    },
    lineage: {
      kind: "handoff",
      source_session_id: source.session?.id ?? "",
      source_agent: source.agent,
      source_provider: source.provider,
      source_timestamp: source.timestamp,
      ...(readFrom === undefined ? {} : { source_agent_session_id: readFrom }),
      imported_at: timestamp(now),
      ...(options.reason === null ? {} : { reason: options.reason }),
      ...(options.why === null ? {} : { why: options.why }),
      ...(source.task.time_spent === undefined ? {} : { time_spent: source.task.time_spent }),
    },
    bootstrap: { status: "pending" },
  };
}

/** Stashed work is named in the state, since the files themselves no longer show it. */
export function withStash(git: SessionState["git"], putAway: PutAway | null): SessionState["git"] {
  if (putAway?.kind !== "stash") return git;
  return { ...git, stash: { oid: putAway.oid, message: putAway.message, restore: putAway.undo } };
}
