/** The universal session state, version 2.0. `session-state.schema.json` is generated from this file. */
import * as z from "zod/mini";

export const TASK_STATUSES = ["pending", "in_progress", "blocked", "completed"] as const;
export const PRIORITIES = ["low", "medium", "high", "critical"] as const;
const GATE_RESULTS = ["pass", "fail", "not_run", "pending", "skipped", "stale"] as const;
export const REASONS = ["rate_limit", "escalation", "offline", "research", "cost", "other"] as const;
const FACT_SOURCES = [
  "flag",
  "transcript",
  "git",
  "github",
  "gate",
  "config",
  "previous",
  "default",
] as const;

/** The agent's own todo list, the plan that the assistant last stated, or what the person asked last. */
const STEPS_SOURCES = ["todo_list", "stated_plan", "newest_ask"] as const;

/** Paths listed per field; beyond that `truncated` holds the true count. */
export const MAX_PATHS = 200;
/** Commits listed of a session; beyond that `truncated` holds the true count. */
export const MAX_COMMITS = 50;
/** Bytes of a whole state file, as UTF-8. */
export const MAX_STATE_BYTES = 1024 * 1024;

const text = z.string();
const texts = z.array(z.string());
const total = z.number().check(z.int(), z.nonnegative());

const GateResult = z.enum(GATE_RESULTS);

const Task = z.looseObject({
  description: z.optional(text),
  status: z.enum(TASK_STATUSES),
  priority: z.optional(z.enum(PRIORITIES)),
  estimated_time: z.optional(text),
  time_spent: z.optional(text),
});

/** A command that failed, so that the next agent does not repeat it. `said` is the redacted tail of its output. */
const Tried = z.looseObject({
  what: text,
  said: z.optional(text),
  at: z.optional(text),
});

/** Something that the person asked, cut to 500 UTF-16 code units. */
const Asked = z.looseObject({
  text,
  at: z.optional(text),
  /** The agent's own session that it was said in. */
  session: z.optional(text),
  /** True where nothing came back: the session was cut off, or the words still waited to be sent. */
  unanswered: z.optional(z.boolean()),
});

const Context = z.looseObject({
  /** The first ask and the last ten, in order; `truncated` holds the true count. */
  asked: z.optional(z.array(Asked)),
  files_modified: texts,
  files_created: texts,
  files_deleted: z.optional(texts),
  next_steps: texts,
  /** What the next steps were read from; absent where the person gave them, or nobody knows. */
  steps_from: z.optional(z.enum(STEPS_SOURCES)),
  /** How often the person asked for something since the next steps were recorded. */
  asked_since_steps: z.optional(total),
  completed_steps: z.optional(texts),
  notes: z.optional(texts),
  files_touched: z.optional(texts),
  files_read: z.optional(texts),
  tried: z.optional(z.array(Tried)),
  decisions: z.optional(texts),
});

const Stash = z.looseObject({ oid: text, message: text, restore: text });

const Git = z.looseObject({
  branch: z.nullable(text),
  uncommitted_changes: z.boolean(),
  staged_files: texts,
  last_commit: z.nullable(text),
  issues: texts,
  prs: texts,
  head: z.optional(z.nullable(text)),
  upstream: z.optional(z.nullable(text)),
  ahead: z.optional(z.nullable(total)),
  behind: z.optional(z.nullable(total)),
  operation: z.optional(z.nullable(text)),
  worktree: z.optional(z.nullable(text)),
  stash: z.optional(Stash),
  fingerprints: z.optional(z.record(z.string(), z.string())),
  /** The session's own commits, newest first: not those that merges, pulls and rebases brought in from others. */
  commits: z.optional(z.array(z.looseObject({ oid: text, subject: text }))),
  /** What of the session's commits and committed files is not known, and why. */
  commits_unknown: z.optional(text),
  /** Files that an unfinished merge, rebase or the like left in conflict. */
  conflicted_files: z.optional(texts),
  /** Why git could not list the changes when this was saved: the files are those of the save before. */
  changes_unknown: z.optional(text),
  /** Uncommitted files whose names are not UTF-8: in the paths of a state their bytes stand as `\xNN`. */
  escaped_paths: z.optional(texts),
});

const Violation = z.looseObject({
  rule: text,
  level: z.enum(["STRICT", "FLEXIBLE"]),
  file: text,
  line: z.optional(total),
  text: z.optional(text),
  message: text,
  fix: z.optional(text),
});

/** How a gate's result was measured. `tree` is the git tree id of the working tree that it ran on, or `unknown-…` where git could not say. */
const GateDetail = z.looseObject({
  result: GateResult,
  /** What was run, as people call it (`ruff`, `go vet`), where the gate's own name does not say it. */
  label: z.optional(text),
  /** False where a project of this kind has no such gate: then it is not named to anybody. */
  applies: z.optional(z.boolean()),
  tree: z.optional(text),
  at: z.optional(text),
  duration_ms: z.optional(total),
  exit_code: z.optional(z.nullable(z.number())),
  command: z.optional(text),
  reason: z.optional(text),
  output_tail: z.optional(texts),
  violations: z.optional(z.array(Violation)),
  /** True counts, where not all violations are listed. */
  violation_totals: z.optional(z.looseObject({ STRICT: total, FLEXIBLE: total })),
  /** Files that are not the same any more since the gate began: by the gate, or by somebody beside it. */
  modified_files: z.optional(texts),
  /** How many files have changed since a result was measured that is stale now. */
  files_changed: z.optional(total),
});

const Session = z.looseObject({
  id: text,
  /** Grows by one with every write of this session. */
  revision: total,
  started_at: text,
  /** HEAD when the session began: its commits are counted from here. Null on an unborn branch. */
  base_head: z.optional(z.nullable(text)),
  /** When HEAD was there: what was made later in this working tree is the session's. */
  base_at: z.optional(text),
  /** The branch that the session's work is on, where another one was checked out when it was saved. */
  branch: z.optional(z.nullable(text)),
  /** The agent's own session that this was measured from last. */
  agent_session_id: z.optional(text),
  /** All of the agent's own sessions that belong to this task, where there were several; the newest last. */
  agent_sessions: z.optional(texts),
  /** How often the person had asked for something before this session of the agent began. */
  asked_before: z.optional(total),
  model: z.optional(text),
  tokens: z.optional(
    z.looseObject({ input: z.optional(total), output: z.optional(total), total: z.optional(total) }),
  ),
  /** When the person said a field in so many words, by its dotted path; ISO 8601, UTC. */
  said_at: z.optional(z.record(z.string(), z.string())),
  /** Those of the notes that were read from the transcript: the next reading replaces them. */
  learned_notes: z.optional(texts),
  state: z.optional(z.enum(["active", "interrupted", "retired", "archived"])),
});

const Lineage = z.looseObject({
  kind: z.enum(["handoff", "fork"]),
  source_session_id: text,
  source_agent: text,
  source_provider: z.optional(text),
  source_timestamp: text,
  /** The source agent's own session that the state was measured from; absent where none was read. */
  source_agent_session_id: z.optional(text),
  imported_at: text,
  reason: z.optional(z.enum(REASONS)),
  why: z.optional(text),
  /** What the task had taken when it was handed over. */
  time_spent: z.optional(text),
});

const Escalation = z.looseObject({
  reason: text,
  attempts: total,
  at: text,
  history: z.optional(z.array(z.looseObject({ reason: text, at: text }))),
});

export const SessionStateSchema = z.looseObject({
  version: z.literal("2.0"),
  timestamp: text,
  agent: text,
  provider: text,
  task: Task,
  context: Context,
  git: Git,
  validation: z.catchall(
    z.object({ typescript: GateResult, eslint: GateResult, tests: GateResult, strict_rules: GateResult }),
    GateResult,
  ),
  validation_details: z.optional(z.record(z.string(), GateDetail)),
  /** Failed validations of this task since it began, by gate. */
  validation_attempts: z.optional(z.record(z.string(), total)),
  session: z.optional(Session),
  lineage: z.optional(z.nullable(Lineage)),
  bootstrap: z.optional(z.looseObject({ status: z.enum(["pending", "completed"]) })),
  escalation: z.optional(Escalation),
  github: z.optional(z.looseObject({})),
  /** Which source each field came from, by its dotted path. */
  provenance: z.optional(z.record(z.string(), z.enum(FACT_SOURCES))),
  /** True counts of the lists that were cut, by their dotted path. */
  truncated: z.optional(z.record(z.string(), total)),
});

/** What a state says of the core's gates before anything has run. */
export const NOTHING_RUN = {
  typescript: "not_run",
  eslint: "not_run",
  tests: "not_run",
  strict_rules: "not_run",
} as const satisfies SessionState["validation"];

/** True for a result that was measured, and not only noted for want of one. */
export function isMeasured(result: GateResult): boolean {
  return result === "pass" || result === "fail";
}

export type SessionState = z.infer<typeof SessionStateSchema>;
export type TaskStatus = (typeof TASK_STATUSES)[number];
export type Priority = (typeof PRIORITIES)[number];
export type GateResult = (typeof GATE_RESULTS)[number];
export type GateDetail = z.infer<typeof GateDetail>;
export type Violation = z.infer<typeof Violation>;
export type Reason = (typeof REASONS)[number];
export type FactSource = (typeof FACT_SOURCES)[number];
export type Asked = z.infer<typeof Asked>;
export type StepsSource = (typeof STEPS_SOURCES)[number];
export type Lineage = z.infer<typeof Lineage>;
