import type { Line } from "../../../schema/report.ts";
import { errorMessage } from "../../base/errors.ts";
import type { World } from "../command.ts";
import { DEFAULTS } from "../shared/defaults.ts";
import type { Lesson } from "../shared/learn.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { Transferred } from "../transfer/transfer.ts";
import type { HandoffRequest } from "./request.ts";

export interface Conversation {
  /** Null where nothing was carried over. */
  transferred: Transferred | null;
  lines: Line[];
}

/**
 * Carries the conversation over into the next agent's own store, where both stores are known and the config does not
 * say otherwise (`handoff.transcript`). A conversation that cannot be carried over does not stop the handoff.
 */
export async function carryOver(
  place: Workplace,
  world: World,
  request: HandoffRequest,
  lesson: Lesson | null,
): Promise<Conversation> {
  const { from, to, dryRun } = request;
  const mode = place.config.handoff?.transcript ?? DEFAULTS.handoff.transcript;
  if (lesson === null || mode !== "native" || from.name === to.name || to.writer === undefined) {
    return { transferred: null, lines: [] };
  }
  const { transfer, writable, describeTransfer } = await import("../transfer/transfer.ts");
  try {
    const transferred = await transfer(place.repository, world, lesson.session, writable(to), {
      maxTokens: place.config.handoff?.max_tokens ?? DEFAULTS.handoff.max_tokens,
      includeReasoning: false,
      again: false,
      verify: false,
      dryRun,
      now: world.now(),
    });
    return { transferred, lines: describeTransfer(transferred) };
  } catch (error) {
    world.signal.throwIfAborted();
    const text = `The conversation was not carried over: ${errorMessage(error)} The brief and the state are not touched by that.`;
    return { transferred: null, lines: [{ kind: "warn", text }] };
  }
}
