import type { Line } from "../../schema/report.ts";
import type { SessionSummary } from "../../schema/transcript.ts";
import type { SessionQuery } from "../agents/adapter.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT, isUserError } from "../base/errors.ts";
import { count, truncate } from "../base/text.ts";
import { shortAge } from "../base/time.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import { workingTrees } from "../git/worktrees.ts";
import type { Command, Input, World } from "./command.ts";
import { wholeNumber } from "./shared/number.ts";
import {
  type FoundSession,
  formatBytes,
  placesLookedInto,
  readable,
  searchSessions,
  shortIds,
} from "./shared/sessions.ts";
import { openSummaryCache } from "./shared/summary-cache.ts";
import { carriedOver } from "./transfer/record.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--agent <agent>", about: "only this agent's sessions" },
    { flags: "--all", about: "of every repository, not only of this one" },
    { flags: "--grep <text>", about: "only those with this text in their title, id or branch, in any case" },
    { flags: "--limit <n>", about: "only the newest n" },
  ],
  examples: ["baton list --limit 10", "baton list --agent codex", "baton list --all --grep login"],
  async run(input, world) {
    const limit = wholeNumber("--limit", input.options.limit, 1, 10);
    const sought = typeof input.options.grep === "string" ? input.options.grep : null;
    const agents = await chosenAgents(input, world);
    const store = { home: world.home, env: world.env };
    const isEverywhere = input.options.all === true;
    const [repository, cache] = await Promise.all([
      repositoryHere(world, isEverywhere),
      openSummaryCache(world.home, world.env),
    ]);
    const roots = isEverywhere || repository === null ? null : await workingTrees(repository);
    const [{ sessions: all, failures }, others, originOf] = await Promise.all([
      searchSessions(agents, store, { roots, cache }),
      otherSessions(agents, world, { roots, cache }),
      repository === null ? () => null : carriedOver(repository),
    ]);
    await cache.save(await world.redactor());
    const [failure] = failures;
    if (failure !== undefined && all.length === 0) throw failure;
    const matching = sought === null ? all : all.filter(({ summary }) => contains(summary, sought));
    const sessions = matching.slice(0, limit ?? matching.length);
    const listing = { idOf: shortIds([...all, ...others]), originOf, now: world.now(), isEverywhere };
    return {
      ok: failure === undefined,
      exitCode: failure?.code ?? EXIT.done,
      lines: input.json
        ? []
        : all.length === 0
          ? await nothingFound(agents, store, roots)
          : sessions.length === 0
            ? [
                {
                  kind: "text",
                  text: `Of ${count(all.length, "session")} none has "${sought}" in its title, id or branch.`,
                },
              ]
            : [table(sessions, listing)],
      notices: [
        ...left(matching.length - sessions.length),
        ...failures.map(({ message, fix }): Line => ({ kind: "warn", text: `${message}\n   ${fix}` })),
      ],
      data: {
        sessions: sessions.map(({ agent, summary }) => withOrigin(summary, originOf(agent.name, summary.id))),
        total: matching.length,
        ...(failures.length > 0 && { unreadable: failures.map(({ message, fix }) => ({ message, fix })) }),
      },
    };
  },
};

type OriginOf = Awaited<ReturnType<typeof carriedOver>>;

async function chosenAgents({ options }: Input, world: World): Promise<FoundSession["agent"][]> {
  const agents = await world.agents();
  return readable(typeof options.agent === "string" ? [agentNamed(options.agent, agents)] : agents);
}

/** Null outside of one, which is no fault where the sessions of all repositories are asked for. */
async function repositoryHere(world: World, isEverywhere: boolean): Promise<Repository | null> {
  try {
    return await openRepository(world.cwd, world.env);
  } catch (error) {
    if (isEverywhere && isUserError(error)) return null;
    throw error;
  }
}

/** Those of the agents that are not listed: a shortened id must not fit one of theirs either. */
async function otherSessions(
  listed: readonly FoundSession["agent"][],
  world: World,
  query: SessionQuery,
): Promise<FoundSession[]> {
  const names = new Set(listed.map(({ name }) => name));
  const others = readable(await world.agents()).filter(({ name }) => !names.has(name));
  return (await searchSessions(others, { home: world.home, env: world.env }, query)).sessions;
}

function contains({ title, id, branch }: SessionSummary, sought: string): boolean {
  const words = sought.toLowerCase();
  return [title, id, branch].some((text) => text?.toLowerCase().includes(words));
}

function left(more: number): Line[] {
  return more === 0 ? [] : [{ kind: "note", text: `and ${more} more, which --limit leaves out` }];
}

function withOrigin(summary: SessionSummary, origin: ReturnType<OriginOf>) {
  return origin === null
    ? summary
    : { ...summary, carried_over_from: { agent: origin.agent, session_id: origin.session } };
}

interface Listing {
  idOf(session: FoundSession): string;
  originOf: OriginOf;
  now: Date;
  isEverywhere: boolean;
}

function table(sessions: readonly FoundSession[], { idOf, originOf, now, isEverywhere }: Listing): Line {
  const columns = [
    "TITLE",
    "AGENT",
    "AGE",
    "TURNS",
    "SIZE",
    "BRANCH",
    ...(isEverywhere ? ["FOLDER"] : []),
    "ID",
  ];
  const rows = sessions.map((session) => {
    const { agent, summary } = session;
    const origin = originOf(agent.name, summary.id);
    return [
      truncate(summary.title ?? "(no title)", LONGEST_TITLE),
      // A copy has the title of its original: the arrow says which is which.
      origin === null ? agent.name : `${agent.name} ← ${origin.agent}`,
      summary.updatedAt === null ? "?" : shortAge(new Date(summary.updatedAt), now),
      summary.turns === null ? "?" : String(summary.turns),
      formatBytes(summary.size),
      summary.branch ?? "-",
      ...(isEverywhere ? [summary.cwd ?? "?"] : []),
      idOf(session),
    ];
  });
  return {
    kind: "table",
    columns,
    rows,
    flexible: ["TITLE", "BRANCH", "FOLDER"],
    droppable: ["BRANCH", "TURNS", "SIZE"],
  };
}

const LONGEST_TITLE = 100;

/** Never "no sessions" without saying where they were looked for. */
async function nothingFound(
  agents: readonly FoundSession["agent"][],
  store: { home: string; env: World["env"] },
  roots: readonly string[] | null,
): Promise<Line[]> {
  const places = await placesLookedInto(agents, store);
  return [
    {
      kind: "text",
      text:
        roots === null
          ? "No agent has a session. Looked into:"
          : `No agent has a session in ${roots.join(", ")}. Looked into:`,
    },
    ...places.map((text): Line => ({ kind: "item", text })),
    ...(roots === null
      ? []
      : [{ kind: "note", text: "Those of other repositories: baton list --all" } satisfies Line]),
  ];
}
