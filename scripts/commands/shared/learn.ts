import { realpath } from "node:fs/promises";
import type { Line } from "../../../schema/report.ts";
import type { Learned } from "../../../schema/said.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import type { ReadStats } from "../../../schema/transcript.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { isInside } from "../../base/files.ts";
import type { Repository } from "../../git/repository.ts";
import { workingTrees } from "../../git/worktrees.ts";
import { conversationsOf } from "../../state/session-choice.ts";
import { openStore } from "../../state/store.ts";
import { pendingHandoff } from "../../state/taken-over.ts";
import type { Input, OptionSpec, World } from "../command.ts";
import { writtenSessions } from "../transfer/record.ts";
import { peekOrNull } from "./peek.ts";
import {
  type FoundSession,
  findSessions,
  isHelper,
  namedSession,
  placesLookedInto,
  readable,
} from "./sessions.ts";
import { describeStats } from "./stats.ts";
import { openSummaryCache } from "./summary-cache.ts";
import { placeOf } from "./workplace.ts";

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

/** What came of looking for the agent's own session. */
export interface Lookup {
  lesson: Lesson | null;
  /** Where there is no lesson although one was looked for: why, and where it was looked for. */
  missing: Line[];
  /** What the person who reads now should know of the session, such as when its limit ends. */
  remarks: Line[];
}

/** Where nobody looked for a session, nothing is missing. */
export const NOTHING_LOOKED_FOR: Lookup = { lesson: null, missing: [], remarks: [] };

/**
 * Reads the agent's newest session in this working tree, else in another one of the repository, or the one that
 * `sessionId` names. `current` is the agent's saved state: sessions that cannot have added to it do not count, which
 * are those of before a handoff and untouched copies that Baton wrote.
 */
async function lookUp(
  repository: Repository,
  agent: AgentAdapter,
  world: World,
  current: SessionState | null,
  sessionId: string | null,
): Promise<Lookup> {
  const [reader] = readable([agent]);
  if (reader === undefined) return NOTHING_LOOKED_FOR;
  const store = { home: world.home, env: world.env };
  const roots = await workingTrees(repository);
  const cache = await openSummaryCache(world.home, world.env);
  const sessions = sessionId === null ? await findSessions([reader], store, { roots, cache }) : [];
  const session =
    sessionId === null
      ? await newestHere(await sessionsThatCount(sessions, current, repository), repository.root, roots)
      : await namedSession({
          id: sessionId,
          agent,
          agents: await world.agents(),
          store,
          roots,
          cache,
          now: world.now(),
        });
  if (cache.added >= WORTH_REMEMBERING) await cache.save(await world.redactor());
  if (session === null) {
    const missing = await nothingRead(reader, store, sessions, current);
    return { lesson: null, missing, remarks: [] };
  }
  const [transcript, { digest }, { learnedFrom }] = await Promise.all([
    reader.reader.open(store, session.summary),
    import("../../transcript/digest.ts"),
    import("../../transcript/learned.ts"),
  ]);
  const learned = learnedFrom(await digest(transcript), transcript.facts, roots);
  const remarks = await limitLines(learned, agent, world.now());
  return { lesson: { session, learned, stats: transcript.stats }, missing: [], remarks };
}

async function limitLines({ limit }: Learned, agent: AgentAdapter, now: Date): Promise<Line[]> {
  if (limit === null) return [];
  const { describeLimit } = await import("../../transcript/limit.ts");
  return [{ kind: "note", text: describeLimit(limit, agent.label, now) }];
}

/** Those that can have added to `current`, an agent's saved state: see `lookUp`. */
export async function sessionsThatCount(
  sessions: readonly FoundSession[],
  current: SessionState | null,
  repository: Repository,
): Promise<FoundSession[]> {
  const own = current === null ? new Set<string>() : conversationsOf(current);
  const written = await writtenSessions(repository);
  const isUntouched = ({ agent, summary }: FoundSession) =>
    written.some(
      (copy) =>
        copy.agent === agent.name &&
        copy.session === summary.id &&
        !isAfter(summary.updatedAt, copy.updatedAt),
    );
  const handoff = current === null ? null : pendingHandoff(current);
  return sessions.filter(
    (session) =>
      own.has(session.summary.id) ||
      (!isUntouched(session) &&
        (handoff === null || isAfter(session.summary.updatedAt, handoff.imported_at))),
  );
}

function isAfter(time: string | null, other: string): boolean {
  return time !== null && Date.parse(time) > Date.parse(other);
}

async function nothingRead(
  agent: FoundSession["agent"],
  store: { home: string; env: World["env"] },
  sessions: readonly FoundSession[],
  current: SessionState | null,
): Promise<Line[]> {
  const lines: Line[] =
    sessions.length > 0
      ? [
          {
            kind: "note",
            text:
              current !== null && pendingHandoff(current) !== null
                ? `${agent.label} has no session here since the handoff. Recorded are git and what you say.`
                : `${agent.label} has only sessions here that Baton carried over and nobody went on with. Recorded are git and what you say.`,
          },
        ]
      : [
          {
            kind: "warn",
            text: `${agent.label} has no session of this repository. Recorded are git and what you say. Looked into:`,
          },
          ...(await placesLookedInto([agent], store)).map((text): Line => ({ kind: "item", text })),
        ];
  return lines;
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
): Promise<Lookup> {
  if (options.transcript === false) return NOTHING_LOOKED_FOR;
  const current = await peekOrNull(openStore(repository), placeOf(agent));
  const over = world.working(`Reading ${agent.label}'s session`);
  const id = typeof options.sessionId === "string" ? options.sessionId : null;
  return lookUp(repository, agent, world, current?.state ?? null, id).finally(over);
}

/** Which session was read, and what could not be; or why none was. */
export function describeLesson({ lesson, missing, remarks }: Lookup): Line[] {
  if (lesson === null) return missing;
  const { summary } = lesson.session;
  const stats = describeStats(lesson.stats);
  const lines: Line[] = [
    {
      kind: "note",
      text: `Read from ${lesson.session.agent.label}'s session ${summary.id}${summary.title === null ? "" : `, "${summary.title}"`}`,
    },
  ];
  if (stats !== null) lines.push({ kind: "warn", text: `${summary.path}: ${stats}` });
  return [...lines, ...remarks];
}
