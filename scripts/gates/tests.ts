import type { Gate, GateCommand, Project } from "./gate.ts";
import { scriptCommand } from "./scripts.ts";

// Each gives the command where the project is of its kind.
const KINDS: readonly ((project: Project) => GateCommand | null)[] = [
  (project) => scriptCommand(project, "tests", ["test:run", "test"]),
  (project) => (project.names.has("Cargo.toml") ? { command: ["cargo", "test"] } : null),
  (project) => (project.names.has("go.mod") ? { command: ["go", "test", "./..."] } : null),
  (project) => (usesPytest(project) ? pytest(project) : null),
  (project) => (makesTests(project) ? { command: ["make", "test"] } : null),
];

export const tests: Gate = {
  name: "tests",
  find(project) {
    for (const kind of KINDS) {
      const found = kind(project);
      if (found !== null) return found;
    }
    return {
      skipped: "no script test:run or test in package.json, no Cargo.toml, go.mod or make test, no test_*.py",
    };
  },
};

const PYTHON_TESTS = /^(test_.*|.*_test|conftest)\.py$/;

const PYTEST_SETTINGS: Record<string, RegExp> = {
  "pyproject.toml": /^\[tool\.pytest\b|["']pytest\b/m,
  "setup.cfg": /^\[tool:pytest\]/m,
  "tox.ini": /^\[pytest\]/m,
};

function usesPytest(project: Project): boolean {
  return (
    project.names.has("pytest.ini") ||
    project.names.has("conftest.py") ||
    [...project.names, ...project.testNames].some((name) => PYTHON_TESTS.test(name)) ||
    Object.entries(PYTEST_SETTINGS).some(([name, settings]) => settings.test(project.texts.get(name) ?? ""))
  );
}

function pytest(project: Project): GateCommand {
  return {
    command: [project.programs.get("pytest") ?? "pytest"],
    nothingToDo: { 5: "pytest found no tests" },
  };
}

function makesTests(project: Project): boolean {
  return ["GNUmakefile", "makefile", "Makefile"].some((name) =>
    /^test\s*:(?!=)/m.test(project.texts.get(name) ?? ""),
  );
}
