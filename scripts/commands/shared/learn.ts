import { realpath } from "node:fs/promises";
import type { Line } from "../../../schema/report.ts";
import type { Learned } from "../../../schema/said.ts";
import type { ReadStats } from "../../../schema/transcript.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { isInside } from "../../base/files.ts";
import type { Repository } from "../../git/repository.ts";
import { workingTrees } from "../../git/worktrees.ts";
import type { Input, OptionSpec, World } from "../command.ts";
import { type FoundSession, findSessions, isHelper, pickSession, readable } from "./sessions.ts";
import { describeStats } from "./stats.ts";
import { openSummaryCache } from "./summary-cache.ts";

export const TRANSCRIPT_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--session-id <id>",
    about: "which session of the agent to read; its first characters are enough",
  },
  { flags: "--no-transcript", about: "do not look into what the agent itself recorded" },
];

/** Where all projects' sessions lie together there may be thousands. A few are looked into again as fast as written down. */
const WORTH_REMEMBERING = 100;

/** What the agent's own record of the session tells. */
export interface Lesson {
  session: FoundSession;
  learned: Learned;
  stats: ReadStats;
}

/**
 * Reads the agent's newest session in this working tree, else in another one of the repository, or the one that
 * `sessionId` names. Null when the agent has no readable store, or no session here.
 */
export async function learn(
  repository: Repository,
  agent: AgentAdapter,
  world: World,
  sessionId: string | null,
): Promise<Lesson | null> {
  const [reader] = readable([agent]);
  if (reader === undefined) return null;
  const store = { home: world.home, env: world.env };
  const roots = await workingTrees(repository);
  const cache = await openSummaryCache(world.home, world.env);
  const withAside = sessionId !== null;
  const sessions = await findSessions([reader], store, { roots, cache, withAside });
  if (cache.added >= WORTH_REMEMBERING) await cache.save(await world.redactor());
  const session =
    sessionId === null
      ? await newestHere(sessions, repository.root, roots)
      : pickSession(sessions, sessionId, world.now());
  if (session === null) return null;
  const [transcript, { digest }, { learnedFrom }] = await Promise.all([
    reader.reader.open(store, session.summary),
    import("../../transcript/digest.ts"),
    import("../../transcript/learned.ts"),
  ]);
  const result = await digest(transcript);
  return { session, learned: learnedFrom(result, transcript.facts, roots), stats: transcript.stats };
}

/**
 * Two agents may work in two working trees at once: this tree's own session comes first, however old it is. What a hook
 * of a session started beside it is none.
 */
export async function newestHere(
  sessions: readonly FoundSession[],
  root: string,
  roots: readonly string[],
): Promise<FoundSession | null> {
  const nested = roots.filter((other) => other !== root && isInside(root, other));
  const own = sessions.filter((session) => !isHelper(session, sessions));
  for (const session of own) {
    const { cwd } = session.summary;
    const folder = cwd === null ? null : await realpath(cwd).catch(() => cwd);
    if (folder !== null && isInside(root, folder) && !nested.some((other) => isInside(other, folder)))
      return session;
  }
  return own[0] ?? null;
}

/** What the agent recorded, unless the person does not want it to be looked at. */
export async function lessonFor(
  repository: Repository,
  agent: AgentAdapter,
  world: World,
  { options }: Input,
): Promise<Lesson | null> {
  if (options.transcript === false) return null;
  return learn(repository, agent, world, typeof options.sessionId === "string" ? options.sessionId : null);
}

/** Which session was read, and what could not be. */
export function describeLesson(lesson: Lesson | null): Line[] {
  if (lesson === null) return [];
  const { summary } = lesson.session;
  const stats = describeStats(lesson.stats);
  const lines: Line[] = [
    {
      kind: "note",
      text: `Read from ${lesson.session.agent.label}'s session ${summary.id}${summary.title === null ? "" : `, "${summary.title}"`}`,
    },
  ];
  if (stats !== null) lines.push({ kind: "warn", text: `${summary.path}: ${stats}` });
  return lines;
}
