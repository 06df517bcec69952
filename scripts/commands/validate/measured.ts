import type { Finding } from "../../../schema/finding.ts";
import type { GateDetail, SessionState } from "../../../schema/session-state.ts";

/** What the gates say now. The details hold what commands printed: redact them before they go anywhere. */
export interface Measured {
  validation: SessionState["validation"];
  details: Record<string, GateDetail>;
  /** Failed validations by gate. */
  attempts: Record<string, number>;
  /** The tree id that the results are held against. */
  tree: string;
  /** The gates that failed, on the files as they are or just now. */
  failed: string[];
  /** The gates that were run just now; the other results are recorded ones. */
  ran: string[];
  /** What a person should know before the task goes on. */
  findings: Finding[];
}
