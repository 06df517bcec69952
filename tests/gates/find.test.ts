import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GateConfig } from "../../schema/config.ts";
import { EXIT, isUserError } from "../../scripts/base/errors.ts";
import type { Found } from "../../scripts/gates/gate.ts";
import { gatesNamed, planGates } from "../../scripts/gates/index.ts";
import { readProject } from "../../scripts/gates/project.ts";
import { temporaryFolder } from "../support/repo.ts";

const NO_RULES = { rules: [], scope: "all files", files: async () => [] };

async function plan(files: Record<string, string>, config: Record<string, GateConfig> = {}) {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return planGates(config, await readProject(root, NO_RULES));
}

async function found(gate: string, files: Record<string, string>): Promise<Found | undefined> {
  return (await plan(files)).find((planned) => planned.name === gate)?.work;
}

function scripts(...names: string[]): string {
  return JSON.stringify({ scripts: Object.fromEntries(names.map((name) => [name, "true"])) });
}

const TSC = "node_modules/.bin/tsc";
const CONFIGS = { eslint: "eslint.config.js", biome: "biome.json" };

describe("a gate's command is found", () => {
  const cases: [gate: string, what: string, files: Record<string, string>, command: string[]][] = [
    ["typescript", "script", { "package.json": scripts("tsc", "typecheck") }, ["npm", "run", "typecheck"]],
    [
      "typescript",
      "script with a dash",
      { "package.json": scripts("type-check", "tsc") },
      ["npm", "run", "type-check"],
    ],
    ["typescript", "tsconfig", { "tsconfig.json": "{}", [TSC]: "" }, [TSC, "--noEmit"]],
    [
      "typescript",
      "tsconfig of several projects",
      { "tsconfig.json": '{ "files": [], "references": [{ "path": "a" }] }', [TSC]: "" },
      [TSC, "--build", "--noEmit"],
    ],
    ["eslint", "script", { "package.json": scripts("lint") }, ["npm", "run", "lint"]],
    [
      "eslint",
      "eslint config",
      { [CONFIGS.eslint]: "", "node_modules/.bin/eslint": "" },
      ["node_modules/.bin/eslint", "."],
    ],
    [
      "eslint",
      "old eslint config",
      { ".eslintrc.json": "", "node_modules/.bin/eslint": "" },
      ["node_modules/.bin/eslint", "."],
    ],
    [
      "eslint",
      "biome config",
      { [CONFIGS.biome]: "{}", "node_modules/.bin/biome": "" },
      ["node_modules/.bin/biome", "lint", "."],
    ],
    ["eslint", "ruff settings", { "pyproject.toml": "[tool.ruff.lint]\n" }, ["ruff", "check", "."]],
    [
      "eslint",
      "ruff in an environment",
      { "ruff.toml": "", ".venv/bin/ruff": "" },
      [".venv/bin/ruff", "check", "."],
    ],
    ["eslint", "Rust", { "Cargo.toml": "" }, ["cargo", "check", "--all-targets"]],
    ["eslint", "Go", { "go.mod": "" }, ["go", "vet", "./..."]],
    ["tests", "script", { "package.json": scripts("test", "test:run") }, ["npm", "run", "test:run"]],
    ["tests", "pnpm", { "package.json": scripts("test"), "pnpm-lock.yaml": "" }, ["pnpm", "run", "test"]],
    ["tests", "yarn", { "package.json": scripts("test"), "yarn.lock": "" }, ["yarn", "run", "test"]],
    ["tests", "bun", { "package.json": scripts("test"), "bun.lock": "" }, ["bun", "run", "test"]],
    ["tests", "npm", { "package.json": scripts("test"), "package-lock.json": "" }, ["npm", "run", "test"]],
    [
      "tests",
      "named package manager",
      { "package.json": JSON.stringify({ packageManager: "pnpm@10.0.0", scripts: { test: "true" } }) },
      ["pnpm", "run", "test"],
    ],
    ["tests", "Rust", { "Cargo.toml": "" }, ["cargo", "test"]],
    ["tests", "Go", { "go.mod": "" }, ["go", "test", "./..."]],
    ["tests", "pytest settings", { "pyproject.toml": "[tool.pytest.ini_options]\n" }, ["pytest"]],
    ["tests", "pytest in an environment", { "conftest.py": "", "venv/bin/pytest": "" }, ["venv/bin/pytest"]],
    ["tests", "make", { Makefile: "all:\n\techo\ntest: all\n\techo\n" }, ["make", "test"]],
  ];
  for (const [gate, what, files, command] of cases) {
    it(`${gate}, from a ${what}`, async () => {
      expect(await found(gate, files)).toMatchObject({ command });
    });
  }

  const absent: [gate: string, what: string, files: Record<string, string>][] = [
    ["typescript", "an empty project", {}],
    ["typescript", "a tsconfig without TypeScript", { "tsconfig.json": "{}" }],
    ["eslint", "an eslint config without ESLint", { [CONFIGS.eslint]: "" }],
    [
      "tests",
      "the placeholder that npm init writes",
      { "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' },
    ],
    ["tests", "a make variable called test", { Makefile: "test := 1\n" }],
    ["tests", "a package.json that is none", { "package.json": "{ not json" }],
    ["tests", "scripts of another kind", { "package.json": '{"scripts":{"test":1}}' }],
    ["tests", "a script of that name that every object has", { "package.json": '{"scripts":{}}' }],
    ["strict_rules", "a config without rules", {}],
  ];
  for (const [gate, what, files] of absent) {
    it(`${gate}: nothing in ${what}, and the reason is said`, async () => {
      expect(await found(gate, files)).toMatchObject({ skipped: expect.stringMatching(/\w/) });
    });
  }

  const python = { "pyproject.toml": "" };
  const names: [gate: string, what: string, files: Record<string, string>, label: string][] = [
    ["eslint", "ruff", { "ruff.toml": "" }, "ruff"],
    ["eslint", "ruff in an environment", { "ruff.toml": "", ".venv/bin/ruff": "" }, "ruff"],
    ["eslint", "go vet", { "go.mod": "" }, "go vet"],
    ["eslint", "cargo check", { "Cargo.toml": "" }, "cargo check"],
    ["eslint", "Biome", { [CONFIGS.biome]: "{}", "node_modules/.bin/biome": "" }, "Biome"],
    [
      "eslint",
      "a script",
      { "package.json": '{"scripts":{"lint":"NODE_ENV=test npx oxlint && eslint ."}}' },
      "Oxlint",
    ],
    ["typescript", "mypy", { "mypy.ini": "" }, "mypy"],
    ["typescript", "mypy in pyproject.toml", { "pyproject.toml": "[tool.mypy]\n" }, "mypy"],
    ["typescript", "pyright", { "pyrightconfig.json": "{}" }, "pyright"],
    ["typescript", "tsc", { "tsconfig.json": "{}", [TSC]: "" }, "TypeScript"],
    ["tests", "pytest", { "pytest.ini": "" }, "pytest"],
    ["tests", "pytest without settings", { ...python, "tests/test_calc.py": "" }, "pytest"],
    ["tests", "pytest in the root", { "test_calc.py": "" }, "pytest"],
    ["tests", "pytest in a folder called test", { "test/calc_test.py": "" }, "pytest"],
    ["tests", "go test", { "go.mod": "" }, "go test"],
    ["tests", "cargo test", { "Cargo.toml": "" }, "cargo test"],
    ["tests", "make test", { Makefile: "test:\n\ttrue\n" }, "make test"],
  ];
  it.each(names)("%s bears the name of what it runs: %s", async (gate, _, files, label) => {
    expect((await plan(files)).find(({ name }) => name === gate)).toMatchObject({ label });
  });

  it("claims no program that a script may not run", async () => {
    const gates = await plan({ "package.json": scripts("lint", "test", "typecheck") });
    expect(gates.map(({ label }) => label)).toEqual(["Type check", "Lint", null, null]);
  });

  const impossible: [what: string, files: Record<string, string>, gates: string[]][] = [
    ["a project in Python", python, ["typescript", "eslint", "strict_rules"]],
    ["a project in Go", { "go.mod": "" }, ["typescript", "strict_rules"]],
    ["one in JavaScript", { "package.json": "{}" }, ["typescript", "strict_rules"]],
    ["one in TypeScript", { "package.json": "{}", "tsconfig.json": "{}" }, ["strict_rules"]],
  ];
  it.each(impossible)("%s cannot have every gate, and those are marked", async (_, files, expected) => {
    const gates = await plan(files);
    const marked = gates.filter(({ work }) => "skipped" in work && work.applies === false);
    expect(marked.map(({ name }) => name)).toEqual(expected);
  });
});

describe("in a workspace", () => {
  const files = {
    "package.json": scripts("test", "lint"),
    "packages/web/package.json": scripts("test"),
    "packages/web/src/a.js": "",
    "packages/bare/src/a.js": "",
  };
  it.each([
    ["the root", "", "npm run test", "npm run lint"],
    ["a package", "packages/web", "cd packages/web && npm run test", "npm run lint"],
    ["a folder of a package", "packages/web/src", "cd packages/web && npm run test", "npm run lint"],
    ["a folder without a package.json", "packages/bare/src", "npm run test", "npm run lint"],
  ])(
    "a person in %s gets the nearest package's own script, else the root's",
    async (_, from, tests, lint) => {
      const root = temporaryFolder();
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
      const gates = planGates({}, await readProject(root, NO_RULES, join(root, from)));
      const commandOf = (gate: string) => gates.find(({ name }) => name === gate)?.command;
      expect([commandOf("tests"), commandOf("eslint")]).toEqual([tests, lint]);
    },
  );
});

describe("the config decides about gates", () => {
  it("with a command of its own, as words or as a line for the shell", async () => {
    const gates = await plan(
      { "package.json": scripts("test") },
      { tests: { command: ["node", "a b.js"], timeout_ms: 5 }, types: { command: "tsc | tee log" } },
    );
    expect(gates.find((gate) => gate.name === "tests")).toMatchObject({
      command: "node 'a b.js'",
      timeoutMs: 5,
    });
    expect(gates.find((gate) => gate.name === "types")).toMatchObject({ work: { command: "tsc | tee log" } });
  });

  it("by switching one off", async () => {
    const gates = await plan({ "package.json": scripts("test") }, { tests: { enabled: false } });
    expect(gates.find((gate) => gate.name === "tests")?.work).toEqual({
      skipped: expect.stringContaining("config"),
    });
  });

  it("but a gate that nobody knows needs a command", async () => {
    const error = await plan({}, { audit: {} }).catch((thrown: unknown) => thrown);
    expect(isUserError(error) && error).toMatchObject({
      code: EXIT.usage,
      message: expect.stringContaining("audit"),
    });
  });

  it("which are named by their names, or with the nearest one", async () => {
    const gates = await plan({}, { audit: { command: "true" } });
    expect(gatesNamed(["audit", "tests"], gates).map((gate) => gate.name)).toEqual(["tests", "audit"]);
    expect(gatesNamed([], gates)).toHaveLength(5);
    expect(() => gatesNamed(["typscript"], gates)).toThrow(
      expect.objectContaining({ fix: expect.stringContaining("Did you mean typescript?"), code: EXIT.usage }),
    );
  });
});
