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

/** Paths listed per field; beyond that `truncated` holds the true count. */
export const MAX_PATHS = 200;
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

const Context = z.looseObject({
  files_modified: texts,
  files_created: texts,
  files_deleted: z.optional(texts),
  next_steps: texts,
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
  /** HEAD at the first save: "since the session began" is counted from here. Null on an unborn branch. */
  base_head: z.optional(z.nullable(text)),
  agent_session_id: z.optional(text),
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
export type Lineage = z.infer<typeof Lineage>;
