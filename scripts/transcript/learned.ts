import type { Learned } from "../../schema/said.ts";
import type { SessionFacts } from "../../schema/transcript.ts";
import { formatDuration } from "../base/time.ts";
import type { CutOff } from "./cut-off.ts";
import type { Digest } from "./digest.ts";
import { repositoryPaths } from "./repo-paths.ts";

/** A digest in the terms of the state: paths relative to the working tree, durations as people say them. */
export function learnedFrom(digest: Digest, facts: SessionFacts, roots: readonly string[]): Learned {
  return {
    description: digest.title,
    status: digest.status,
    nextSteps: digest.todos?.open ?? digest.plan,
    stepsAreQuoted: digest.todos === null && digest.plan !== null,
    stepsAt: digest.stepsAt,
    completedSteps: digest.todos?.completed ?? [],
    timeSpent: digest.activeMs === 0 ? null : formatDuration(digest.activeMs),
    startedAt: digest.startedAt,
    activeAt: digest.updatedAt,
    model: digest.model,
    provider: digest.provider,
    tokens: digest.tokens,
    agentSessionId: facts.id,
    continues: facts.continues ?? [],
    ...(facts.head == null ? {} : { head: facts.head }),
    filesTouched: repositoryPaths(digest.filesTouched, roots, facts.cwd),
    filesRead: repositoryPaths(digest.filesRead, roots, facts.cwd),
    tried: digest.tried.map(({ what, said, at }) => ({ what, said, ...(at === null ? {} : { at }) })),
    notes: digest.cutOff === null ? [] : [cutOffNote(digest.cutOff)],
    cutOff: digest.cutOff?.by ?? null,
  };
}

const CAUSES: Record<CutOff["by"], string> = {
  rate_limit: "by a rate limit",
  error: "by an error",
  user: "by the person",
  open_call: "in the middle of a tool call",
};

/** One line for `context.notes`: that the session was cut off, by what and when. */
export function cutOffNote({ by, what, at }: CutOff): string {
  return `The session was cut off ${CAUSES[by]}${at === null ? "" : ` at ${at}`}${what === "" ? "." : `: ${what}`}`;
}
