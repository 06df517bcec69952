import type { GitFacts } from "../../schema/git-facts.ts";
import { type GateDetail, isMeasured, NOTHING_RUN, type SessionState } from "../../schema/session-state.ts";

/** What checks said, by gate, and how that was measured. */
export interface Checks {
  validation: SessionState["validation"];
  details: Record<string, GateDetail>;
}

/** The files as they are: what is uncommitted, and marks of its content. */
interface Files {
  facts: GitFacts;
  fingerprints: Readonly<Record<string, string>>;
}

/** Earlier results, marked stale where the files are not those any more on which they were measured. */
export function carriedChecks(previous: SessionState | null, now: Files): Checks {
  if (previous === null) return { validation: NOTHING_RUN, details: {} };
  const isSame = sameTree(previous, now);
  const validation: Checks["validation"] = { ...NOTHING_RUN };
  for (const [gate, result] of Object.entries(previous.validation)) {
    validation[gate] = !isSame && isMeasured(result) ? "stale" : result;
  }
  return { validation, details: previous.validation_details ?? {} };
}

function sameTree(previous: SessionState, { facts, fingerprints }: Files): boolean {
  const was = previous.git.fingerprints;
  if (was === undefined || previous.git.head !== facts.head) return false;
  // Of more files than have marks nobody knows.
  if (facts.changes.length > Object.keys(fingerprints).length) return false;
  const paths = Object.keys(was);
  return (
    paths.length === Object.keys(fingerprints).length &&
    paths.every((path) => was[path] === fingerprints[path])
  );
}
