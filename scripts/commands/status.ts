import type { Drift } from "../../schema/drift.ts";
import type { Line } from "../../schema/report.ts";
import type { GateResult, SessionState } from "../../schema/session-state.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { EXIT, isUserError } from "../base/errors.ts";
import { count, list } from "../base/text.ts";
import { ago } from "../base/time.ts";
import { isDrifted, readDrift } from "../git/drift.ts";
import { checkName } from "../state/brief/checks.ts";
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
      lines: rows.flatMap((row, i) => [
        ...(i === 0 ? [] : [{ kind: "text", text: "" } as const]),
        ...describe(row, row === newest, world.now()),
      ]),
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

/** What stands where, each line within one row of the terminal. */
function describe(row: Row, isNewest: boolean, now: Date): Line[] {
  const name = isNewest ? `${row.agent} (newest)` : row.agent;
  if (row.state === null) {
    return [
      { kind: "title", text: `${name}: cannot be read`, cut: true },
      // Whole: it says what to do about it.
      { kind: "text", text: `   ${row.problem}` },
    ];
  }
  const { state, drift } = row;
  const facts = [
    state.task.status.replaceAll("_", " "),
    ago(state.timestamp, now) ?? "at an unknown time",
    state.git.branch === null ? "no branch" : `on ${state.git.branch}`,
    driftWord(drift),
  ];
  const next = state.task.status === "completed" ? undefined : state.context.next_steps[0];
  const lines = [
    facts.join(", "),
    ...checksIn(state, drift),
    ...(next === undefined ? [] : [`Next: ${next}`]),
  ];
  return [
    { kind: "title", text: `${name}: ${state.task.description ?? "no task is recorded"}`, cut: true },
    ...lines.map((text): Line => ({ kind: "text", text: `   ${text}`, cut: true })),
  ];
}

/** The checks that were measured, those that failed first; none where nothing was. */
function checksIn(state: SessionState, drift: Drift): string[] {
  const named = (wanted: GateResult) =>
    Object.entries(state.validation)
      .filter(([, result]) => result === wanted)
      .map(([gate]) => checkName(gate, state.validation_details?.[gate]));
  const since = drift.checks.length > 0 ? " (files have changed since)" : "";
  const failed = named("fail");
  const rest = [
    ["passed", named("pass")],
    ["stale", named("stale")],
  ] as const;
  const others = rest
    .filter(([, names]) => names.length > 0)
    .map(([word, names]) => `${list(names)} ${word}`);
  return [
    ...(failed.length === 0 ? [] : [`❌ ${list(failed)} failed${since}`]),
    ...(others.length === 0 ? [] : [`Checks: ${others.join(", ")}${failed.length === 0 ? since : ""}`]),
  ];
}

/** The worst difference in a few words. */
function driftWord(drift: Drift): string {
  if (!isDrifted(drift)) return "nothing has changed since";
  if (drift.operation !== null) return `a ${drift.operation} is under way`;
  if (drift.branch !== null) return `now on ${drift.branch.now ?? "no branch"}`;
  if (drift.head === "forward") return `${count(drift.commits.total, "commit")} since`;
  if (drift.head !== "none")
    return drift.head === "back" ? "HEAD was moved back" : "the history was rewritten";
  const files = drift.changed.length + drift.vanished.length + drift.appeared.length;
  if (files > 0) return `${count(files, "file")} changed since`;
  if (drift.staged.length + drift.unstaged.length > 0) return "the staging has changed";
  return "nothing has changed since";
}
