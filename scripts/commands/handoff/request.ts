import type { Line } from "../../../schema/report.ts";
import type { Said } from "../../../schema/said.ts";
import type { Reason } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { agentNamed } from "../../agents/index.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";
import type { Input, World } from "../command.ts";
import { agentOrNewest } from "../shared/default-agent.ts";
import { reasonIn } from "../shared/reason.ts";
import { saidIn } from "../shared/said.ts";

/** Where uncommitted work goes; null leaves it where it is. */
export type PutAwayChoice = "commit" | "stash" | null;

/** What was asked for, checked: nothing in it contradicts anything else. */
export interface HandoffRequest {
  from: AgentAdapter;
  to: AgentAdapter;
  /** What the next agent works with; null when it was not said. */
  provider: string | null;
  reason: Reason | null;
  why: string | null;
  said: Said;
  putAway: PutAwayChoice;
  validate: boolean;
  comment: boolean;
  force: boolean;
  launch: boolean;
  dryRun: boolean;
  printBrief: boolean;
}

/** Who hands over to whom. One name alone is the agent that goes on; see `agentOrNewest` for the other one. */
export async function readAgents(
  { args }: Input,
  world: World,
): Promise<{ from: AgentAdapter; to: AgentAdapter; lines: Line[] }> {
  const agents = await world.agents();
  const [first, second] = args;
  if (first === undefined) {
    throw new UserError(
      "A handoff needs the agent that goes on.",
      `Such as: baton handoff codex, or baton handoff claude codex. Agents: ${list(agents.map(({ name }) => name))}`,
      EXIT.usage,
    );
  }
  const to = agentNamed(second ?? first, agents);
  const { agent: from, lines } = await agentOrNewest(
    second === undefined ? undefined : first,
    world,
    `handoff <from> ${to.name}`,
    to,
  );
  return { from, to, lines };
}

/** Throws `UserError` (code 2) for what cannot be done together, or not at all. */
export function readRequest(input: Input, { from, to }: Pick<HandoffRequest, "from" | "to">): HandoffRequest {
  const { options } = input;
  // The provider that was named is the next agent's, not this one's.
  const { provider = null, ...said } = saidIn(input);
  if (from.name === to.name && provider === null) {
    throw new UserError(
      `${from.name} to ${to.name} is a handoff to itself.`,
      `Name another agent, or another provider: baton handoff ${from.name} ${to.name} --provider <name>`,
      EXIT.usage,
    );
  }
  if (options.commit === true && options.stash === true) {
    throw new UserError(
      "--commit and --stash exclude each other.",
      "Commit for long work, stash for quick switches.",
      EXIT.usage,
    );
  }
  const dryRun = options.dryRun === true;
  const launch = options.launch === true && !dryRun;
  if (launch && input.json) {
    throw new UserError(
      "--launch and --json exclude each other: the agent that starts would write into the JSON. Nothing was written.",
      'Leave --launch out: "launch" in the JSON is the command that starts the agent.',
      EXIT.usage,
    );
  }
  if (launch && to.launch === undefined) {
    throw new UserError(
      `Baton does not know how to start ${to.name}. Nothing was written.`,
      `Say it in baton.config.json: "agents": [{ "name": "${to.name}", "launch": ["${to.name}", "{brief}"] }]`,
      EXIT.usage,
    );
  }
  return {
    from,
    to,
    provider,
    reason: reasonIn(input),
    why: typeof options.why === "string" ? options.why : null,
    said,
    putAway: options.commit === true ? "commit" : options.stash === true ? "stash" : null,
    validate: options.validate !== false && !dryRun,
    comment: options.comment === true,
    force: options.force === true,
    launch,
    dryRun,
    printBrief: options.printBrief === true,
  };
}
