import type { Found, Gate, GateCommand, Project } from "./gate.ts";
import { scriptCommand } from "./scripts.ts";

interface Linter {
  /** A file in the root that shows that the project uses it. */
  config: RegExp;
  /** Null where the file shows no more than the language. */
  find(project: Project): Found | null;
}

const LINTERS: readonly Linter[] = [
  {
    config: /^(eslint\.config\.[cm]?[jt]s|\.eslintrc(\.(c?js|json|ya?ml))?)$/,
    find: (project) => installed(project, "eslint", ["."]),
  },
  { config: /^biome\.jsonc?$/, find: (project) => installed(project, "biome", ["lint", "."]) },
  { config: /^\.?ruff\.toml$/, find: ruff },
  { config: /^pyproject\.toml$/, find: (project) => (usesRuff(project) ? ruff(project) : null) },
  { config: /^Cargo\.toml$/, find: () => ({ command: ["cargo", "check", "--all-targets"] }) },
  { config: /^go\.mod$/, find: () => ({ command: ["go", "vet", "./..."] }) },
];

/** The linter of the project; it bears the name that the session state has for it. */
export const eslint: Gate = {
  name: "eslint",
  find(project) {
    const script = scriptCommand(project, "eslint", ["lint"]);
    if (script !== null) return script;
    const found = LINTERS.filter(({ config }) => [...project.names].some((name) => config.test(name)))
      .map((linter) => linter.find(project))
      .filter((linter) => linter !== null);
    return (
      found.find((linter) => !("skipped" in linter)) ??
      found[0] ?? {
        skipped: "no script lint in package.json, and no linter that is configured",
        // Without a package.json there is no ESLint either.
        ...(project.names.has("package.json") ? {} : { applies: false }),
      }
    );
  },
};

function installed(project: Project, program: string, args: string[]): Found {
  const path = project.programs.get(program);
  return path === undefined
    ? { skipped: `${program} is configured, but not installed` }
    : { command: [path, ...args] };
}

function usesRuff(project: Project): boolean {
  return /^\[tool\.ruff\b/m.test(project.texts.get("pyproject.toml") ?? "");
}

function ruff(project: Project): GateCommand {
  return { command: [project.programs.get("ruff") ?? "ruff", "check", "."] };
}
