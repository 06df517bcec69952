import type { Gate, GateCommand, Project } from "./gate.ts";
import { scriptCommand } from "./scripts.ts";

interface Linter {
  /** A file in the root that shows that the project uses it. */
  config: RegExp;
  command(project: Project): GateCommand | null;
}

const LINTERS: readonly Linter[] = [
  {
    config: /^(eslint\.config\.[cm]?[jt]s|\.eslintrc(\.(c?js|json|ya?ml))?)$/,
    command: (project) => installed(project, "eslint", ["."]),
  },
  { config: /^biome\.jsonc?$/, command: (project) => installed(project, "biome", ["lint", "."]) },
  { config: /^\.?ruff\.toml$/, command: ruff },
  { config: /^pyproject\.toml$/, command: (project) => (usesRuff(project) ? ruff(project) : null) },
  { config: /^Cargo\.toml$/, command: () => ({ command: ["cargo", "check", "--all-targets"] }) },
  { config: /^go\.mod$/, command: () => ({ command: ["go", "vet", "./..."] }) },
];

/** The linter of the project; it bears the name that the session state has for it. */
export const eslint: Gate = {
  name: "eslint",
  find(project) {
    const script = scriptCommand(project, ["lint"]);
    if (script !== null) return script;
    for (const { config, command } of LINTERS) {
      if (![...project.names].some((name) => config.test(name))) continue;
      const found = command(project);
      if (found !== null) return found;
    }
    return { skipped: "no script lint, and no linter that is configured and installed" };
  },
};

function installed(project: Project, program: string, args: string[]): GateCommand | null {
  const path = project.programs.get(program);
  return path === undefined ? null : { command: [path, ...args] };
}

function usesRuff(project: Project): boolean {
  return /^\[tool\.ruff\b/m.test(project.texts.get("pyproject.toml") ?? "");
}

function ruff(project: Project): GateCommand {
  return { command: [project.programs.get("ruff") ?? "ruff", "check", "."] };
}
