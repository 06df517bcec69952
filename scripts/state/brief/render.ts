import mustache from "mustache";
import type { Brief, BriefRequest } from "../../../schema/brief.ts";
import { truncate } from "../../base/text.ts";
import { Cutter, LEVELS } from "./limits.ts";
import { viewOf } from "./view.ts";

/**
 * Writes the brief. It shows as much as fits into `maxChars`; what had to go is named at its end.
 * A template that cannot be parsed throws the template library's own error.
 */
export function renderBrief(request: BriefRequest): Brief {
  let brief: Brief = { text: "", cut: [] };
  for (const limits of LEVELS) {
    const cutter = new Cutter(limits);
    const view = viewOf(request, cutter);
    const cut = [...new Set(cutter.cut)];
    brief = { text: tidy(fill(request, view)) + cutLine(cut), cut };
    if (brief.text.length <= request.maxChars) return brief;
  }
  // A template that is itself longer than the limit: the end is all that is left to cut.
  const line = cutLine([...brief.cut, "the end of this brief"]);
  return {
    text: truncate(brief.text, Math.max(0, request.maxChars - line.length)) + line,
    cut: [...brief.cut, "the end of this brief"],
  };
}

function fill({ template, parts }: BriefRequest, view: Record<string, unknown>): string {
  // Briefs are Markdown for an agent, not HTML: `<` must stay `<`.
  return mustache.render(template, view, { ...parts }, { escape: (value) => String(value) });
}

/** Sections that had nothing to say leave holes behind: at most one empty line stays. */
function tidy(text: string): string {
  return `${text.replace(/\n{3,}/g, "\n\n").trim()}\n`;
}

function cutLine(cut: readonly string[]): string {
  return cut.length === 0
    ? ""
    : `\nLeft out for length: ${cut.join("; ")}. The whole is in the saved state file.\n`;
}
