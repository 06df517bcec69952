import { REASONS, type Reason } from "../../../schema/session-state.ts";
import type { Input } from "../command.ts";

/** The `--reason` that was given, or null. The parser has checked that it is one of ours. */
export function reasonIn({ options }: Input): Reason | null {
  return REASONS.find((reason) => reason === options.reason) ?? null;
}
