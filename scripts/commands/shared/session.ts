import type { Line } from "../../../schema/report.ts";
import type { Learned } from "../../../schema/said.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { oneLine, truncate } from "../../base/text.ts";
import { isBelowHead } from "../../git/branch.ts";
import { branchOf, chooseSession, type SessionChoice, tipOf } from "../../state/session-choice.ts";
import type { Input, OptionSpec } from "../command.ts";
import { copiesOf } from "../transfer/record.ts";
import type { Workplace } from "./workplace.ts";

export const SESSION_OPTIONS: readonly OptionSpec[] = [
  { flags: "--new", about: "begin a new session, whatever the agent's record says; the current one is kept" },
  { flags: "--same", about: "go on with the current session, whatever the agent's record says" },
];

/** The session that is to be written, as the state that it goes on from. */
export interface ChosenSession {
  /** Null where nothing is carried over and nothing was there before. */
  previous: SessionState | null;
  /** True when a new session begins: of `previous`, another one's state, nothing is carried over. */
  isNew: boolean;
  /** What the person should know about the choice; empty where nothing surprises. */
  lines: Line[];
  /** Commits that the agent's other sessions have recorded as theirs. */
  othersCommits(): Promise<string[]>;
}

/** Throws `UserError` (code 2) for both at once. */
export function wishIn({ options }: Input): "new" | "same" | null {
  if (options.new === true && options.same === true)
    throw new UserError("--new and --same exclude each other.", "Give one of them, or none.", EXIT.usage);
  return options.new === true ? "new" : options.same === true ? "same" : null;
}

/** To which session of `agent` a save belongs, from its current state and from what was read of its own session. */
export async function sessionFor(
  place: Workplace,
  agent: AgentAdapter,
  current: SessionState | null,
  { learned, wish }: { learned: Learned | null; wish: "new" | "same" | null },
): Promise<ChosenSession> {
  const { repository, facts } = place;
  const choice = await chooseSession({
    current,
    learned,
    branch: facts.branch,
    wish,
    others: () => otherSessions(place, agent, current),
    isBelowHead: (state) => isBelowHead(repository, tipOf(state)),
    copiesOf: (id) => copiesOf(repository, agent.name, id),
  });
  const previous = choice.kind === "kept" ? choice.state : current;
  const isNew = choice.kind === "new";
  const lines = current === null ? [] : describeChoice(choice, current, agent);
  if (previous !== null && !isNew) lines.push(...(await otherBranch(place, previous)));
  const id = isNew ? undefined : previous?.session?.id;
  const othersCommits = async () => {
    const sessions = [current, ...(await otherSessions(place, agent, current))];
    const others = sessions.filter((state) => state !== null && state.session?.id !== id);
    return others.flatMap((state) => state?.git.commits?.map(({ oid }) => oid) ?? []);
  };
  return { previous, isNew, lines, othersCommits };
}

async function otherSessions(
  { store }: Workplace,
  agent: AgentAdapter,
  current: SessionState | null,
): Promise<SessionState[]> {
  const others: SessionState[] = [];
  for await (const { state } of store.sessions()) {
    if (state.agent === agent.name && state.session?.id !== current?.session?.id) others.push(state);
  }
  return others;
}

function describeChoice(choice: SessionChoice, current: SessionState, agent: AgentAdapter): Line[] {
  if (choice.kind === "current") return [];
  const kept = `The state of ${titleOf(current)} is kept: baton history ${agent.name}`;
  const reason = {
    said: "",
    conversation:
      choice.kind === "kept"
        ? `: ${agent.label}'s conversation is that of an earlier session`
        : `: ${agent.label}'s conversation is another one`,
    branch: choice.kind === "kept" ? ": it belongs to this branch" : ": you are on another branch",
  }[choice.because];
  const what =
    choice.kind === "kept" ? `Back in the session ${titleOf(choice.state)}` : "A new session begins";
  return [{ kind: "note", text: `${what}${reason}. ${kept}` }];
}

/** A session without commits leaves no trace on its branch: elsewhere the person may not have meant it. */
async function otherBranch({ repository, facts }: Workplace, state: SessionState): Promise<Line[]> {
  if ((state.git.commits ?? []).length > 0) return [];
  const [was, is] = [branchOf(state), facts.branch];
  if (was === null || is === null || was === is) return [];
  if (await isBelowHead(repository, tipOf(state))) return [];
  return [
    { kind: "warn", text: `This session worked on ${oneLine(was)}; ${oneLine(is)} is checked out now.` },
  ];
}

function titleOf({ task, timestamp }: SessionState): string {
  return task.description === undefined
    ? `the session saved ${timestamp}`
    : `"${truncate(oneLine(task.description), 60)}"`;
}
