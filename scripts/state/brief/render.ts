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
    brief = { text: tidy(fill(request, view)) + cutLine(cut, request), cut };
    if (brief.text.length <= request.maxChars) return brief;
  }
  // A template that is itself longer than the limit: the end is all that is left to cut.
  const cut = ["the end of this brief", ...brief.cut];
  const line = cutLine(cut, request);
  return { text: `${firstLines(brief.text, request.maxChars - line.length - 1)}\n${line}`, cut };
}

/** As many lines of `text` as fit into `max`. A fence that they leave open is closed. */
function firstLines(text: string, max: number): string {
  const lines: string[] = [];
  let length = 0;
  let fence = "";
  for (const line of text.split("\n")) {
    const ticks = /^`{3,}/.exec(line)?.[0] ?? "";
    const open = fence === "" ? ticks : line === fence ? "" : fence;
    length += line.length + 1;
    if (length + open.length > max) break;
    lines.push(line);
    fence = open;
  }
  if (lines.length === 0) return truncate(text, Math.max(0, max));
  return [...lines, fence].join("\n").trimEnd();
}

function fill({ template, parts }: BriefRequest, view: Record<string, unknown>): string {
  // Briefs are Markdown for an agent, not HTML: `<` must stay `<`.
  return mustache.render(template, view, { ...parts }, { escape: (value) => String(value) });
}

/** Sections that had nothing to say leave holes behind: at most one empty line stays. */
function tidy(text: string): string {
  return `${text.replace(/\n{3,}/g, "\n\n").trim()}\n`;
}

function cutLine(cut: readonly string[], { maxChars }: BriefRequest): string {
  return cut.length === 0
    ? ""
    : `\nLeft out for length: ${truncate(cut.join("; "), Math.floor(maxChars / 4))}. The whole is in the saved state file.\n`;
}
