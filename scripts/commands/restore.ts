import type { Line } from "../../schema/report.ts";
import { type GateResult, isMeasured, type SessionState } from "../../schema/session-state.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { oneLine } from "../base/text.ts";
import { readDrift } from "../git/drift.ts";
import type { Repository } from "../git/repository.ts";
import { isStashed } from "../git/stash.ts";
import type { KeptState } from "../state/store.ts";
import type { Command } from "./command.ts";
import { REASON_OPTION, writeBrief } from "./shared/brief.ts";
import { agentOrNewestState } from "./shared/default-agent.ts";
import { describeDriftLines, describeState } from "./shared/describe.ts";
import { keptSessions, parseReference, pickKept, revisionOf } from "./shared/kept.ts";
import { nothingSaved } from "./shared/not-saved.ts";
import { reasonIn } from "./shared/reason.ts";
import { asSaved, openWorkplace, placeOf, type Workplace } from "./shared/workplace.ts";
import { checkState } from "./validate/check-state.ts";
import { describeChecksOf } from "./validate/describe.ts";

export const command: Command = {
  arguments: [{ name: "agent", about: "whose saved state to show; without it, the newest", required: false }],
  options: [
    { flags: "--prompt", about: "print only the brief, ready to pipe into an agent" },
    {
      flags: "--at <id>",
      about: "a kept session or revision: its id, id@revision, or a revision of the current one",
    },
    { flags: "--for <agent>", about: "who will read the brief" },
    REASON_OPTION,
  ],
  examples: ["baton restore claude", "baton restore claude --prompt --for opencode | pbcopy"],
  async run(input, world) {
    const place = await openWorkplace(world);
    const at =
      input.options.at === undefined ? null : await keptAt(String(input.options.at), input.args[0], place);
    const { agent, lines: taken } = await agentOrNewestState(input.args[0] ?? at?.state.agent, world);
    const reader =
      input.options.for === undefined ? null : agentNamed(String(input.options.for), place.agents);
    const stored =
      at === null
        ? await place.store.recover(placeOf(agent))
        : { state: at.state, path: at.revision.path, remarks: [] };
    if (stored === null) throw await nothingSaved(place, agent);
    const [found, checked, isStashGone] = await Promise.all([
      readDrift(place.repository, await asSaved(place.facts, world), stored.state, world.now()),
      checkState(place, stored.state, world, { run: false, budgetMs: 0 }),
      stashIsGone(place.repository, stored.state),
    ]);
    const state = isStashGone ? withoutStash(checked.state) : checked.state;
    const drift = { ...found, checks: outdatedChecks(found.checks, stored.state, state) };
    const remarks: Line[] = [...taken];
    remarks.push(...stored.remarks.map((text): Line => ({ kind: "warn", text })));
    if (isStashGone)
      remarks.push({
        kind: "note",
        text: "The stash of the handoff is not there any more: it was popped or dropped.",
      });
    const data = {
      agent: agent.name,
      path: stored.path,
      written_by: state.agent,
      state,
      drift,
      remarks: stored.remarks,
    };
    const options = { state, drift, forAgent: reader, reason: reasonIn(input), why: null, now: world.now() };
    if (input.options.prompt === true) {
      const brief = await writeBrief(place, options);
      return {
        ok: true,
        exitCode: EXIT.done,
        lines: [{ kind: "raw", text: brief.text.trimEnd() }],
        notices: remarks,
        data: { ...data, brief: brief.text, cut: brief.cut },
      };
    }
    // Those that are known to be stale are shown as such; of the others nobody knows more than that files have changed.
    const suspected = drift.checks.filter((gate) => state.validation[gate] !== "stale");
    const measured = Object.entries(state.validation)
      .filter(([gate, result]) => isToBeShown(result) && !suspected.includes(gate))
      .map(([gate]) => gate);
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [
        { kind: "title", icon: "📋", text: `Saved session of ${oneLine(state.agent)}` },
        ...describeState(state, world.now()),
        ...describeChecksOf(state, measured, world.now()),
        ...describeDriftLines({ ...drift, checks: suspected }, state.validation_details),
        {
          kind: "note",
          text: `The brief for the next agent: baton restore ${agent.name}${at === null ? "" : ` --at ${String(input.options.at)}`} --prompt`,
        },
      ],
      notices: remarks,
      data,
    };
  },
};

/** The kept state that `--at` names: of the named agent's sessions, or of any agent's. */
async function keptAt(text: string, name: string | undefined, place: Workplace): Promise<KeptState> {
  const agents = name === undefined ? place.agents : [agentNamed(name, place.agents)];
  const sessions = await keptSessions(place.store, agents);
  const { session: id, number } = parseReference(text);
  const session = id === null ? sessions.find(({ isCurrent }) => isCurrent) : pickKept(sessions, id);
  if (session === undefined) {
    throw new UserError(
      `No ${name === undefined ? "agent" : name} has a current session here.`,
      "See what is kept: baton history",
      EXIT.notFound,
    );
  }
  return number === null ? session : revisionOf(place.store, session.revision.session, number);
}

function isToBeShown(result: GateResult): boolean {
  return isMeasured(result) || result === "stale";
}

/** Checks that were measured are judged by what they saw; of the others nobody knows more than that files have changed. */
function outdatedChecks(suspected: readonly string[], saved: SessionState, judged: SessionState): string[] {
  const measured = Object.keys(saved.validation_details ?? {});
  const outdated = measured.filter(
    (gate) => judged.validation[gate] === "stale" && saved.validation[gate] !== "stale",
  );
  return [...suspected.filter((gate) => !measured.includes(gate)), ...outdated];
}

async function stashIsGone(repository: Repository, { git }: SessionState): Promise<boolean> {
  return git.stash !== undefined && !(await isStashed(repository, git.stash.oid));
}

function withoutStash({ git: { stash: _, ...git }, ...state }: SessionState): SessionState {
  return { ...state, git };
}
