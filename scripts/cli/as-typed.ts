import { existsSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line } from "../../schema/report.ts";
import { packageRoot } from "../base/package.ts";
import { shellLine } from "../base/text.ts";
import { COMMANDS } from "../commands/index.ts";

// A line to type: `baton save claude`, at the beginning or after a space, a colon or a bracket; and what follows it.
const VERBS = Object.keys(COMMANDS).join("|");
const TYPED = new RegExp(`(^|(?<!npx)[\\s(:])baton (?:(${VERBS})\\b|(?=<command>|--))(.*)`, "g");

/** How this person starts Baton. */
export type Way = "baton" | "npx baton" | "npm run" | `node ${string}`;

/**
 * The way to this package, which lies at `root`: that is only looked up where it matters. Whoever came through npm, or
 * named the file in node_modules, has no `baton` on the PATH; `npx baton` finds the one in node_modules, and where none is
 * there it would run a stranger's package of that name.
 */
export function wayHere(env: Record<string, string | undefined>, root: () => string = packageRoot): Way {
  const isThroughNpm = env.npm_command !== undefined;
  if (!isThroughNpm && (isOnPath("baton", env) || !root().includes(`${sep}node_modules${sep}`)))
    return "baton";
  const folders = root().split(sep);
  // npx keeps no command to type: only the file itself is sure to be this very package.
  if (folders.includes("_npx")) return `node ${shellLine([join(root(), "dist", "baton.js")])}`;
  return folders.includes("node_modules") ? "npx baton" : "npm run";
}

function isOnPath(name: string, env: Record<string, string | undefined>): boolean {
  return (env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, name)));
}

/** A hint as this person can type it. */
export function asTyped(text: string, way: Way): string {
  if (way === "baton") return text;
  return text.replace(TYPED, (_, before: string, verb: string | undefined, rest: string) => {
    // A line may hold two of them.
    const after = asTyped(rest, way);
    if (way !== "npm run") return `${before}${way} ${verb ?? ""}${after}`;
    if (verb === undefined) return `${before}npx tsx scripts/baton.ts ${after}`;
    // npm keeps options for itself, unless they come after two dashes.
    return `${before}npm run session:${verb}${/\s-/.test(rest) ? " --" : ""}${after}`;
  });
}

export function linesAsTyped(
  lines: Redacted<readonly Line[]>,
  env: Record<string, string | undefined>,
): Redacted<Line[]> {
  const way = wayHere(env);
  // Hints are commands and notes; in any other line such words may be the person's own, of a task.
  const isHint = ({ kind }: { kind: string }) => kind === "command" || kind === "note";
  const hint = <T extends { kind: string; text: string }>(part: T): T =>
    isHint(part) ? { ...part, text: asTyped(part.text, way) } : part;
  const typed = lines.map((line): Line => {
    if (line.kind === "row") return { ...line, cells: line.cells.map(hint) };
    return line.kind === "table" ? line : hint(line);
  });
  return typed as Redacted<Line[]>;
}
