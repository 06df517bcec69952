import type { FileChange, GitFacts } from "../../schema/git-facts.ts";
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
  /** Tracked files that differ from the commit at which the session began; null when that is HEAD, or is gone. */
  sinceBase: ReadonlyMap<string, FileChange["kind"]> | null;
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
  const { said, learned, facts } = given;

  const stood = <T>(field: string, toldAt: string | null | undefined, value: T | undefined) =>
    learned !== null && stands(previous, field, toldAt ?? null) ? value : undefined;
  const task = {
    ...previous?.task,
    ...defined({
      description: pick("task.description", [
        ["flag", said.task],
        ["previous", isSettled(previous, learned) ? previous?.task.description : undefined],
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
  const files = changedFiles(given);
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
      ...omit(previous?.git, ["stash", "escaped_paths"]),
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
      ...previous?.session,
      id: previous?.session?.id ?? given.newSessionId,
      revision: (given.previous?.session?.revision ?? 0) + 1,
      started_at: pick("session.started_at", [
        ["previous", previous?.session?.started_at],
        ["transcript", learned?.startedAt ?? undefined],
        ["default", timestamp(given.now)],
      ]),
      base_head: baseHead(previous, facts),
      state: "active",
      ...defined({
        asked_before: asked.before === 0 ? undefined : asked.before,
        agent_session_id: learned?.agentSessionId ?? previous?.session?.agent_session_id,
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

/** The commit from which "since the session began" is counted. */
export function baseHead(previous: SessionState | null, facts: GitFacts): string | null {
  if (previous?.session?.base_head !== undefined) return previous.session.base_head;
  // A state of an older writer has no such field: it began where it was saved.
  return previous?.git.head ?? previous?.git.last_commit ?? facts.head;
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
