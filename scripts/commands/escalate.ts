import type { Line, Report } from "../../schema/report.ts";
import type { SessionState } from "../../schema/session-state.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { oneLine } from "../base/text.ts";
import { timestamp } from "../base/time.ts";
import type { Command, World } from "./command.ts";
import { gatherState } from "./shared/gather.ts";
import { keepPrivate } from "./shared/ignore.ts";
import { describeLesson, lessonFor, TRANSCRIPT_OPTIONS } from "./shared/learn.ts";
import { wholeNumber } from "./shared/number.ts";
import { sessionFor } from "./shared/session.ts";
import { openWorkplace, placeOf, type Workplace } from "./shared/workplace.ts";

/** As many as the checks have failed on this task, by the gate that failed most often. */
function failedAttempts({ validation_attempts: attempts }: SessionState): number {
  return Math.max(0, ...Object.values(attempts ?? {}));
}

/** Removes the escalation from the agent's state. Throws `UserError` (code 4) where there is none. */
async function withdraw(place: Workplace, agent: AgentAdapter, world: World): Promise<Report> {
  const redactor = await world.redactor();
  const none = new UserError(
    `Nothing was escalated for ${agent.name}.`,
    `What is saved: baton restore ${agent.name}`,
    EXIT.notFound,
  );
  const taken: NonNullable<SessionState["escalation"]>[] = [];
  const { remarks } = await place.store.update([placeOf(agent)], "escalate", async ([previous = null]) => {
    if (previous?.state.escalation === undefined) throw none;
    const { escalation, ...state } = previous.state;
    taken.push(escalation);
    return [
      await redactor.redact({
        ...state,
        ...(state.session === undefined
          ? {}
          : { session: { ...state.session, revision: state.session.revision + 1 } }),
      } as SessionState),
    ];
  });
  return {
    ok: true,
    exitCode: EXIT.done,
    lines: [
      {
        kind: "ok",
        text: `Escalation withdrawn from ${agent.stateFile}: ${oneLine(taken[0]?.reason ?? "")}`,
      },
    ],
    notices: remarks.map((text): Line => ({ kind: "warn", text })),
    data: { agent: agent.name, path: agent.stateFile, withdrawn: taken[0] },
  };
}

export const command: Command = {
  arguments: [
    { name: "agent", about: "whose task needs a stronger agent", required: true },
    { name: "why", about: "what it could not solve", required: false, rest: true },
  ],
  options: [
    { flags: "--attempts <n>", about: "attempts so far; without it, those that were recorded" },
    { flags: "--withdraw", about: "take the escalation back: the agent goes on by itself" },
    ...TRANSCRIPT_OPTIONS,
  ],
  examples: [
    "baton escalate opencode --withdraw",
    'baton escalate opencode "3 STRICT violations after 2 auto-fix attempts" --attempts 2',
  ],
  async run(input, world) {
    const place = await openWorkplace(world);
    const agent = agentNamed(input.args[0] ?? "", place.agents);
    if (input.options.withdraw === true) return withdraw(place, agent, world);
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
        othersCommits: session.othersCommits,
        said: {},
        learned,
        github: null,
      });
      const earlier = state.escalation;
      const escalation = {
        ...earlier,
        reason: why,
        attempts: said ?? Math.max((earlier?.attempts ?? 0) + 1, failedAttempts(state)),
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
