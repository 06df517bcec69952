import { join } from "node:path";
import type { Line } from "../../../schema/report.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { PreHandoffAnswer } from "../../gates/pre-handoff.ts";
import { withoutRepositoryVariables } from "../../git/run.ts";
import type { World } from "../command.ts";
import { DEFAULTS } from "../shared/defaults.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { HandoffRequest } from "./request.ts";

const PRE_HANDOFF = ".husky/pre-handoff";

/**
 * Asks the repository's own pre-handoff hook, before anything is written. Answers with what it warned of.
 * Throws `UserError` (code 3) when it says no and `--force` is not given.
 */
export async function askPreHandoff(
  place: Workplace,
  world: World,
  { from, to, reason, force }: HandoffRequest,
): Promise<Line[]> {
  const path = join(place.repository.root, PRE_HANDOFF);
  if (!(await exists(path))) return [];
  const seconds = place.config.handoff?.pre_handoff_timeout_s ?? DEFAULTS.handoff.pre_handoff_timeout_s;
  const { runPreHandoff } = await import("../../gates/pre-handoff.ts");
  const over = world.working(PRE_HANDOFF);
  const answer = await runPreHandoff({
    root: place.repository.root,
    path,
    from: from.name,
    to: to.name,
    reason: reason ?? "",
    env: withoutRepositoryVariables(world.env),
    timeoutMs: seconds * 1000,
    signal: world.signal,
  }).finally(over);
  const said = answer.output.trim();
  if (answer.allowed) return said === "" ? [] : [{ kind: "warn", text: `${PRE_HANDOFF} says:\n${said}` }];
  const message = `${PRE_HANDOFF} ${endOf(answer, seconds)}${said === "" ? "." : `:\n${said}`}`;
  if (force) return [{ kind: "warn", text: `${message}\nGoing on all the same, because of --force.` }];
  throw new UserError(
    `${message}\nNothing was written.`,
    answer.timedOut
      ? "Hand over all the same with --force, or give it more seconds in baton.config.json: handoff.pre_handoff_timeout_s"
      : "Put that right, or hand over all the same with --force.",
    EXIT.refused,
  );
}

function endOf({ exitCode, timedOut }: PreHandoffAnswer, seconds: number): string {
  if (timedOut) return `did not end within ${seconds} s, and was stopped`;
  return exitCode === null ? "did not run to its end" : `says no (exit ${exitCode})`;
}
