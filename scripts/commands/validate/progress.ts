import type { PlannedGate } from "../../gates/index.ts";
import { checkName } from "../../state/brief/checks.ts";
import type { World } from "../command.ts";

/** Shows a person at a terminal which gates are running. Their results are said once, in the report. */
export function progressTo(world: World): {
  onStart(gate: PlannedGate): void;
  onEnd(gate: PlannedGate): void;
} {
  const running = new Map<string, () => void>();
  return {
    onStart: ({ name, label, command }) =>
      running.set(name, world.working(`${label ?? checkName(name)}: ${command}`)),
    onEnd: ({ name }) => running.get(name)?.(),
  };
}
