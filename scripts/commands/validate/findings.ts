import type { Finding } from "../../../schema/finding.ts";
import { count, list } from "../../base/text.ts";
import { escalationDue, type Results } from "../../gates/judge.ts";
import { checkName } from "../../state/brief/checks.ts";

/** What the results of the gates mean for whoever goes on with the task: failures first. */
export function gateFindings(
  results: Results,
  attempts: Readonly<Record<string, number>>,
  agent: string,
): Finding[] {
  const findings: Finding[] = [];
  const { details } = results;
  for (const [gate, result] of Object.entries(results.validation)) {
    const detail = details[gate];
    if (result !== "fail" || detail === undefined) continue;
    findings.push({
      level: "fail",
      message: `${checkName(gate)} failed${detail.reason === undefined ? "" : `: ${detail.reason}`}`,
      ...(detail.command === undefined || detail.exit_code === undefined ? {} : { fix: detail.command }),
    });
  }
  for (const [gate, { modified_files: files }] of Object.entries(details)) {
    if (files === undefined) continue;
    findings.push({
      level: "warn",
      message: `${count(files.length, "file")} changed while ${checkName(gate)} ran, by it or beside it: ${list(files.slice(0, 3))}${files.length > 3 ? "…" : ""}`,
      fix: "Look at them (git diff), then run it again: baton validate",
    });
  }
  const due = escalationDue(attempts, results);
  if (due !== null) {
    findings.push({
      level: "warn",
      message: `${due.violations} STRICT violations are left after ${due.attempts} failed attempts: a stronger agent should take over`,
      fix: `baton handoff ${agent} <stronger agent> --reason escalation`,
    });
  }
  return findings;
}
