import type { Line } from "../../schema/report.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { EXIT } from "../base/errors.ts";
import { count, truncate } from "../base/text.ts";
import { shortAge } from "../base/time.ts";
import { openStore, type StateStore } from "../state/store.ts";
import type { Command } from "./command.ts";
import { type KeptSession, keptSessions, pickKept } from "./shared/kept.ts";

/** Characters of an id that are shown: enough to be typed, and hardly ever ambiguous. */
const SHOWN_ID = 8;

export const command: Command = {
  arguments: [
    { name: "agent|session", about: "only this agent's sessions, or the revisions of one", required: false },
  ],
  options: [],
  examples: ["baton history", "baton history claude", "baton history 3f9a12c4"],
  async run(input, world) {
    const repository = await world.measuring().repository;
    const store = openStore(repository);
    const agents = await world.agents();
    const all = await keptSessions(store, agents);
    const wanted = input.args[0];
    const now = world.now();
    const byAgent = agents.find((agent) => agent.name === wanted?.toLowerCase());
    if (wanted !== undefined && byAgent === undefined) return revisionsOf(store, pickKept(all, wanted), now);
    const sessions = byAgent === undefined ? all : all.filter(({ state }) => state.agent === byAgent.name);
    const counts = await Promise.all(
      sessions.map(async ({ revision }) => {
        let n = 0;
        for await (const _ of store.revisions(revision.session)) n += 1;
        return n;
      }),
    );
    return {
      ok: true,
      exitCode: EXIT.done,
      lines:
        sessions.length === 0
          ? [
              {
                kind: "text",
                text: `No session${byAgent === undefined ? "" : ` of ${byAgent.name}`} is kept for ${repository.root}.`,
              },
              { kind: "note", text: `Save one: baton save ${byAgent?.name ?? ""}`.trimEnd() },
            ]
          : [
              table(sessions, counts, now),
              { kind: "note", text: "The revisions of one: baton history <id>" },
            ],
      notices: [],
      data: { sessions: sessions.map((session, i) => describe(session, counts[i] ?? 0)) },
    };
  },
};

function table(sessions: readonly KeptSession[], counts: readonly number[], now: Date): Line {
  return {
    kind: "table",
    columns: ["TASK", "AGENT", "SAVED", "KEPT", "BRANCH", "ID"],
    rows: sessions.map(({ state, revision, isCurrent }, i) => [
      taskOf(state),
      isCurrent ? `${state.agent} (current)` : state.agent,
      shortAge(new Date(state.timestamp), now),
      count(counts[i] ?? 0, "revision"),
      state.git.branch ?? "(detached)",
      revision.session.slice(0, SHOWN_ID),
    ]),
    flexible: ["TASK", "BRANCH"],
  };
}

function describe({ state, revision, isCurrent }: KeptSession, revisions: number): Record<string, unknown> {
  return {
    id: revision.session,
    agent: state.agent,
    task: state.task.description ?? null,
    status: state.task.status,
    state: state.session?.state ?? null,
    branch: state.git.branch,
    saved_at: state.timestamp,
    current: isCurrent,
    revisions,
  };
}

async function revisionsOf(store: StateStore, session: KeptSession, now: Date) {
  const kept: { number: number; state: SessionState }[] = [];
  for await (const { revision, state } of store.revisions(session.revision.session))
    kept.push({ number: revision.number, state });
  const id = session.revision.session;
  const { agent } = session.state;
  const lines: Line[] = [
    { kind: "title", text: `${agent}: ${taskOf(session.state)} (${id})` },
    {
      kind: "table",
      columns: ["REVISION", "SAVED", "STATUS", "BRANCH", "COMMIT", "NEXT STEP"],
      rows: kept.map(({ number, state }) => [
        String(number),
        shortAge(new Date(state.timestamp), now),
        state.task.status,
        state.git.branch ?? "(detached)",
        state.git.last_commit ?? "-",
        truncate(state.context.next_steps[0] ?? "-", 60),
      ]),
      flexible: ["BRANCH", "NEXT STEP"],
    },
    {
      kind: "note",
      text: `To see one: baton restore ${agent} --at ${id.slice(0, SHOWN_ID)}@${kept[0]?.number ?? 1}`,
    },
  ];
  return {
    ok: true,
    exitCode: EXIT.done,
    lines,
    notices: [],
    data: { session: describe(session, kept.length), revisions: kept },
  };
}

function taskOf({ task }: SessionState): string {
  return truncate(task.description ?? "(no task)", 60);
}
