import type { Report } from "../../schema/report.ts";
import type { SessionState } from "../../schema/session-state.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { oneLine } from "../base/text.ts";
import { openStore } from "../state/store.ts";
import type { Command, World } from "./command.ts";
import { keptSessions, pickKept } from "./shared/kept.ts";
import { placeOf } from "./shared/workplace.ts";

export const command: Command = {
  arguments: [
    { name: "agent|session", about: "whose state, or which session, is done with", required: true },
  ],
  options: [],
  examples: ["baton forget claude", "baton forget 3f9a12c4"],
  async run(input, world) {
    const store = openStore(await world.measuring().repository);
    const agents = await world.agents();
    const wanted = input.args[0] ?? "";
    const named = agents.find(({ name }) => name === wanted.toLowerCase());
    if (named !== undefined) return forgetCurrent(named, world);
    const session = pickKept(await keptSessions(store, agents), wanted);
    const owner = agents.find(({ name }) => name === session.state.agent);
    if (session.isCurrent && owner !== undefined) return forgetCurrent(owner, world);
    const redactor = await world.redactor();
    world.signal.throwIfAborted();
    await store.keep(await redactor.redact(archived(session.state)));
    return forgotten(session.state, session.revision.session);
  },
};

async function forgetCurrent(agent: AgentAdapter, world: World): Promise<Report> {
  const store = openStore(await world.measuring().repository);
  const redactor = await world.redactor();
  const session = await store.current(agent.name);
  world.signal.throwIfAborted();
  const previous = await store.forget(placeOf(agent), (state) => redactor.redact(archived(state)));
  if (previous === null) {
    throw new UserError(
      `${agent.name} has no saved state here: ${agent.stateFile} is not there.`,
      `See what is kept: baton history ${agent.name}`,
      EXIT.notFound,
    );
  }
  return forgotten(previous.state, session ?? "");
}

function archived(state: SessionState): SessionState {
  return state.session === undefined ? state : { ...state, session: { ...state.session, state: "archived" } };
}

function forgotten(state: SessionState, session: string): Report {
  const what = state.task.description === undefined ? "" : `: ${oneLine(state.task.description)}`;
  return {
    ok: true,
    exitCode: EXIT.done,
    lines: [
      { kind: "ok", text: `Done with the session of ${state.agent}${what}` },
      { kind: "text", text: "   It is kept in the history; status and the hooks no longer name it." },
      {
        kind: "note",
        text: `To see it: baton history ${session === "" ? state.agent : session}`,
      },
    ],
    notices: [],
    data: { agent: state.agent, session },
  };
}
