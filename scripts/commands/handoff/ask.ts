import { join } from "node:path";
import type { Line } from "../../../schema/report.ts";
import type { Reason } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { World } from "../command.ts";
import type { Workplace } from "../shared/workplace.ts";

const PRE_HANDOFF = ".husky/pre-handoff";

/**
 * Asks the repository's own pre-handoff hook, before anything is written. Answers with what it warned of, or null.
 * Throws `UserError` (code 3) when it says no and `force` is not given.
 */
export async function askPreHandoff(
  place: Workplace,
  world: World,
  ask: { from: AgentAdapter; to: AgentAdapter; reason: Reason | null; force: boolean },
): Promise<Line | null> {
  // Looked for here, so that a handoff without the hook does not load what runs it.
  if (!(await exists(join(place.repository.root, PRE_HANDOFF)))) return null;
  const { runPreHandoff } = await import("../../gates/pre-handoff.ts");
  const answer = await runPreHandoff({
    root: place.repository.root,
    from: ask.from.name,
    to: ask.to.name,
    reason: ask.reason ?? "",
    env: world.env,
    signal: world.signal,
  });
  if (answer === null) return null;
  const said = answer.output.trim();
  if (answer.allowed) return said === "" ? null : { kind: "warn", text: `${PRE_HANDOFF} says:\n${said}` };
  const message = `${PRE_HANDOFF} says no (exit ${answer.exitCode})${said === "" ? "." : `:\n${said}`}`;
  if (ask.force) return { kind: "warn", text: `${message}\nGoing on all the same, because of --force.` };
  throw new UserError(
    `${message}\nNothing was written.`,
    "Put that right, or hand over all the same with --force.",
    EXIT.refused,
  );
}
