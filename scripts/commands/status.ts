import type { Drift } from "../../schema/drift.ts";
import type { SessionState } from "../../schema/session-state.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { EXIT, isUserError } from "../base/errors.ts";
import { truncate } from "../base/text.ts";
import { shortAge } from "../base/time.ts";
import { isDrifted, isOld, readDrift } from "../git/drift.ts";
import { isNewer } from "../state/taken-over.ts";
import type { Command, World } from "./command.ts";
import { asSaved, openWorkplace, placeOf, type Workplace } from "./shared/workplace.ts";

type Row = { agent: string; file: string } & (
  | { state: SessionState; drift: Drift; problem: null }
  | { state: null; drift: null; problem: string }
);

export const command: Command = {
  arguments: [],
  options: [],
  examples: ["baton status", 'baton status --json | jq -r ".states[].agent"'],
  async run(_input, world) {
    const place = await openWorkplace(world);
    const rows: Row[] = [];
    for (const agent of place.agents) {
      const row = await rowOf(place, agent, world);
      if (row !== null) rows.push(row);
    }
    if (rows.length === 0) {
      const looked = place.agents.map((agent) => agent.stateFile);
      return {
        ok: true,
        exitCode: EXIT.done,
        lines: [
          { kind: "text", text: `No agent has a saved state in ${place.repository.root}. Looked for:` },
          ...looked.map((text) => ({ kind: "item" as const, text })),
          { kind: "note", text: "Save one: baton save <agent>" },
        ],
        notices: [],
        data: { states: [], looked },
      };
    }
    const newest = newestOf(rows);
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [
        {
          kind: "table",
          columns: ["AGENT", "AGE", "BRANCH", "TASK", "NEXT STEP", "DRIFT"],
          rows: rows.map((row) => cells(row, row === newest, world.now())),
          flexible: ["BRANCH", "TASK", "NEXT STEP"],
        },
      ],
      notices: [],
      data: { states: rows.map((row) => ({ ...row, newest: row === newest })) },
    };
  },
};

async function rowOf(place: Workplace, agent: AgentAdapter, world: World): Promise<Row | null> {
  const row = { agent: agent.name, file: agent.stateFile };
  try {
    const stored = await place.store.peek(placeOf(agent));
    if (stored === null) return null;
    const drift = await readDrift(
      place.repository,
      await asSaved(place.facts, world),
      stored.state,
      world.now(),
    );
    return { ...row, state: stored.state, drift, problem: null };
  } catch (error) {
    if (!isUserError(error)) throw error;
    // One broken state must not hide the others: it gets a row that says what is wrong.
    return { ...row, state: null, drift: null, problem: error.message };
  }
}

function newestOf(rows: readonly Row[]): Row | null {
  let newest: Extract<Row, { problem: null }> | null = null;
  for (const row of rows) {
    if (row.state !== null && (newest === null || isNewer(row.state, newest.state))) newest = row;
  }
  return newest;
}

function cells(row: Row, isNewest: boolean, now: Date): string[] {
  if (row.state === null) return [row.agent, "?", "?", row.problem, "", "unreadable"];
  const { state, drift } = row;
  return [
    isNewest ? `${row.agent} (newest)` : row.agent,
    shortAge(new Date(state.timestamp), now),
    state.git.branch ?? "(detached)",
    truncate(state.task.description ?? "-", 40),
    truncate(state.context.next_steps[0] ?? "-", 40),
    driftWord(drift),
  ];
}

/** The worst difference in a word or two. */
function driftWord(drift: Drift): string {
  if (!isDrifted(drift)) return "none";
  if (drift.operation !== null) return `${drift.operation} under way`;
  if (drift.branch !== null) return "other branch";
  if (drift.head === "forward")
    return `${drift.commits.total} commit${drift.commits.total === 1 ? "" : "s"} since`;
  if (drift.head !== "none") return drift.head === "back" ? "HEAD moved back" : "history rewritten";
  const files = drift.changed.length + drift.vanished.length + drift.appeared.length;
  if (files > 0) return `${files} file${files === 1 ? "" : "s"} changed`;
  if (drift.staged.length + drift.unstaged.length > 0) return "staging changed";
  return isOld(drift) ? "old" : "none";
}
