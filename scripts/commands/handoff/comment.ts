import type { Brief } from "../../../schema/brief.ts";
import type { Line } from "../../../schema/report.ts";
import { isUserError } from "../../base/errors.ts";
import type { World } from "../command.ts";
import { githubRequest } from "../shared/github.ts";
import type { Workplace } from "../shared/workplace.ts";

export interface CommentOutcome {
  lines: Line[];
  data: Record<string, unknown>;
}

/**
 * Posts the handoff's summary on the branch's pull request, else on its issue; a dry run shows it. What GitHub
 * refuses is told, and does not undo a handoff that is done.
 */
export async function commentOn(
  place: Workplace,
  world: World,
  summary: { title: string; brief: Brief },
  isDryRun: boolean,
): Promise<CommentOutcome> {
  const [{ planComment, applyComment }, request, redactor] = await Promise.all([
    import("../../github/comment.ts"),
    githubRequest(place.repository, world),
    world.redactor(),
  ]);
  try {
    const plan = await planComment(
      request,
      await redactor.redact(`### ${summary.title}\n\n${summary.brief.text}`),
    );
    const where = `${plan.target.kind} #${plan.target.number} (${plan.target.url})`;
    if (isDryRun) {
      const verb = plan.action === "create" ? "post" : "update its comment";
      return {
        lines: [
          { kind: "text", text: `Would ${verb} on ${where}:` },
          { kind: "raw", text: plan.body },
        ],
        data: { action: plan.action, target: plan.target, body: plan.body },
      };
    }
    const done = await applyComment(request, plan);
    const verb = done.action === "create" ? "Posted" : "Updated";
    return {
      lines: [{ kind: "ok", text: `${verb} the summary on ${where}` }],
      data: { ...done, target: plan.target },
    };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return {
      lines: [
        { kind: "warn", text: `The summary was not posted: ${error.message}` },
        { kind: "command", text: error.fix },
      ],
      data: { error: error.message, fix: error.fix },
    };
  }
}
