/** The programs that a gate may run, as people call them. */
const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  typescript: {
    tsc: "TypeScript",
    tsgo: "TypeScript",
    "vue-tsc": "TypeScript",
    mypy: "mypy",
    pyright: "pyright",
    flow: "Flow",
  },
  eslint: {
    eslint: "ESLint",
    biome: "Biome",
    oxlint: "Oxlint",
    xo: "XO",
    standard: "StandardJS",
    ruff: "ruff",
    flake8: "flake8",
    pylint: "pylint",
    "go vet": "go vet",
    "golangci-lint": "golangci-lint",
    staticcheck: "staticcheck",
    "cargo check": "cargo check",
    "cargo clippy": "cargo clippy",
  },
  tests: {
    pytest: "pytest",
    tox: "tox",
    nox: "nox",
    "go test": "go test",
    "cargo test": "cargo test",
    "make test": "make test",
  },
};

/** What a gate's command line runs, as people call it; null where it names no program that is known for this gate. */
export function labelIn(gate: string, commandLine: string): string | null {
  const labels = Object.hasOwn(LABELS, gate) ? LABELS[gate] : undefined;
  if (labels === undefined) return null;
  const words = commandLine.split(/[\s;&|()'"]+/).map((word) => word.slice(word.lastIndexOf("/") + 1));
  for (const [i, word] of words.entries()) {
    for (const name of [`${word} ${words[i + 1] ?? ""}`, word]) {
      if (Object.hasOwn(labels, name)) return labels[name] ?? null;
    }
  }
  return null;
}
