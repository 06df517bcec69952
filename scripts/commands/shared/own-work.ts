import type { Line } from "../../../schema/report.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import { oneLine, shellLine } from "../../base/text.ts";
import { branchElsewhere } from "../../state/session-files.ts";

/** What a person who saves should know of the session's work: that it is on another branch, what is not known of it. */
export function describeOwnWork(state: SessionState): Line[] {
  const lines: Line[] = [];
  const branch = branchElsewhere(state);
  if (branch !== null) {
    const now =
      state.git.branch === null ? "HEAD is detached now" : `you are on ${oneLine(state.git.branch)} now`;
    lines.push({
      kind: "warn",
      text: `This session's work is on ${oneLine(branch)}, ${now}. Its commits and files were read there. To go back: ${shellLine(["git", "switch", branch])}`,
    });
  }
  const { commits_unknown: unknown } = state.git;
  if (unknown !== undefined) lines.push({ kind: "warn", text: `Left out: ${oneLine(unknown)}.` });
  return lines;
}
