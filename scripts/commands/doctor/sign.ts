import type { Finding } from "../../../schema/finding.ts";

/** What doctor sees: a finding, or (`absent`) something that is not there, which is no fault. */
export interface Sign extends Omit<Finding, "level"> {
  level: Finding["level"] | "absent";
}
