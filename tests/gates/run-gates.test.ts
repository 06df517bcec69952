import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Found } from "../../scripts/gates/gate.ts";
import type { PlannedGate } from "../../scripts/gates/index.ts";
import { type RunOptions, runGates } from "../../scripts/gates/run-gates.ts";
import { temporaryFolder } from "../support/repo.ts";

const NOW = new Date("2026-01-05T12:30:00Z");
const LONG = 600_000;

function gate(name: string, work: Found | string, more: Partial<PlannedGate> = {}): PlannedGate {
  const found = typeof work === "string" ? { command: work } : work;
  return {
    name,
    work: found,
    label: null,
    command: "run" in found ? found.describes : `run ${name}`,
    impliedBy: null,
    timeoutMs: LONG,
    parallel: false,
    ...more,
  };
}

function check(run: (signal: AbortSignal) => Promise<"pass" | "fail">): Found {
  return { describes: "a check", run: async (signal) => ({ result: await run(signal) }) };
}

function runAll(gates: PlannedGate[], options: Partial<RunOptions> = {}) {
  return runGates(gates, "tree-1", {
    root: temporaryFolder(),
    env: { PATH: process.env.PATH },
    now: () => NOW,
    budgetMs: LONG,
    skip: new AbortController().signal,
    tree: async () => "tree-1",
    changedBetween: async () => [],
    ...options,
  });
}

describe("the results of gates", () => {
  const cases: [what: string, work: Found | string, expected: object][] = [
    ["pass with exit code 0", "echo fine", { result: "pass", exit_code: 0, output_tail: ["fine"] }],
    ["know that nobody watches", 'echo "CI=$CI"', { result: "pass", output_tail: ["CI=1"] }],
    ["fail with another", "echo bad; exit 2", { result: "fail", exit_code: 2, output_tail: ["bad"] }],
    [
      "are not run without their program",
      { command: ["no-such-program"] },
      { result: "not_run", exit_code: null },
    ],
    [
      "are not run where the shell finds no program",
      "no-such-program",
      { result: "not_run", exit_code: 127 },
    ],
    [
      "fail when a signal ends them",
      "kill -SEGV $$",
      { result: "fail", reason: expect.stringContaining("SIGSEGV") },
    ],
    [
      "are skipped when the program finds nothing to do",
      { command: "exit 5", nothingToDo: { 5: "no tests" } },
      { result: "skipped", reason: "no tests", exit_code: 5 },
    ],
    ["are a check's own", check(async () => "fail"), { result: "fail", command: "a check" }],
  ];
  for (const [what, work, expected] of cases) {
    it(what, async () => {
      const { details } = await runAll([gate("g", work)]);
      expect(details.g).toMatchObject({
        ...expected,
        tree: "tree-1",
        at: "2026-01-05T12:30:00Z",
        duration_ms: 0,
      });
    });
  }

  it.each<[string, string | string[], string]>([
    ["a program", ["no-such-ruff", "check", "."], "no-such-ruff is not installed"],
    ["a program by its path", [".venv/bin/no-such-ruff"], "no-such-ruff is not installed"],
    ["what a shell looks for", "no-such-vitest run", "no-such-vitest is not installed"],
    ["what a script looks for", "echo start; sh -c no-such-gofmt", "no-such-gofmt is not installed"],
    ["what only an exit code tells", "exit 127", "a program that it needs is not installed (exit 127)"],
  ])("say in words that %s is missing", async (_, command, reason) => {
    const { details } = await runAll([gate("g", { command })]);
    expect(details.g).toMatchObject({ result: "not_run", reason });
  });

  it("bear the name of what was run, and where: in the folder of its package", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "packages/web"), { recursive: true });
    const { details } = await runAll(
      [gate("g", { command: "pwd", folder: "packages/web" }, { label: "ruff" })],
      { root },
    );
    expect(details.g).toMatchObject({ result: "pass", label: "ruff" });
    expect(details.g?.output_tail?.[0]).toMatch(/packages\/web$/);
  });

  it("say why a gate was skipped, and are bound to no tree then", async () => {
    const { details } = await runAll([gate("g", { skipped: "nothing here" })]);
    expect(details.g).toEqual({ result: "skipped", reason: "nothing here" });
  });

  it("of a check that breaks are no results: it is our fault", async () => {
    const broken = check(async () => {
      throw new Error("broken");
    });
    await expect(runAll([gate("g", broken)])).rejects.toThrow("broken");
  });
});

describe("time", () => {
  it("that a gate uses up for itself makes it fail, and the next one runs", async () => {
    const { details } = await runAll([gate("slow", "sleep 1000", { timeoutMs: 50 }), gate("next", "true")]);
    expect(details.slow).toMatchObject({ result: "fail", reason: expect.stringContaining("0.05 s") });
    expect(details.next).toMatchObject({ result: "pass" });
  });

  it("that all of them use up together leaves the rest not run, with the reason", async () => {
    const waits = check(
      (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const { details } = await runAll(
      [
        gate(
          "a",
          check(async () => "pass"),
        ),
        gate("b", "sleep 1000"),
        gate("c", "true"),
        gate("d", waits),
      ],
      {
        budgetMs: 500,
      },
    );
    expect(details.a).toMatchObject({ result: "pass" });
    for (const name of ["b", "c", "d"]) {
      expect(details[name]).toMatchObject({
        result: "not_run",
        reason: expect.stringContaining("0.5 s for all gates"),
      });
    }
    expect(details.b?.reason).toMatch(/^stopped after \d+ s: the 0\.5 s for all gates/);
    expect(details.c?.reason).toMatch(/^the 0\.5 s for all gates/);
    expect(details.c).not.toHaveProperty("tree");
  });

  it("may be unlimited", async () => {
    const { details } = await runAll([gate("a", "true")], { budgetMs: Number.POSITIVE_INFINITY });
    expect(details.a).toMatchObject({ result: "pass" });
  });
});

describe("skipping the rest", () => {
  it("stops the gate that runs and starts no other", async () => {
    const skip = new AbortController();
    const started: string[] = [];
    const { details } = await runAll([gate("a", "true"), gate("b", "sleep 1000"), gate("c", "true")], {
      skip: skip.signal,
      onStart(which) {
        started.push(which.name);
        if (which.name === "b") setTimeout(() => skip.abort(), 20);
      },
    });
    expect(started).toEqual(["a", "b"]);
    expect(details.a).toMatchObject({ result: "pass" });
    expect(details.b).toMatchObject({ result: "not_run", reason: "the person skipped it" });
    expect(details.c).toMatchObject({ result: "not_run", reason: "the person skipped it" });
  });
});

describe("beside each other", () => {
  it("run only those that say that they can, and before the others", async () => {
    const running = new Set<string>();
    const seen: string[][] = [];
    const watch = (name: string, parallel: boolean) =>
      gate(
        name,
        check(async () => {
          running.add(name);
          await new Promise((resolve) => setTimeout(resolve, 30));
          seen.push([...running].sort());
          await new Promise((resolve) => setTimeout(resolve, 30));
          running.delete(name);
          return "pass";
        }),
        { parallel },
      );
    await runAll([watch("a", false), watch("b", true), watch("c", false), watch("d", true)]);
    expect(seen).toEqual([["b", "d"], ["b", "d"], ["a"], ["c"]]);
  });
});

describe("a gate that modifies files", () => {
  it("is found out, its result stays bound to what it began on, and the next begins on what it left", async () => {
    const root = temporaryFolder();
    let tree = "tree-1";
    const { details, tree: last } = await runAll(
      [
        gate("clean", "true"),
        gate(
          "fixer",
          check(async () => {
            writeFileSync(join(root, "a.ts"), "fixed");
            tree = "tree-2";
            return "pass";
          }),
        ),
        gate("after", "true"),
      ],
      {
        root,
        tree: async () => tree,
        changedBetween: async (a, b) => (a === "tree-1" && b === "tree-2" ? ["a.ts"] : []),
      },
    );
    expect(details.clean).not.toHaveProperty("modified_files");
    expect(details.fixer).toMatchObject({ tree: "tree-1", modified_files: ["a.ts"] });
    expect(details.after).toMatchObject({ tree: "tree-2" });
    expect(details.after).not.toHaveProperty("modified_files");
    expect(last).toBe("tree-2");
  });
});
