import type { Finding } from "../../../schema/finding.ts";
import { count, list } from "../../base/text.ts";
import { escalationDue } from "../../gates/judge.ts";
import { checkName } from "../../state/brief/checks.ts";
import type { Measured } from "./measured.ts";

/**
 * What the results of the gates mean for whoever goes on with the task: failures first. `agent` is the one that a
 * stronger one may have to take over from; null where one takes over already.
 */
export function gateFindings(
  { failed, attempts, details }: Pick<Measured, "failed" | "attempts" | "details">,
  agent: string | null,
): Finding[] {
  const findings: Finding[] = [];
  for (const gate of failed) {
    const detail = details[gate];
    if (detail === undefined) continue;
    findings.push({
      gate,
      level: "fail",
      message: `${checkName(gate, detail)} failed${detail.reason === undefined ? "" : `: ${detail.reason}`}`,
      ...(detail.command === undefined || detail.exit_code === undefined ? {} : { fix: detail.command }),
    });
  }
  for (const [gate, detail] of Object.entries(details)) {
    const { modified_files: files } = detail;
    if (files === undefined) continue;
    findings.push({
      gate,
      level: "warn",
      message: `${count(files.length, "file")} changed while ${checkName(gate, detail)} ran, by it or beside it: ${list(files.slice(0, 3))}${files.length > 3 ? "…" : ""}`,
      fix: "Look at them (git diff), then run it again: baton validate",
    });
  }
  const due = agent === null ? null : escalationDue(failed, attempts, details);
  if (due !== null) {
    findings.push({
      gate: due.gate,
      level: "warn",
      message: `${due.violations} STRICT violations are left after ${due.attempts} failed attempts: a stronger agent should take over`,
      fix: `baton handoff ${agent} <stronger agent> --reason escalation`,
    });
  }
  return findings;
}
