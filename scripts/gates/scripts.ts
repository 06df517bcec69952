import type { GateCommand, Project } from "./gate.ts";
import { labelIn } from "./labels.ts";

// What `npm init` writes; it always fails.
const PLACEHOLDER = /no test specified/;

/** Gates whose own name says more than a script does that runs nobody knows what. */
const SCRIPT_LABELS: Readonly<Record<string, string>> = { eslint: "Lint", typescript: "Type check" };

/**
 * The command of the first of `names` that package.json has as a script, or null when it has none of them. The package
 * that the person is in comes before the root.
 */
export function scriptCommand(project: Project, gate: string, names: readonly string[]): GateCommand | null {
  const own = project.package;
  const found = own === null ? null : firstScript(own.scripts, names);
  const { name, text } = found ?? firstScript(project.scripts, names) ?? {};
  if (name === undefined || text === undefined) return null;
  const label = labelIn(gate, text) ?? SCRIPT_LABELS[gate] ?? null;
  return {
    command: [project.scriptRunner, "run", name],
    ...(label === null ? {} : { label }),
    ...(own === null || found === null ? {} : { folder: own.folder }),
  };
}

function firstScript(
  scripts: Readonly<Record<string, string>>,
  names: readonly string[],
): { name: string; text: string } | null {
  for (const name of names) {
    const text = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
    if (text !== undefined && text.trim() !== "" && !PLACEHOLDER.test(text)) return { name, text };
  }
  return null;
}
