import type { Line } from "../../schema/report.ts";
import type { SessionState } from "../../schema/session-state.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { oneLine } from "../base/text.ts";
import { timestamp } from "../base/time.ts";
import type { Command } from "./command.ts";
import { gatherState } from "./shared/gather.ts";
import { keepPrivate } from "./shared/ignore.ts";
import { describeLesson, lessonFor, TRANSCRIPT_OPTIONS } from "./shared/learn.ts";
import { wholeNumber } from "./shared/number.ts";
import { sessionFor } from "./shared/session.ts";
import { openWorkplace, placeOf } from "./shared/workplace.ts";

export const command: Command = {
  arguments: [
    { name: "agent", about: "whose task needs a stronger agent", required: true },
    { name: "why", about: "what it could not solve", required: true, rest: true },
  ],
  options: [
    { flags: "--attempts <n>", about: "attempts so far; without it, one more than recorded" },
    ...TRANSCRIPT_OPTIONS,
  ],
  examples: ['baton escalate opencode "3 STRICT violations after 2 auto-fix attempts" --attempts 2'],
  async run(input, world) {
    const place = await openWorkplace(world);
    const agent = agentNamed(input.args[0] ?? "", place.agents);
    const why = input.args.slice(1).join(" ").trim();
    if (why === "")
      throw new UserError(
        "The reason is empty.",
        `baton escalate ${agent.name} "what it could not solve"`,
        EXIT.usage,
      );
    const said = wholeNumber("--attempts", input.options.attempts, 0, 2);
    const now = world.now();
    const redactor = await world.redactor();
    const looked = await lessonFor(place.repository, agent, world, input);
    const notices = await keepPrivate(place, [agent]);
    const recorded: NonNullable<SessionState["escalation"]>[] = [];
    const chosen: Line[] = [];
    const { remarks } = await place.store.update([placeOf(agent)], "escalate", async ([stored = null]) => {
      const learned = looked.lesson?.learned ?? null;
      const session = await sessionFor(place, agent, stored?.state ?? null, { learned, wish: null });
      chosen.push(...session.lines);
      const state = await gatherState(place, agent, session.previous, {
        now,
        isNewTask: session.isNew,
        said: {},
        learned,
        github: null,
      });
      const earlier = state.escalation;
      const escalation = {
        ...earlier,
        reason: why,
        attempts: said ?? (earlier?.attempts ?? 0) + 1,
        at: timestamp(now),
        history: [...(earlier?.history ?? []), { reason: why, at: timestamp(now) }],
      };
      recorded.push(escalation);
      return [await redactor.redact({ ...state, escalation })];
    });
    const attempts = recorded[0]?.attempts ?? 0;
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [
        { kind: "ok", text: `Escalation recorded in ${agent.stateFile}: ${oneLine(why)}` },
        { kind: "text", text: `   Attempts so far: ${attempts}` },
        { kind: "text", text: "   Hand it over:" },
        { kind: "command", text: `baton handoff ${agent.name} <agent> --reason escalation` },
      ],
      notices: [
        ...remarks.map((text): Line => ({ kind: "warn", text })),
        ...describeLesson(looked),
        ...chosen,
        ...notices,
      ],
      data: { agent: agent.name, path: agent.stateFile, escalation: recorded[0] },
    };
  },
};
