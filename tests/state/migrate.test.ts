import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SessionStateSchema } from "../../schema/session-state.ts";
import { type ReadState, readState } from "../../scripts/state/migrate.ts";
import { serialise } from "../../scripts/state/store.ts";
import { CORE, redacted, stateWith } from "../support/states.ts";

function read(text: string | object, agent = "claude"): ReadState {
  const result = readState(typeof text === "string" ? text : JSON.stringify(text), agent);
  if (result === null || "newer" in result) throw new Error(`not read: ${JSON.stringify(result)}`);
  return result;
}

describe("a state of today", () => {
  it("is read as it is, without a remark", () => {
    expect(read(CORE)).toEqual({ state: CORE, remarks: [] });
  });

  it("may have a byte order mark, and the line ends of Windows", () => {
    const text = `\uFEFF${JSON.stringify(CORE, null, 2).replaceAll("\n", "\r\n")}\r\n`;
    expect(read(text)).toEqual({ state: CORE, remarks: [] });
  });

  it("keeps keys that nobody here knows, wherever they are", () => {
    const state = {
      ...CORE,
      notes: "top",
      status: "theirs",
      ticket: { id: 7 },
      git: { ...CORE.git, tag: "v1" },
    };
    expect(read(state)).toEqual({ state, remarks: [] });
  });

  it("says itself who wrote it, wherever it lies", () => {
    expect(read(CORE, "claude").state.agent).toBe("opencode");
  });
});

describe("what older writers left", () => {
  // Only the core's beginning, as the first shell script wrote it: lists in lists, and an empty issue.
  const SCRIPT = {
    version: "2.0",
    timestamp: "2026-01-05T12:30:00Z",
    agent: "claude",
    provider: "unknown",
    git: {
      branch: "main",
      uncommitted_changes: true,
      staged_files: [["a.ts", "b.ts"]],
      last_commit: "abc123",
      issues: [""],
    },
  };

  it("is read where only a part of the core is there; the rest is not invented", () => {
    const { state, remarks } = read(SCRIPT);
    expect(remarks).toEqual([]);
    expect(state).toMatchObject({
      task: { status: "in_progress" },
      context: { files_modified: [], files_created: [], next_steps: [] },
      git: { branch: "main", staged_files: ["a.ts", "b.ts"], last_commit: "abc123", issues: [], prs: [] },
      validation: { typescript: "not_run", eslint: "not_run", tests: "not_run", strict_rules: "not_run" },
    });
    expect(state.task.description).toBeUndefined();
  });

  it.each<[string, object, object, string[]]>([
    [
      "nothing but an object",
      {},
      { agent: "claude", provider: "unknown", timestamp: "unknown" },
      ["it has no version"],
    ],
    [
      "a detached HEAD as an empty name",
      { version: "2.0", git: { branch: "", last_commit: "" } },
      { git: { branch: null, last_commit: null } },
      [],
    ],
    [
      "files nested very deep",
      { version: "2.0", git: { staged_files: [[["a"], "b"], [], ["", null]] } },
      { git: { staged_files: ["a", "b"] } },
      [],
    ],
    [
      "one text for a list",
      { version: "2.0", context: { next_steps: "go on", notes: "careful" } },
      { context: { next_steps: ["go on"], notes: ["careful"] } },
      [],
    ],
    [
      "issue numbers as numbers",
      { version: "2.0", git: { issues: [42, "#43"] } },
      { git: { issues: ["42", "#43"] } },
      [],
    ],
    [
      "a task that is a text",
      { version: "2.0", task: "Add login" },
      { task: { description: "Add login", status: "in_progress" } },
      [],
    ],
    [
      "version 1, with all of it at the top",
      {
        version: "1.0",
        agent: "copilot",
        task: "Add login",
        status: "blocked",
        branch: "feat/x",
        last_commit: "abc123",
        modified_files: ["a.ts"],
        files_created: ["b.ts"],
        staged_files: ["a.ts"],
        uncommitted_changes: true,
        next_steps: ["test"],
        notes: "careful",
      },
      {
        agent: "copilot",
        task: { description: "Add login", status: "blocked" },
        git: { branch: "feat/x", last_commit: "abc123", staged_files: ["a.ts"], uncommitted_changes: true },
        context: {
          files_modified: ["a.ts"],
          files_created: ["b.ts"],
          next_steps: ["test"],
          notes: ["careful"],
        },
      },
      ["it is of version 1.0"],
    ],
    [
      "version 1 that says a thing twice",
      { version: "1.2", branch: "top", git: { branch: "inner" } },
      { branch: "top", git: { branch: "inner" } },
      ["it is of version 1.2"],
    ],
    ["a version as a number", { version: 2 }, { version: "2.0" }, ["it is of version 2"]],
    [
      "a version that cannot be turned into text",
      { version: [{ toString: null }] },
      { version: "2.0" },
      ['it is of version [{"toString":null}]'],
    ],
  ])("is read: %s", (_, given, expected, remarks) => {
    const result = read(given);
    expect(result.state).toMatchObject(expected);
    expect(result.remarks).toEqual(remarks);
  });

  it("takes lines after the JSON as notes, behind those that are there", () => {
    const text = `${JSON.stringify(stateWith({ context: { notes: ["first"] } }), null, 2)}\nEscalation: 3+ STRICT violations\r\n\n  and more {not json}  \n`;
    const { state, remarks } = read(text);
    expect(state.context.notes).toEqual(["first", "Escalation: 3+ STRICT violations", "and more {not json}"]);
    expect(remarks).toEqual(["lines after the JSON were taken as notes"]);
  });

  it("is not confused by braces and quotes inside of texts", () => {
    const state = stateWith({ task: { description: 'say "}" and \\" and {' } });
    expect(read(`${JSON.stringify(state)}\nnote`).state.task.description).toBe('say "}" and \\" and {');
  });
});

describe("damage", () => {
  it.each<[string, object, object, RegExp]>([
    [
      "a status that is none",
      { task: { status: "almost" } },
      { task: { status: "in_progress" } },
      /^task\.status was left out/,
    ],
    [
      "a priority that is none",
      { task: { priority: 1 } },
      { task: { description: CORE.task.description } },
      /^task\.priority was left out/,
    ],
    [
      "a check result that is none",
      { validation: { tests: "99%" } },
      { validation: { tests: "not_run", eslint: "pass" } },
      /^validation\.tests was left out/,
    ],
    ["an agent that is a number", { agent: 5 }, { agent: "claude" }, /^agent was left out/],
    [
      "a timestamp that is a number",
      { timestamp: 1767616200 },
      { timestamp: "unknown" },
      /^timestamp was left out/,
    ],
    [
      "a section that is a list",
      { git: ["main"] },
      { git: { branch: null }, task: CORE.task },
      /^git was left out/,
    ],
    [
      "a list that is an object",
      { context: { next_steps: { a: 1 } } },
      { context: { next_steps: [] } },
      /^context\.next_steps was left out/,
    ],
    [
      "things in a list that are no texts",
      { git: { staged_files: ["a", { b: 1 }, "c", true] } },
      { git: { staged_files: ["a", "c"] } },
      /^git\.staged_files\.3 was left out/,
    ],
    [
      "attempts of which two are broken",
      { context: { tried: [1, { what: "good" }, 2] } },
      { context: { tried: [{ what: "good" }] } },
      /^context\.tried\.2 was left out/,
    ],
    ["an empty session", { session: {} }, { task: CORE.task }, /^session\.started_at was left out/],
    ["a lineage without its beginning", { lineage: { kind: "handoff" } }, { task: CORE.task }, /^lineage\./],
    [
      "an escalation that is half there",
      { escalation: { reason: "x" } },
      { task: CORE.task },
      /^escalation\./,
    ],
  ])("leaves out %s, says so, and keeps the rest", (_, changes, expected, remark) => {
    const { state, remarks } = read(stateWith(changes));
    expect(state).toMatchObject(expected);
    expect(remarks[0]).toMatch(remark);
    expect(SessionStateSchema.safeParse(state).success).toBe(true);
  });

  it("names the first of many faults, and how many more there are", () => {
    const { remarks } = read(stateWith({ context: { tried: Array(1000).fill(7) } }));
    expect(remarks).toHaveLength(11);
    expect(remarks.at(-1)).toBe("990 more values were left out");
  });

  it.each([
    ["nothing", ""],
    ["blanks", " \n\t"],
    ["a text", '"state"'],
    ["a list", "[]"],
    ["null", "null"],
    ["a page of a web server", "<!doctype html><p>502</p>"],
    ["NULs, as after a power cut", "\0".repeat(500)],
    ["a half-written state", JSON.stringify(CORE).slice(0, 300)],
    ["merge marks", `<<<<<<< HEAD\n${JSON.stringify(CORE)}\n>>>>>>> other`],
    ["lists nested without end", `{"git":{"staged_files":${"[".repeat(50_000)}${"]".repeat(50_000)}}}`],
    ["objects nested without end", `{"x":${'{"a":'.repeat(50_000)}1${"}".repeat(50_001)}`],
  ])("is no state at all: %s", (_, text) => {
    expect(readState(text, "claude")).toBeNull();
  });

  it.each(["3.0", "v3", "10.2", 3, 4.5])("is not touched when a newer version wrote it: %s", (version) => {
    expect(readState(JSON.stringify({ ...CORE, version }), "claude")).toEqual({ newer: String(version) });
  });
});

describe("lines that were appended again and again", () => {
  // What took the square of their number would not end within a test's time.
  it("are all taken as notes, in their order, however many", () => {
    const lines = Array.from({ length: 150_000 }, (_, i) => `line ${i}`);
    const read = readState(`${serialise(redacted(stateWith()))}${lines.join("\n")}\n`, "claude");
    expect(read).toMatchObject({ state: { context: { notes: lines } } });
  });
});

describe("whatever a file holds", () => {
  const isState = (result: ReturnType<typeof readState>) =>
    result === null || "newer" in result || SessionStateSchema.safeParse(result.state).success;

  it("reading never throws, and gives a valid state or none: any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => isState(readState(text, "claude"))));
  });

  it("reading never throws, and gives a valid state or none: any JSON in place of any part", () => {
    const part = fc.constantFrom(
      "version",
      "timestamp",
      "agent",
      "provider",
      "task",
      "context",
      "git",
      "validation",
      "session",
      "lineage",
      "escalation",
      "truncated",
      "provenance",
      "github",
      "bootstrap",
      "validation_details",
      "validation_attempts",
      "branch",
      "notes",
    );
    fc.assert(
      fc.property(fc.dictionary(part, fc.jsonValue()), (parts) =>
        isState(readState(JSON.stringify({ ...CORE, ...parts }), "claude")),
      ),
      { numRuns: 500 },
    );
  });

  it("reading never throws, and gives a valid state or none: any JSON one level down", () => {
    const path = fc.constantFrom(
      "task.status",
      "task.description",
      "context.tried",
      "context.notes",
      "context.files_modified",
      "git.branch",
      "git.stash",
      "git.fingerprints",
      "git.ahead",
      "validation.tests",
      "session.id",
      "session.tokens",
      "lineage.reason",
      "escalation.history",
      "validation_details.tests",
    );
    fc.assert(
      fc.property(fc.dictionary(path, fc.jsonValue()), (parts) => {
        const state: Record<string, unknown> = structuredClone(CORE);
        for (const [name, value] of Object.entries(parts)) {
          const [section = "", key = ""] = name.split(".");
          state[section] = { ...(state[section] as object | undefined), [key]: value };
        }
        return isState(readState(JSON.stringify(state), "claude"));
      }),
      { numRuns: 500 },
    );
  });

  it("a file cut at any byte is read as it was or refused, never as something in between", () => {
    const bytes = Buffer.from(serialise(redacted(stateWith({ task: { description: "naïve 🎉 {brace}" } }))));
    const whole = read(bytes.toString("utf8")).state;
    for (let length = 0; length < bytes.length; length++) {
      const result = readState(bytes.subarray(0, length).toString("utf8"), "claude");
      if (result !== null) expect(result).toEqual({ state: whole, remarks: [] });
    }
  });

  it("what is written is read again with every key that was in it", () => {
    const key = fc.string().filter((name) => name !== "__proto__");
    const unknown = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(unknown, unknown, (top, inner) => {
        const state = { ...top, ...stateWith({ git: { ...inner, ...CORE.git } }) };
        const text = serialise(redacted(state));
        expect(read(text).state).toEqual(JSON.parse(text));
      }),
    );
  });
});
