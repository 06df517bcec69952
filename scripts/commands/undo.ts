import type { Line } from "../../schema/report.ts";
import { agentNamed } from "../agents/index.ts";
import { EXIT, UserError } from "../base/errors.ts";
import { list } from "../base/text.ts";
import { openStore } from "../state/store.ts";
import type { Command } from "./command.ts";

export const command: Command = {
  arguments: [
    {
      name: "agent",
      about: "whose last change to take back; without it, the last one of all",
      required: false,
    },
  ],
  options: [],
  examples: ["baton undo", "baton undo claude"],
  async run(input, world) {
    const store = openStore(await world.measuring().repository);
    const agent = input.args[0] === undefined ? null : agentNamed(input.args[0], await world.agents());
    world.signal.throwIfAborted();
    const change = await store.undo(agent?.name ?? null);
    if (change === null) {
      throw new UserError(
        `No change${agent === null ? "" : ` of ${agent.name}'s state`} is noted here that could be taken back.`,
        "See what is kept: baton history",
        EXIT.notFound,
      );
    }
    const whose = list(change.places.map((place) => place.agent));
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [
        { kind: "ok", text: `Taken back: ${change.what} of ${change.at} (${whose})` },
        ...change.places.map(
          ({ agent: name, file, before }): Line => ({
            kind: "text",
            text:
              before === null
                ? `   ${name}: ${file} is gone again, as before`
                : `   ${name}: ${file} is again revision ${before.number} of ${before.session}`,
          }),
        ),
      ],
      notices:
        change.what === "handoff"
          ? [
              {
                kind: "note",
                text: "Only the saved states went back. A commit or stash, the brief, and the conversation in the other agent's own store stay.",
              },
            ]
          : [],
      data: { change },
    };
  },
};
