import type { Gate, GateCommand, Project } from "./gate.ts";
import { scriptCommand } from "./scripts.ts";

/** The type checker of the project; it bears the name that the session state has for it. */
export const typescript: Gate = {
  name: "typescript",
  find(project) {
    const script = scriptCommand(project, "typescript", ["type-check", "typecheck", "tsc"]);
    if (script !== null) return script;
    if (!project.names.has("tsconfig.json")) {
      return (
        pythonTypes(project) ?? {
          skipped: "no script type-check, typecheck or tsc, and no tsconfig.json",
          applies: false,
        }
      );
    }
    const tsc = project.programs.get("tsc");
    if (tsc === undefined) return { skipped: "tsconfig.json is here, but TypeScript is not installed" };
    // A tsconfig that only refers to others checks no file by itself: those are followed in build mode alone.
    const refers = /"references"\s*:/.test(project.texts.get("tsconfig.json") ?? "");
    return { command: refers ? [tsc, "--build", "--noEmit"] : [tsc, "--noEmit"] };
  },
};

/** Each type checker for Python, with how a project shows that it uses it. */
const PYTHON: readonly { program: string; files: readonly string[]; settings: Record<string, RegExp> }[] = [
  {
    program: "mypy",
    files: ["mypy.ini", ".mypy.ini"],
    settings: { "pyproject.toml": /^\[tool\.mypy\b/m, "setup.cfg": /^\[mypy\b/m },
  },
  {
    program: "pyright",
    files: ["pyrightconfig.json"],
    settings: { "pyproject.toml": /^\[tool\.pyright\b/m },
  },
];

function pythonTypes(project: Project): GateCommand | null {
  const used = PYTHON.find(
    ({ files, settings }) =>
      files.some((name) => project.names.has(name)) ||
      Object.entries(settings).some(([name, section]) => section.test(project.texts.get(name) ?? "")),
  );
  if (used === undefined) return null;
  return { command: [project.programs.get(used.program) ?? used.program, "."] };
}
