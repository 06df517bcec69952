import { shellLine } from "../base/text.ts";
import type { Act } from "./tool-map.ts";

/**
 * The shell command that looks at files as the act does, for agents that have no tool of their own for it; null for acts
 * that do anything else.
 */
export function asCommand(act: Act): string | null {
  switch (act.does) {
    case "read":
      return shellLine(reading(act.path, act.from, act.lines));
    case "list":
      return shellLine(["ls", act.path]);
    case "find":
      return shellLine(["rg", "--files", "-g", act.pattern, ...pathOf(act.path)]);
    case "search":
      return shellLine([
        "rg",
        "-n",
        ...(act.files === null ? [] : ["-g", act.files]),
        act.pattern,
        ...pathOf(act.path),
      ]);
    default:
      return null;
  }
}

function reading(path: string, from: number | null, lines: number | null): string[] {
  if (from === null && lines === null) return ["cat", path];
  const first = from ?? 1;
  const last = lines === null ? "$" : String(first + lines - 1);
  return ["sed", "-n", `${first},${last}p`, path];
}

function pathOf(path: string | null): string[] {
  return path === null ? [] : [path];
}
