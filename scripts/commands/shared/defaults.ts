import type { Config } from "../../../schema/config.ts";

/** The settings where nobody sets anything else. Units are those of `schema/config.ts`. */
export const DEFAULTS = {
  handoff: {
    validate_budget_s: 120,
    pre_handoff_timeout_s: 60,
    transcript: "native",
    // What fits every agent's context, with room to work.
    max_tokens: 150_000,
  },
  github: true,
  redaction: { enabled: true },
  brief: { max_chars: 8000 },
  allow_plugins: false,
} as const satisfies Config;
