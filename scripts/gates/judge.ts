import { type GateDetail, type GateResult, isMeasured } from "../../schema/session-state.ts";

/** What recorded results are held against. */
export interface Ground {
  /** The tree id of the working tree, as it is now. */
  tree: string;
  /** For trees that results were measured on: the files that have changed since; null when that cannot be told. */
  changedSince: ReadonlyMap<string, readonly string[] | null>;
  /** Gate → whether its result depends on a file. Gates that are not named depend on all files. */
  dependsOn: ReadonlyMap<string, (path: string) => boolean>;
}

export interface Results {
  validation: Record<string, GateResult>;
  details: Record<string, GateDetail>;
}

/**
 * Recorded results as they stand now: what was measured on other files reads `stale`, and its detail keeps the
 * result that it had, with the number of files that have changed since where that is known.
 */
export function currentResults(details: Readonly<Record<string, GateDetail>>, ground: Ground): Results {
  const validation: Results["validation"] = {};
  const judged: Results["details"] = {};
  for (const [gate, detail] of Object.entries(details)) {
    const { files_changed: _, ...measured } = detail;
    const isStale = isMeasured(detail.result) && !isCurrent(gate, detail, ground);
    validation[gate] = isStale ? "stale" : detail.result;
    judged[gate] = isStale ? { ...measured, ...changedFiles(detail, ground) } : measured;
  }
  return { validation, details: judged };
}

/**
 * The gates that failed: on the files as they are, or among those that `ran` just now. While they ran files may have
 * changed, by a gate itself even, and that makes nothing good.
 */
export function failedGates({ validation, details }: Results, ran: readonly string[]): string[] {
  const failed = ran.filter((gate) => details[gate]?.result === "fail");
  return Object.keys(validation).filter((gate) => validation[gate] === "fail" || failed.includes(gate));
}

/** True when a result was measured on what is there now, as far as it matters to the gate. */
export function isCurrent(gate: string, detail: GateDetail, ground: Ground): boolean {
  if (detail.tree === undefined) return false;
  if (detail.tree === ground.tree) return true;
  const dependsOn = ground.dependsOn.get(gate);
  const changed = ground.changedSince.get(detail.tree) ?? null;
  return dependsOn !== undefined && changed !== null && !changed.some(dependsOn);
}

function changedFiles(detail: GateDetail, ground: Ground): { files_changed?: number } {
  const changed = ground.changedSince.get(detail.tree ?? "") ?? null;
  return changed === null ? {} : { files_changed: changed.length };
}

/**
 * Failed validations by gate, one more for each of `ran` that failed. A result that was merely read again is
 * no attempt: nothing was tried in between.
 */
export function countAttempts(
  earlier: Readonly<Record<string, number>>,
  ran: Readonly<Record<string, GateDetail>>,
): Record<string, number> {
  const attempts = { ...earlier };
  for (const [gate, { result }] of Object.entries(ran)) {
    if (result === "fail") attempts[gate] = (attempts[gate] ?? 0) + 1;
  }
  return attempts;
}

/** Failed attempts, and STRICT violations still there, from which on a stronger agent should take over. */
const ESCALATE_AT = { attempts: 2, violations: 3 };

/**
 * The gate of those that failed for which the task should go to a stronger agent, with the figures that say so; null
 * when there is none.
 */
export function escalationDue(
  failed: readonly string[],
  attempts: Readonly<Record<string, number>>,
  details: Results["details"],
): { gate: string; attempts: number; violations: number } | null {
  for (const gate of failed) {
    const tried = attempts[gate] ?? 0;
    const violations = strictViolations(details[gate]);
    if (tried >= ESCALATE_AT.attempts && violations >= ESCALATE_AT.violations) {
      return { gate, attempts: tried, violations };
    }
  }
  return null;
}

/** How many STRICT violations a result has, listed or not. */
export function strictViolations(detail: GateDetail | undefined): number {
  return (
    detail?.violation_totals?.STRICT ??
    (detail?.violations ?? []).filter((violation) => violation.level === "STRICT").length
  );
}
