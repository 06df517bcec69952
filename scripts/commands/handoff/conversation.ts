import type { Cell } from "../../../schema/report.ts";
import { errorMessage } from "../../base/errors.ts";
import type { World } from "../command.ts";
import { DEFAULTS } from "../shared/defaults.ts";
import type { Lesson } from "../shared/learn.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { Carried, Transferred } from "../transfer/transfer.ts";
import type { HandoffRequest } from "./request.ts";

export interface Conversation {
  /** Null where nothing was carried over. */
  transferred: Transferred | null;
  cells: Cell[];
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
    return { transferred: null, cells: [] };
  }
  const { transfer, writable, whatWasCarried } = await import("../transfer/transfer.ts");
  try {
    const transferred = await transfer(place.repository, world, lesson.session, writable(to), {
      maxTokens: place.config.handoff?.max_tokens ?? DEFAULTS.handoff.max_tokens,
      includeReasoning: false,
      again: false,
      verify: false,
      dryRun,
      now: world.now(),
    });
    return { transferred, cells: describe(transferred, whatWasCarried(transferred.fidelity)) };
  } catch (error) {
    world.signal.throwIfAborted();
    const text = `the conversation was not carried over: ${errorMessage(error)}`;
    return { transferred: null, cells: [{ kind: "warn", text }] };
  }
}

function describe({ target, existed }: Transferred, { what, losses }: Carried): Cell[] {
  const lost: Cell[] =
    losses.length === 0 ? [] : [{ kind: "note", text: `not as it was: ${losses.join(", ")}` }];
  if (target === null) return [{ kind: "text", text: `would carry the conversation over: ${what}` }, ...lost];
  const already = existed ? "already " : "";
  return [{ kind: "ok", text: `conversation ${already}carried over: ${what}` }, ...lost];
}
