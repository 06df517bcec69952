import { escapeControls, oneLine, truncate } from "../../base/text.ts";

/** Text from outside as one line of a brief: no control characters, nothing that could start a line or a fence. */
export function inline(text: string, max = Number.POSITIVE_INFINITY): string {
  return truncate(oneLine(text), max).replace(/`{3,}/g, (run) => run.replaceAll("`", "\\`"));
}

/** A path as inline code, whatever is in it. */
export function code(text: string): string {
  const clean = oneLine(text);
  const ticks = "`".repeat(longestRun(clean, "`") + 1);
  const pad = clean.startsWith("`") || clean.endsWith("`") ? " " : "";
  return `${ticks}${pad}${clean}${pad}${ticks}`;
}

/** A block that no text inside can end: its fence is longer than any run of backticks in it. */
export function fence(lines: readonly string[]): string {
  const body = lines.map(escapeControls).join("\n");
  const ticks = "`".repeat(Math.max(3, longestRun(body, "`") + 1));
  return `${ticks}text\n${body}\n${ticks}`;
}

function longestRun(text: string, char: string): number {
  let longest = 0;
  let run = 0;
  for (const c of text) {
    run = c === char ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
