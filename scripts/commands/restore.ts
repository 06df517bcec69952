import { agentNamed } from "../agents/index.ts";
import { EXIT } from "../base/errors.ts";
import { readDrift } from "../git/drift.ts";
import type { Command } from "./command.ts";
import { REASON_OPTION, writeBrief } from "./shared/brief.ts";
import { describeDriftLines, describeState } from "./shared/describe.ts";
import { nothingSaved } from "./shared/not-saved.ts";
import { reasonIn } from "./shared/reason.ts";
import { openWorkplace, placeOf } from "./shared/workplace.ts";

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
    const { state } = stored;
    const drift = await readDrift(place.repository, place.facts, state, world.now());
    const remarks = stored.remarks.map((text) => ({ kind: "warn" as const, text }));
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
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [
        { kind: "title", icon: "📋", text: `Restoring session from ${state.agent}` },
        ...describeState(state),
        ...describeDriftLines(drift),
        { kind: "note", text: `The brief for the next agent: baton restore ${agent.name} --prompt` },
      ],
      notices: remarks,
      data,
    };
  },
};
