import type { GateDetail } from "../../../schema/session-state.ts";
import type { PlannedGate } from "../../gates/index.ts";
import { checkName } from "../../state/brief/checks.ts";
import type { World } from "../command.ts";
import { KINDS, resultLine } from "./describe.ts";

/** Tells a person at a terminal which gate runs; says nothing elsewhere. */
export function progressTo(world: World): {
  onStart?(gate: PlannedGate): void;
  onEnd?(gate: PlannedGate, detail: GateDetail): void;
} {
  if (!world.interactive) return {};
  return {
    onStart: (gate) =>
      world.say({ kind: "note", text: `… ${gate.label ?? checkName(gate.name)}: ${gate.command}` }),
    onEnd(gate, detail) {
      if (detail.tree !== undefined) {
        world.say({
          kind: KINDS[detail.result],
          text: resultLine(gate.name, detail.result, detail, world.now()),
        });
      }
    },
  };
}
