import type { Redacted } from "../../schema/redacted.ts";
import type { Line } from "../../schema/report.ts";
import { COMMANDS } from "../commands/index.ts";

// A line to type: `baton save claude`, at the beginning or after a space, a colon or a bracket.
const VERBS = Object.keys(COMMANDS).join("|");
const TYPED = new RegExp(`(^|(?<!npx)[\\s(:])baton (?=(?:${VERBS})\\b|<command>|--)`, "gm");

/**
 * A hint as this person can type it. Whoever came through npm has no `baton` on the PATH, but `npx baton` finds
 * the one in node_modules.
 */
export function asTyped(text: string, env: Record<string, string | undefined>): string {
  return env.npm_command === undefined ? text : text.replace(TYPED, "$1npx baton ");
}

export function linesAsTyped(
  lines: Redacted<readonly Line[]>,
  env: Record<string, string | undefined>,
): Redacted<Line[]> {
  // What is quoted or handed on stays as it is: only our own words are hints.
  const typed = lines.map((line): Line => {
    if (line.kind === "table" || line.kind === "raw" || line.kind === "item") return line;
    return { ...line, text: asTyped(line.text, env) };
  });
  return typed as Redacted<Line[]>;
}
