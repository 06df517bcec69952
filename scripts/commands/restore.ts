import type { Line } from "../../schema/report.ts";
import { type GateResult, isMeasured, type SessionState } from "../../schema/session-state.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT } from "../base/errors.ts";
import { oneLine } from "../base/text.ts";
import { readDrift } from "../git/drift.ts";
import type { Repository } from "../git/repository.ts";
import { isStashed } from "../git/stash.ts";
import type { Command } from "./command.ts";
import { REASON_OPTION, writeBrief } from "./shared/brief.ts";
import { describeDriftLines, describeState } from "./shared/describe.ts";
import { nothingSaved } from "./shared/not-saved.ts";
import { reasonIn } from "./shared/reason.ts";
import { asSaved, openWorkplace, placeOf } from "./shared/workplace.ts";
import { checkState } from "./validate/check-state.ts";
import { describeChecksOf } from "./validate/describe.ts";

export const command: Command = {
  arguments: [{ name: "agent", about: "whose saved state to show", required: true }],
  options: [
    { flags: "--prompt", about: "print only the brief, ready to pipe into an agent" },
    { flags: "--for <agent>", about: "who will read the brief" },
    REASON_OPTION,
  ],
  examples: ["baton restore claude", "baton restore claude --prompt --for opencode | pbcopy"],
  async run(input, world) {
    const place = await openWorkplace(world);
    const agent = agentNamed(input.args[0] ?? "", place.agents);
    const reader =
      input.options.for === undefined ? null : agentNamed(String(input.options.for), place.agents);
    const stored = await place.store.recover(placeOf(agent));
    if (stored === null) throw await nothingSaved(place, agent);
    const [found, checked, isStashGone] = await Promise.all([
      readDrift(place.repository, await asSaved(place.facts, world), stored.state, world.now()),
      checkState(place, stored.state, world, { run: false, budgetMs: 0 }),
      stashIsGone(place.repository, stored.state),
    ]);
    const state = isStashGone ? withoutStash(checked.state) : checked.state;
    const drift = { ...found, checks: outdatedChecks(found.checks, stored.state, state) };
    const remarks: Line[] = stored.remarks.map((text) => ({ kind: "warn", text }));
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
        { kind: "note", text: `The brief for the next agent: baton restore ${agent.name} --prompt` },
      ],
      notices: remarks,
      data,
    };
  },
};

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
