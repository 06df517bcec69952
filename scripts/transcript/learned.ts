import type { Learned } from "../../schema/said.ts";
import type { SessionFacts } from "../../schema/transcript.ts";
import { formatDuration, utcTime } from "../base/time.ts";
import type { Ask } from "./asked.ts";
import type { CutOff } from "./cut-off.ts";
import type { Digest } from "./digest.ts";
import { limitReset, withReadableReset } from "./limit.ts";
import { repositoryPaths } from "./repo-paths.ts";

/**
 * A digest in the terms of the state: paths relative to the working tree, durations and times as people say them.
 * `zone` (an IANA name) is the reader's time zone; without it, it is the machine's.
 */
export function learnedFrom(
  digest: Digest,
  facts: SessionFacts,
  roots: readonly string[],
  zone?: string,
): Learned {
  const { cutOff } = digest;
  const isLimit = cutOff?.by === "rate_limit";
  return {
    description: digest.title,
    status: digest.status,
    asked: {
      listed: digest.asked.listed.map((ask) => askedOf(ask, facts.id)),
      total: digest.asked.total,
      imported: digest.asked.imported,
      hasAnswer: digest.asked.hasAnswer,
    },
    nextSteps: digest.steps?.texts ?? null,
    stepsFrom: digest.steps?.from ?? null,
    stepsAt: digest.steps?.at ?? null,
    askedSinceSteps: digest.askedSinceSteps,
    completedSteps: digest.todos?.completed ?? [],
    timeSpent: digest.activeMs === 0 ? null : formatDuration(digest.activeMs),
    startedAt: digest.startedAt,
    activeAt: digest.updatedAt,
    model: digest.model,
    provider: digest.provider,
    tokens: digest.tokens,
    agentSessionId: facts.id,
    branch: facts.branch,
    continues: facts.continues ?? [],
    ...(facts.head == null ? {} : { head: facts.head }),
    filesTouched: repositoryPaths(digest.filesTouched, roots, facts.cwd),
    filesRead: repositoryPaths(digest.filesRead, roots, facts.cwd),
    tried: digest.tried.map(({ what, said, at }) => ({ what, said, ...(at === null ? {} : { at }) })),
    notes: [
      ...(cutOff === null ? [] : [cutOffNote(cutOff, zone)]),
      ...(digest.stillOpen.length === 0 ? [] : [stillOpenNote(digest.stillOpen)]),
    ],
    cutOff: cutOff?.by ?? null,
    limit: isLimit
      ? { said: cutOff.what, resetsAt: limitReset(cutOff.what, cutOff.at)?.toISOString() ?? null }
      : null,
  };
}

function askedOf({ text, at, session, isAnswered }: Ask, id: string): Learned["asked"]["listed"][number] {
  return {
    text,
    ...(at === null ? {} : { at }),
    session: session ?? id,
    ...(isAnswered ? {} : { unanswered: true }),
  };
}

const CAUSES: Record<CutOff["by"], string> = {
  rate_limit: "by a rate limit",
  error: "by an error",
  user: "by the person",
  open_call: "in the middle of a tool call",
};

/** One line for `context.notes`: that the session was cut off, by what and when. */
export function cutOffNote({ by, what, at }: CutOff, zone?: string): string {
  const said = by === "rate_limit" ? withReadableReset(what, at, zone) : what;
  return `The session was cut off ${CAUSES[by]}${at === null ? "" : ` at ${utcTime(at)}`}${said === "" ? "." : `: ${said}`}`;
}

function stillOpenNote(steps: readonly string[]): string {
  return `Open on an older todo list, from before the plan that was stated last: ${steps.join("; ")}`;
}
