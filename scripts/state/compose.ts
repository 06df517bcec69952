import type { GitFacts } from "../../schema/git-facts.ts";
import type { OwnWork } from "../../schema/own-work.ts";
import type { Learned, Said } from "../../schema/said.ts";
import { type FactSource, MAX_PATHS, type SessionState } from "../../schema/session-state.ts";
import { timestamp } from "../base/time.ts";
import { defined, dropUndefined, nonEmpty, omit } from "./absent.ts";
import { earlierSteps, isSettled, ownNotes, timeSpent } from "./agent-session.ts";
import { askedSoFar } from "./asked.ts";
import { carriedChecks } from "./carried-checks.ts";
import { saidTimes, stands } from "./said-before.ts";
import { changedFiles, touchedFiles } from "./session-files.ts";

const QUOTED_PLAN = "The next steps are quoted from the plan that the assistant last stated.";

const MAX_AGENT_SESSIONS = 20;

/** Everything that a state is made from. Nothing in it is read from the outside again. */
export interface Ingredients {
  agent: string;
  now: Date;
  /** For a session that begins with this state. */
  newSessionId: string;
  /** The state before this one; null for the first. */
  previous: SessionState | null;
  /** True when the person began another task: of the previous state nothing is carried over. */
  isNewTask: boolean;
  facts: GitFacts;
  /** What the session itself committed and changed. */
  work: OwnWork;
  fingerprints: Readonly<Record<string, string>>;
  said: Said;
  learned: Learned | null;
  /** From the agent's own settings. */
  configuredProvider: string | null;
  github: { issues: string[]; prs: string[]; details: Record<string, unknown> } | null;
}

/**
 * A state from all that is known. For each field the strongest source wins: what the person said, what the agent
 * recorded, git, the previous state of the same session, a default. What nobody knows is absent.
 */
export function compose(given: Ingredients): SessionState {
  const previous = given.isNewTask ? null : given.previous;
  const provenance: Record<string, FactSource> = {};
  const truncated: Record<string, number> = {};
  const pick = picker(provenance);
  const { said, learned, facts, work } = given;

  const stood = <T>(field: string, toldAt: string | null | undefined, value: T | undefined) =>
    learned !== null && stands(previous, field, toldAt ?? null) ? value : undefined;
  const task = {
    ...previous?.task,
    ...defined({
      description: pick("task.description", [
        ["flag", said.task],
        ["previous", isSettled(previous) ? previous?.task.description : undefined],
        ["transcript", learned?.description ?? undefined],
        ["previous", previous?.task.description],
      ]),
      priority: pick("task.priority", [
        ["flag", said.priority],
        ["previous", previous?.task.priority],
      ]),
      estimated_time: pick("task.estimated_time", [
        ["flag", said.estimate],
        ["previous", previous?.task.estimated_time],
      ]),
      time_spent: pick("task.time_spent", [
        ["flag", said.spent],
        ["previous", stood("task.time_spent", learned?.activeAt, previous?.task.time_spent)],
        ["transcript", timeSpent(previous, learned)],
        ["previous", previous?.task.time_spent],
      ]),
    }),
    status:
      pick("task.status", [
        ["flag", said.status],
        ["previous", stood("task.status", learned?.activeAt, previous?.task.status)],
        ["transcript", learned?.status ?? undefined],
        ["previous", previous?.task.status],
        ["default", "in_progress"],
      ]) ?? "in_progress",
  };

  const bounded = bounder(truncated);
  const files = changedFiles(work.files);
  const nextSteps =
    pick("context.next_steps", [
      ["flag", said.next],
      ["previous", stood("context.next_steps", learned?.stepsAt, previous?.context.next_steps)],
      ["transcript", learned?.nextSteps ?? undefined],
      ["previous", nonEmpty(earlierSteps(previous, learned))],
    ]) ?? [];
  const isTold = provenance["context.next_steps"] === "transcript";
  const asked = askedSoFar(previous, learned);
  if (asked.total > asked.listed.length) truncated["context.asked"] = asked.total;
  const toldNotes = [
    ...(learned?.notes ?? []),
    // Nobody is to take the assistant's words for a list that was kept.
    ...(isTold && learned?.stepsFrom === "stated_plan" ? [QUOTED_PLAN] : []),
  ];
  const measured = (field: string, paths: readonly string[]) =>
    pick(field, [["git", bounded(field, paths)]]) ?? [];
  // Which files the agent worked on is told anew by each reading.
  const worked = (field: "files_touched" | "files_read", paths: (from: Learned) => readonly string[]) =>
    pick(`context.${field}`, [
      ["transcript", learned === null ? undefined : nonEmpty(bounded(`context.${field}`, paths(learned)))],
      ["previous", learned === null ? previous?.context[field] : undefined],
    ]);
  const context = {
    ...omit(previous?.context, ["notes", "files_touched", "files_read", "steps_from", "asked_since_steps"]),
    files_modified: measured("context.files_modified", files.modified),
    files_created: measured("context.files_created", files.created),
    files_deleted: measured("context.files_deleted", files.deleted),
    next_steps: nextSteps,
    ...stepsOrigin(previous, learned, provenance["context.next_steps"], asked.added),
    ...defined({
      asked: pick("context.asked", [
        ["transcript", learned?.asked.total ? asked.listed : undefined],
        ["previous", nonEmpty(asked.listed)],
      ]),
      completed_steps: pick("context.completed_steps", [
        ["transcript", nonEmpty(learned?.completedSteps)],
        ["previous", previous?.context.completed_steps],
      ]),
      notes: nonEmpty(unique([...ownNotes(previous, learned), ...toldNotes, ...(said.notes ?? [])])),
      files_touched: worked("files_touched", (from) => touchedFiles(from, files)),
      files_read: worked("files_read", (from) => from.filesRead),
      tried: pick("context.tried", [
        ["transcript", nonEmpty(learned?.tried)],
        ["previous", previous?.context.tried],
      ]),
    }),
  };

  const checks = carriedChecks(previous, given);
  const dirty = facts.changes.length > 0;
  return dropUndefined({
    ...previous,
    version: "2.0",
    timestamp: timestamp(given.now),
    agent: given.agent,
    provider:
      pick("provider", [
        ["flag", said.provider],
        ["transcript", learned?.provider ?? undefined],
        ["config", given.configuredProvider ?? undefined],
        // Some agents have one provider only: then the model tells more.
        ["transcript", learned?.model ?? undefined],
        ["previous", knownProvider(given.previous)],
      ]) ?? "unknown",
    task,
    context,
    git: {
      // The stash of a handoff is named once, in the state that was handed over.
      ...omit(previous?.git, ["stash", "escaped_paths", "conflicted_files", "commits", "commits_unknown"]),
      branch: facts.branch,
      uncommitted_changes: dirty,
      staged_files: bounded(
        "git.staged_files",
        facts.changes.filter((c) => c.staged).map((c) => c.path),
      ),
      last_commit: facts.shortHead,
      issues: given.github?.issues ?? previous?.git.issues ?? [],
      prs: given.github?.prs ?? previous?.git.prs ?? [],
      head: facts.head,
      upstream: facts.upstream,
      ahead: facts.ahead,
      behind: facts.behind,
      operation: facts.operation,
      worktree: facts.worktree,
      fingerprints: boundedRecord("git.fingerprints", given.fingerprints, facts.changes.length, truncated),
      ...defined({
        commits: commitsOf(work, truncated),
        commits_unknown: work.unknown ?? undefined,
        conflicted_files: nonEmpty(
          bounded(
            "git.conflicted_files",
            facts.changes.filter((c) => c.kind === "conflicted").map((c) => c.path),
          ),
        ),
        escaped_paths: nonEmpty(
          bounded(
            "git.escaped_paths",
            facts.changes.filter((c) => c.escaped).map((c) => c.path),
          ),
        ),
      }),
    },
    validation: checks.validation,
    validation_details: Object.keys(checks.details).length === 0 ? undefined : checks.details,
    session: {
      ...omit(previous?.session, ["branch"]),
      id: previous?.session?.id ?? given.newSessionId,
      revision: (previous?.session?.revision ?? 0) + 1,
      started_at: pick("session.started_at", [
        ["previous", previous?.session?.started_at],
        ["transcript", learned?.startedAt ?? undefined],
        ["default", timestamp(given.now)],
      ]),
      base_head: work.base,
      base_at: timestamp(new Date(work.baseAt)),
      state: "active",
      ...defined({
        branch: work.branch === facts.branch ? undefined : work.branch,
        asked_before: asked.before === 0 ? undefined : asked.before,
        agent_session_id: learned?.agentSessionId ?? previous?.session?.agent_session_id,
        agent_sessions: agentSessions(previous, learned),
        model: pick("session.model", [
          ["transcript", learned?.model ?? undefined],
          ["previous", previous?.session?.model],
        ]),
        tokens: pick("session.tokens", [
          ["transcript", learned?.tokens ?? undefined],
          ["previous", previous?.session?.tokens],
        ]),
        learned_notes: learned === null ? previous?.session?.learned_notes : nonEmpty(toldNotes),
        said_at: saidTimes(previous, provenance, given.now),
      }),
    },
    // Who saves has taken over what was handed on.
    bootstrap: previous?.bootstrap === undefined ? undefined : { ...previous.bootstrap, status: "completed" },
    github: given.github?.details ?? previous?.github,
    provenance,
    truncated: Object.keys(truncated).length === 0 ? undefined : truncated,
  }) as SessionState;
}

function commitsOf({ commits }: OwnWork, truncated: Record<string, number>) {
  if (commits === null || commits.total === 0) return commits === null ? undefined : [];
  if (commits.total > commits.listed.length) truncated["git.commits"] = commits.total;
  return commits.listed.map(({ oid, subject }) => ({ oid, subject }));
}

/** All of the agent's own sessions that the task was worked on in; undefined while there is one at most. */
function agentSessions(previous: SessionState | null, learned: Learned | null): string[] | undefined {
  const { agent_sessions: earlier = [], agent_session_id: last } = previous?.session ?? {};
  const ids = [...earlier, last, learned?.agentSessionId ?? undefined].filter((id) => id !== undefined);
  // A session that is read again moves to the end.
  const distinct = ids.filter((id, i) => ids.lastIndexOf(id) === i);
  return distinct.length > 1 ? distinct.slice(-MAX_AGENT_SESSIONS) : undefined;
}

/** What the next steps were read from, and how often the person asked for something since. */
function stepsOrigin(
  previous: SessionState | null,
  learned: Learned | null,
  source: FactSource | undefined,
  askedAnew: number,
): Pick<SessionState["context"], "steps_from" | "asked_since_steps"> {
  const isKept = source === "previous";
  const from =
    source === "transcript" ? learned?.stepsFrom : isKept ? previous?.context.steps_from : undefined;
  const since =
    source === "transcript"
      ? (learned?.askedSinceSteps ?? 0)
      : isKept
        ? (previous?.context.asked_since_steps ?? 0) + askedAnew
        : 0;
  return { ...(from ? { steps_from: from } : {}), ...(since === 0 ? {} : { asked_since_steps: since }) };
}

function knownProvider(previous: SessionState | null): string | undefined {
  return previous === null || previous.provider === "unknown" ? undefined : previous.provider;
}

function picker(provenance: Record<string, FactSource>) {
  return <T>(field: string, candidates: readonly [FactSource, T | undefined][]): T | undefined => {
    for (const [source, value] of candidates) {
      if (value === undefined) continue;
      provenance[field] = source;
      return value;
    }
    return undefined;
  };
}

function bounder(truncated: Record<string, number>) {
  return (field: string, paths: readonly string[]): string[] => {
    if (paths.length > MAX_PATHS) truncated[field] = paths.length;
    return paths.slice(0, MAX_PATHS);
  };
}

function boundedRecord(
  field: string,
  record: Readonly<Record<string, string>>,
  total: number,
  truncated: Record<string, number>,
): Record<string, string> {
  if (total > Object.keys(record).length) truncated[field] = total;
  return { ...record };
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
