import type { Drift } from "../../../schema/drift.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import { count, list } from "../../base/text.ts";
import { formatDuration } from "../../base/time.ts";
import { checkName } from "./checks.ts";
import type { Cutter } from "./limits.ts";
import { fence } from "./quote.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The placeholders about what changed since the state was saved. */
export function driftLines(
  drift: Drift | null,
  { validation_details: details }: SessionState,
  cutter: Cutter,
): Record<string, unknown> {
  if (drift === null) return { has_drift: false, drift: [], commits_since: null };
  const lines = describeDrift(drift, details, cutter).map(({ text }) => text);
  const commits = cutter.list("commits since", drift.commits.listed, "items", drift.commits.total);
  return {
    has_drift: lines.length > 0,
    drift: lines,
    commits_since:
      commits.length === 0
        ? null
        : fence(commits.map((c) => `${c.shortOid} ${cutter.line("a commit's subject", c.subject)}`)),
  };
}

const HEAD: Record<Drift["head"], (drift: Drift) => string | null> = {
  none: () => null,
  forward: (drift) => `${count(drift.commits.total, "commit")} since then`,
  back: () => "HEAD was moved back to an earlier commit",
  rewritten: (drift) =>
    `the history was rewritten: the saved commit is not part of it any more${drift.commits.total === 0 ? "" : `, ${count(drift.commits.total, "commit")} came instead`}`,
  // The line about the branch says it.
  elsewhere: () => null,
  unknown: () => "the saved commit is not in this repository (rewritten, or not fetched)",
};

/** One difference, as a line of Markdown. */
export interface Difference {
  text: string;
  /** True for the one that is about commits made since: they can be listed below it. */
  isOfCommits: boolean;
}

/** Each difference between a state and the repository; `details` give the names of its checks. Empty: nothing differs. */
export function describeDrift(
  drift: Drift,
  details: SessionState["validation_details"],
  cutter: Cutter,
): Difference[] {
  const head = HEAD[drift.head](drift);
  const lines: (string | null)[] = [
    drift.operation === null ? null : `git ${drift.operation} is under way: finish it or give it up first`,
    drift.branch === null
      ? null
      : `the branch is now ${name(drift.branch.now, cutter)}, it was ${name(drift.branch.saved, cutter)}`,
    head,
    paths("content changed since", drift.changed, cutter),
    paths("not there any more", drift.vanished, cutter),
    paths("changed only since then", drift.appeared, cutter),
    paths("newly staged", drift.staged, cutter),
    paths("no longer staged", drift.unstaged, cutter),
    drift.checks.length === 0
      ? null
      : `the recorded results of ${list(cutter.list("checks", drift.checks).map((gate) => checkName(gate, details?.[gate])))} no longer apply`,
    drift.ageMs > DAY ? `the state is ${formatDuration(drift.ageMs)} old` : null,
  ];
  return lines
    .filter((line) => line !== null)
    .map((text) => ({ text, isOfCommits: text === head && drift.commits.total > 0 }));
}

function name(branch: string | null, cutter: Cutter): string {
  return branch === null ? "none (detached HEAD)" : cutter.code("the branch", branch);
}

function paths(what: string, all: readonly string[], cutter: Cutter): string | null {
  if (all.length === 0) return null;
  const shown = cutter.list(`files ${what}`, all, "items");
  const more = all.length > shown.length ? ` and ${all.length - shown.length} more` : "";
  return `${what}: ${shown.map((path) => cutter.code("a path", path)).join(", ")}${more}`;
}
