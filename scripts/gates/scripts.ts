import type { GateCommand, Project } from "./gate.ts";

// What `npm init` writes; it always fails.
const PLACEHOLDER = /no test specified/;

/** The command of the first of `names` that package.json has as a script, or null when it has none of them. */
export function scriptCommand(project: Project, names: readonly string[]): GateCommand | null {
  const name = names.find((candidate) => {
    const script = Object.hasOwn(project.scripts, candidate) ? project.scripts[candidate] : undefined;
    return script !== undefined && script.trim() !== "" && !PLACEHOLDER.test(script);
  });
  return name === undefined ? null : { command: [project.scriptRunner, "run", name] };
}
