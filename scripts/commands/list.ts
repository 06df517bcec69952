import type { Line } from "../../schema/report.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT } from "../base/errors.ts";
import { truncate } from "../base/text.ts";
import { shortAge } from "../base/time.ts";
import { openRepository } from "../git/repository.ts";
import { workingTrees } from "../git/worktrees.ts";
import type { Command, Input, World } from "./command.ts";
import {
  type FoundSession,
  formatBytes,
  placesLookedInto,
  readable,
  searchSessions,
} from "./shared/sessions.ts";
import { openSummaryCache } from "./shared/summary-cache.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--agent <agent>", about: "only this agent's sessions" },
    { flags: "--all", about: "of every repository, not only of this one" },
  ],
  examples: ["baton list", "baton list --agent codex --all"],
  async run(input, world) {
    const agents = await chosenAgents(input, world);
    const store = { home: world.home, env: world.env };
    const isEverywhere = input.options.all === true;
    const [roots, cache] = await Promise.all([
      isEverywhere ? null : openRepository(world.cwd, world.env).then(workingTrees),
      openSummaryCache(world.home, world.env),
    ]);
    const { sessions, failures } = await searchSessions(agents, store, { roots, cache });
    await cache.save(await world.redactor());
    const [failure] = failures;
    if (failure !== undefined && sessions.length === 0) throw failure;
    const now = world.now();
    return {
      ok: failure === undefined,
      exitCode: failure?.code ?? EXIT.done,
      lines: input.json
        ? []
        : sessions.length === 0
          ? await nothingFound(agents, store, roots)
          : [table(sessions, now, isEverywhere)],
      notices: failures.map(({ message, fix }): Line => ({ kind: "warn", text: `${message}\n   ${fix}` })),
      data: {
        sessions: sessions.map(({ summary }) => summary),
        ...(failures.length > 0 && { unreadable: failures.map(({ message, fix }) => ({ message, fix })) }),
      },
    };
  },
};

async function chosenAgents({ options }: Input, world: World): Promise<FoundSession["agent"][]> {
  const agents = await world.agents();
  return readable(typeof options.agent === "string" ? [agentNamed(options.agent, agents)] : agents);
}

function table(sessions: readonly FoundSession[], now: Date, isEverywhere: boolean): Line {
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
  const rows = sessions.map(({ agent, summary }) => [
    truncate(summary.title ?? "(no title)", 50),
    agent.name,
    summary.updatedAt === null ? "?" : shortAge(new Date(summary.updatedAt), now),
    summary.turns === null ? "?" : String(summary.turns),
    formatBytes(summary.size),
    summary.branch ?? "-",
    ...(isEverywhere ? [summary.cwd ?? "?"] : []),
    summary.id,
  ]);
  return { kind: "table", columns, rows, flexible: ["TITLE", "BRANCH", "FOLDER"] };
}

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
