import type { Brief } from "../../../schema/brief.ts";
import type { Drift } from "../../../schema/drift.ts";
import { REASONS, type Reason, type SessionState } from "../../../schema/session-state.ts";
import type { AgentAdapter } from "../../agents/adapter.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { carriedOverInto, isEscalated, pendingHandoff } from "../../state/taken-over.ts";
import type { OptionSpec } from "../command.ts";
import { DEFAULTS } from "./defaults.ts";
import { loadTemplate } from "./templates.ts";
import type { Workplace } from "./workplace.ts";

/** UTF-16 code units of a brief, where the config says nothing else. */

export const REASON_OPTION: OptionSpec = {
  flags: "-r, --reason <reason>",
  about: "why the agent changes; picks the brief's template",
  choices: REASONS,
};

export interface BriefOptions {
  state: SessionState;
  drift: Drift | null;
  /** Who reads it; null when that is not known. */
  forAgent: AgentAdapter | null;
  reason: Reason | null;
  why: string | null;
  now: Date;
}

/** The brief of a state, from the repository's own template or ours. */
export async function writeBrief(place: Workplace, options: BriefOptions): Promise<Brief> {
  const { state, forAgent } = options;
  const handoff = pendingHandoff(state);
  const reason = options.reason ?? handoff?.reason ?? (isEscalated(state) ? "escalation" : null);
  const writer = handoff?.source_agent ?? state.agent;
  const isForReader = forAgent === null || forAgent.name === state.agent;
  const { template, parts, path } = await loadTemplate(place.repository.root, reason, forAgent?.name ?? null);
  const { renderBrief } = await import("../../state/brief/render.ts");
  try {
    return renderBrief({
      state,
      drift: options.drift,
      fromLabel: labelOf(writer, place.agents),
      toLabel: forAgent?.label ?? null,
      reason,
      why: options.why,
      carriedOverInto: isForReader ? carriedOverInto(state) : null,
      template,
      parts,
      maxChars: place.config.brief?.max_chars ?? DEFAULTS.brief.max_chars,
      now: options.now,
    });
  } catch (error) {
    throw new UserError(
      `The brief could not be written from ${path}: ${error instanceof Error ? error.message : String(error)}`,
      "Fix the placeholders in that template, or remove it to go back to the one of Baton.",
      EXIT.failed,
      { cause: error },
    );
  }
}

function labelOf(name: string, agents: readonly AgentAdapter[]): string {
  return agents.find((agent) => agent.name === name)?.label ?? name;
}
