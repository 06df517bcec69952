import { describe, expect, it } from "vitest";
import type { GateDetail } from "../../schema/session-state.ts";
import {
  countAttempts,
  currentResults,
  escalationDue,
  failedGates,
  type Ground,
  type Results,
} from "../../scripts/gates/judge.ts";

const PASSED: GateDetail = { result: "pass", tree: "old", at: "2026-01-05T12:30:00Z" };

function ground(changes: Partial<Ground> = {}): Ground {
  return {
    tree: "now",
    changedSince: new Map([["old", ["a.ts", "b.md", "c.ts"]]]),
    dependsOn: new Map(),
    ...changes,
  };
}

describe("a recorded result", () => {
  const isTypeScript = (path: string) => path.endsWith(".ts");
  const isPython = (path: string) => path.endsWith(".py");
  const cases: [what: string, detail: GateDetail, ground: Ground, result: string][] = [
    ["holds on the tree that it was measured on", PASSED, ground({ tree: "old" }), "pass"],
    ["is stale on another", PASSED, ground(), "stale"],
    ["is stale when it failed, too", { ...PASSED, result: "fail" }, ground(), "stale"],
    ["is stale without a tree", { result: "pass" }, ground(), "stale"],
    ["that nobody measured stays what it is", { result: "not_run", reason: "no time" }, ground(), "not_run"],
    ["that was skipped stays so", { result: "skipped", reason: "nothing here" }, ground(), "skipped"],
    [
      "holds where nothing that it depends on has changed",
      PASSED,
      ground({ dependsOn: new Map([["g", isPython]]) }),
      "pass",
    ],
    [
      "is stale where something of it has changed",
      PASSED,
      ground({ dependsOn: new Map([["g", isTypeScript]]) }),
      "stale",
    ],
    [
      "is stale where nobody knows what has changed",
      PASSED,
      ground({ dependsOn: new Map([["g", isPython]]), changedSince: new Map([["old", null]]) }),
      "stale",
    ],
  ];
  for (const [what, detail, now, result] of cases) {
    it(what, () => expect(currentResults({ g: detail }, now).validation).toEqual({ g: result }));
  }

  it("that is stale keeps what it was, with the number of files that have changed since", () => {
    expect(currentResults({ g: PASSED }, ground()).details.g).toEqual({ ...PASSED, files_changed: 3 });
  });

  it("that holds again says nothing of changes", () => {
    const detail = { ...PASSED, files_changed: 3 };
    expect(currentResults({ g: detail }, ground({ tree: "old" })).details.g).toEqual(PASSED);
  });

  it("invents no number of changed files", () => {
    const now = ground({ changedSince: new Map([["old", null]]) });
    expect(currentResults({ g: PASSED }, now).details.g).toEqual(PASSED);
  });
});

describe("attempts", () => {
  it("count the failures of gates that were run", () => {
    const ran: Record<string, GateDetail> = {
      tests: { result: "fail" },
      eslint: { result: "pass" },
      new: { result: "fail" },
    };
    expect(countAttempts({ tests: 1, eslint: 1, typescript: 4 }, ran)).toEqual({
      tests: 2,
      eslint: 1,
      typescript: 4,
      new: 1,
    });
  });
});

it("a gate that failed just now has failed, though files changed while it ran; one that failed long ago may be mended", () => {
  const results: Results = {
    validation: { typescript: "fail", eslint: "stale", tests: "stale", strict_rules: "pass" },
    details: {
      typescript: { result: "fail" },
      eslint: { result: "fail" },
      tests: { result: "fail" },
      strict_rules: { result: "pass" },
    },
  };
  expect(failedGates(results, ["tests", "strict_rules"])).toEqual(["typescript", "tests"]);
});

describe("escalation", () => {
  const violated = (n: number, totals?: { STRICT: number; FLEXIBLE: number }): Results["details"] => ({
    strict_rules: {
      result: "fail",
      violations: [
        ...Array.from({ length: n }, () => ({
          rule: "r",
          level: "STRICT" as const,
          file: "a",
          message: "m",
        })),
        { rule: "f", level: "FLEXIBLE", file: "a", message: "m" },
      ],
      ...(totals === undefined ? {} : { violation_totals: totals }),
    },
  });
  const failed = ["strict_rules"];
  const cases: [
    what: string,
    attempts: number,
    failed: string[],
    details: Results["details"],
    due: boolean,
  ][] = [
    ["is due after two attempts with three STRICT violations", 2, failed, violated(3), true],
    ["is not due after one attempt", 1, failed, violated(3), false],
    ["is not due with two STRICT violations", 2, failed, violated(2), false],
    ["counts violations that are not listed", 2, failed, violated(1, { STRICT: 3, FLEXIBLE: 0 }), true],
    ["is not due for what has not failed", 2, [], violated(3), false],
  ];
  for (const [what, attempts, gates, details, due] of cases) {
    it(what, () => {
      const expected = due ? { gate: "strict_rules", attempts, violations: 3 } : null;
      expect(escalationDue(gates, { strict_rules: attempts }, details)).toEqual(expected);
    });
  }
});
