import type { Line } from "../../../schema/report.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { list } from "../../base/text.ts";
import { checkName } from "../../state/brief/checks.ts";
import { DEFAULTS } from "../shared/defaults.ts";
import type { Workplace } from "../shared/workplace.ts";
import type { HandoffRequest } from "./request.ts";

/** Milliseconds for all gates of one handoff together. */
export function gateBudgetMs({ config }: Workplace): number {
  return (config.handoff?.validate_budget_s ?? DEFAULTS.handoff.validate_budget_s) * 1000;
}

/**
 * Holds the state against `handoff.require`. Throws `UserError` (code 3) when a required check did not pass;
 * with `--force` it is a warning.
 */
export function verifyRequired(
  place: Workplace,
  { validation, validation_details: details }: SessionState,
  request: HandoffRequest,
): Line[] {
  const missing = (place.config.handoff?.require ?? []).filter((gate) => validation[gate] !== "pass");
  if (missing.length === 0) return [];
  const said = missing.map(
    (gate) => `${checkName(gate, details?.[gate])} (${validation[gate] ?? "not known"})`,
  );
  const message = `This repository hands over only what passes, and these did not: ${list(said)}.`;
  if (request.force || request.dryRun)
    return [
      {
        kind: "warn",
        text: request.force ? `${message} Going on all the same, because of --force.` : message,
      },
    ];
  throw new UserError(
    `${message} Nothing was written.`,
    "See why: baton validate. To hand over all the same: --force",
    EXIT.refused,
    {
      details: { required: missing, validation },
    },
  );
}
