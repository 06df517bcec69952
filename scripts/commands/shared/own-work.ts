import type { Line } from "../../../schema/report.ts";
import type { SessionState } from "../../../schema/session-state.ts";
import { oneLine, shellLine } from "../../base/text.ts";
import { workElsewhere } from "../../state/session-files.ts";

/** What a person who saves should know of the session's work: that it is on another branch, what is not known of it. */
export function describeOwnWork(state: SessionState): Line[] {
  const lines: Line[] = [];
  const place = workElsewhere(state);
  if (place !== null) {
    const [where, ...words] =
      "branch" in place ? [place.branch, place.branch] : ["a detached HEAD", "--detach", place.commit];
    const now = state.git.branch === null ? "HEAD is detached" : `you are on ${state.git.branch}`;
    lines.push({
      kind: "warn",
      text: `This session's work is on ${oneLine(where)}, and ${oneLine(now)} now: its commits and files were read there. To go back: ${shellLine(["git", "switch", ...words])}`,
    });
  }
  const { commits_unknown: unknown } = state.git;
  if (unknown !== undefined) lines.push({ kind: "warn", text: `Left out: ${oneLine(unknown)}.` });
  return lines;
}
