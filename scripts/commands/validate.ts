import type { Line, Report } from "../../schema/report.ts";
import type { SessionState } from "../../schema/session-state.ts";
import type { AgentAdapter } from "../agents/adapter.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT } from "../base/errors.ts";
import type { Command, World } from "./command.ts";
import { nothingSaved } from "./shared/not-saved.ts";
import { newestState } from "./shared/peek.ts";
import { openWorkplace, placeOf, type Workplace } from "./shared/workplace.ts";
import { describeMeasured, describeResults } from "./validate/describe.ts";
import { measureGates } from "./validate/measure.ts";
import type { Measured } from "./validate/measured.ts";
import { withResults } from "./validate/record.ts";

interface Owner {
  agent: AgentAdapter;
  state: SessionState;
}

export const command: Command = {
  arguments: [
    { name: "agent", about: "whose state records the results; without it, the newest", required: false },
  ],
  options: [
    { flags: "--rerun", about: "run gates even where nothing has changed since their last result" },
    { flags: "--all", about: "hold the rules against all files, not only those that the session changed" },
    { flags: "--only <gate>", about: "run this gate alone; repeat for more", repeatable: true },
  ],
  examples: [
    "baton validate",
    "baton validate claude --only tests --rerun",
    "npm run session:validate -- --all",
  ],
  async run(input, world) {
    const place = await openWorkplace(world);
    const [name] = input.args;
    const owner =
      name === undefined
        ? await newestState(place.store, place.agents)
        : await stateOf(place, agentNamed(name, place.agents));
    const only = Array.isArray(input.options.only) ? input.options.only.map(String) : [];
    const measured = await measureGates(place, owner?.state ?? null, world, {
      only,
      rerun: input.options.rerun === true,
      all: input.options.all === true,
      budgetMs: Number.POSITIVE_INFINITY,
    });
    world.signal.throwIfAborted();
    if (owner !== null) await record(place, owner.agent, measured, world);
    return report(measured, only, owner?.agent ?? null, world.now());
  },
};

async function stateOf(place: Workplace, agent: AgentAdapter): Promise<Owner> {
  const stored = await place.store.recover(placeOf(agent));
  if (stored === null) throw await nothingSaved(place, agent);
  return { agent, state: stored.state };
}

async function record(
  place: Workplace,
  agent: AgentAdapter,
  measured: Measured,
  world: World,
): Promise<void> {
  const redactor = await world.redactor();
  await place.store.update([placeOf(agent)], "validate", async ([previous = null]) => [
    // Whoever removed it meanwhile did not mean it to come back.
    previous === null ? null : await redactor.redact(withResults(previous.state, measured)),
  ]);
}

function report(measured: Measured, only: readonly string[], agent: AgentAdapter | null, now: Date): Report {
  const asked = only.length === 0 ? measured : onlyOf(measured, only);
  const failed = asked.failed.length > 0;
  const { validation, details, attempts, tree, ran } = measured;
  const { findings } = asked;
  return {
    ok: !failed,
    exitCode: failed ? EXIT.refused : EXIT.done,
    lines: [...describeMeasured(asked, now), ...advice(asked)],
    answer: describeResults(asked, now)
      .map(({ text }) => text)
      .join("\n"),
    notices: [
      agent === null
        ? {
            kind: "note",
            text: "Nothing was recorded, since no agent has a saved state here. To save one: baton save <agent>",
          }
        : { kind: "note", text: `Recorded in ${agent.stateFile}` },
    ],
    data: {
      agent: agent?.name ?? null,
      path: agent?.stateFile ?? null,
      tree,
      validation,
      validation_details: details,
      validation_attempts: attempts,
      ran,
      findings,
    },
  };
}

/** What concerns the gates that were asked for: of the others nothing is said. */
function onlyOf(measured: Measured, only: readonly string[]): Measured {
  const asked = ([gate]: readonly [string, unknown]) => only.includes(gate);
  return {
    ...measured,
    validation: Object.fromEntries(
      Object.entries(measured.validation).filter(asked),
    ) as Measured["validation"],
    // One that was asked for by its name is named, also where the project has no such thing.
    details: Object.fromEntries(
      Object.entries(measured.details)
        .filter(asked)
        .map(([gate, { applies: _, ...detail }]) => [gate, detail]),
    ),
    failed: measured.failed.filter((gate) => only.includes(gate)),
    findings: measured.findings.filter(({ gate }) => gate === undefined || only.includes(gate)),
  };
}

/** What to do about it. That a gate failed has been said already. */
function advice({ findings }: Measured): Line[] {
  const said = findings.filter((finding) => finding.level !== "fail");
  return said.flatMap((finding): Line[] => [
    { kind: "text", text: "" },
    { kind: "warn", text: finding.message },
    ...(finding.fix === undefined ? [] : [{ kind: "command", text: finding.fix } as const]),
  ]);
}
