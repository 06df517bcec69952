import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { ConfigSchema } from "../schema/config.ts";
import { jsonSchema, PUBLISHED } from "../schema/generate.ts";
import { SessionStateSchema } from "../schema/session-state.ts";
import { run } from "./support/cli.ts";
import { PACKAGE } from "./support/package.ts";
import { type Repo, repo } from "./support/repo.ts";
import { CORE, stateWith } from "./support/states.ts";

const published = (name: string) => readFileSync(join(PACKAGE, "schema", name), "utf8");

/** An independent judge, strict about the schema itself too. */
function judge(name: keyof typeof PUBLISHED): ValidateFunction {
  return new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(
    JSON.parse(published(name)),
  );
}

function savedState(here: Repo, file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(here.root, file), "utf8"));
}

/** Work of every kind, and the states that save and handoff leave of it. */
async function worked(): Promise<Repo> {
  const here = repo({ "app/a.ts": "1\n", "app/old.ts": "1\n" });
  here.git("checkout", "-q", "-b", "feat/42-x");
  here.write("app/a.ts", "2\n");
  here.git("add", "app/a.ts");
  here.git("rm", "-q", "app/old.ts");
  here.write("app/new.ts", "new\n");
  const said = [
    "--task",
    "Add login",
    "--priority",
    "high",
    "--estimate",
    "2 hours",
    "--spent",
    "45 minutes",
  ];
  await run(here, ["save", "claude", ...said, "--next", "Test it", "--next", "Ship it", "--note", "careful"]);
  await run(here, ["escalate", "claude", "3 STRICT violations", "--attempts", "2"]);
  await run(here, ["handoff", "claude", "opencode", "--reason", "escalation", "--why", "it loops"]);
  return here;
}

describe("the published JSON Schemas", () => {
  it.each(Object.keys(PUBLISHED) as (keyof typeof PUBLISHED)[])(
    "%s is what the sources say (npm run schema)",
    (name) => {
      expect(published(name)).toBe(jsonSchema(name));
    },
  );
});

describe("a session state, judged by another validator", () => {
  const isState = judge("session-state.schema.json");
  const faults = (state: unknown) =>
    isState(state) ? [] : (isState.errors ?? []).map((error) => error.instancePath);

  it("may be the documented core", () => {
    expect(faults(CORE)).toEqual([]);
  });

  it("is what save and handoff write", async () => {
    const here = await worked();
    expect(faults(savedState(here, ".claude/.session-state.json"))).toEqual([]);
    expect(faults(savedState(here, ".opencode/.session-state.json"))).toEqual([]);
  });

  it("is what a dry run would write, before the first commit and on a detached HEAD", async () => {
    expect(faults((await run(repo(), ["save", "claude", "--dry-run"])).data.state)).toEqual([]);
    const detached = repo({ "a.txt": "a" });
    detached.git("checkout", "-q", "--detach");
    expect(faults((await run(detached, ["save", "claude", "--dry-run"])).data.state)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ["another version", stateWith({ version: "3.0" }), "/version"],
    ["no task", { ...CORE, task: undefined }, ""],
    ["a status that is none", stateWith({ task: { status: "almost" } }), "/task/status"],
    ["a check result that is none", stateWith({ validation: { custom: "99%" } }), "/validation/custom"],
    ["files in a list in the list", stateWith({ git: { staged_files: [["a"]] } }), "/git/staged_files/0"],
    ["a negative count", stateWith({ git: { ahead: -1 } }), "/git/ahead"],
  ])("is not one with %s; ours says the same", (_, state, at) => {
    const plain = JSON.parse(JSON.stringify(state));
    expect(faults(plain)).toContain(at);
    expect(SessionStateSchema.safeParse(plain).success).toBe(false);
  });

  it("may have keys that nobody here knows", () => {
    expect(faults({ ...CORE, ticket: 7, git: { ...CORE.git, tag: "v1" } })).toEqual([]);
  });
});

describe("a configuration, judged by another validator", () => {
  const isConfig = judge("config.schema.json");

  it.each<[string, unknown, boolean]>([
    ["an empty one", {}, true],
    [
      "one of everything",
      {
        $schema: "./node_modules/agent-baton/schema/config.schema.json",
        agents: [
          { name: "aider", label: "Aider", state_file: ".aider/state.json", launch: ["aider", "{brief}"] },
        ],
        gates: {
          typescript: { command: ["npm", "run", "type-check"], timeout_ms: 1000 },
          custom: { command: "make check" },
        },
        rules: [{ id: "tokens", level: "STRICT", files: ["app/**"], forbid: "px-8", message: "hardcoded" }],
        handoff: { require: ["typescript"], validate_budget_s: 60, transcript: "brief" },
        github: false,
        redaction: { patterns: [{ name: "internal", pattern: "INT-\\d+" }] },
        brief: { max_chars: 4000 },
      },
      true,
    ],
    ["an unknown key", { agent: [] }, false],
    ["an agent without a name", { agents: [{ label: "x" }] }, false],
    ["a brief that is too short", { brief: { max_chars: 10 } }, false],
    ["a level that is none", { rules: [{ id: "x", level: "HARD", files: ["a"], message: "m" }] }, false],
  ])("%s: %s", (_, config, expected) => {
    expect(isConfig(config)).toBe(expected);
    expect(ConfigSchema.safeParse(config).success).toBe(expected);
  });
});

describe("the one-liners that are documented for jq", () => {
  it("print the right things of a saved state", async () => {
    const state = savedState(await worked(), ".claude/.session-state.json") as typeof CORE;
    expect({
      ".timestamp": state.timestamp,
      ".provider": state.provider,
      ".git.branch": state.git.branch,
      ".git.last_commit": state.git.last_commit,
      ".context.files_modified[]?": state.context.files_modified,
      ".context.files_created[]?": state.context.files_created,
      ".context.next_steps[]?": state.context.next_steps,
      ".git.staged_files[]?": state.git.staged_files,
      ".git.uncommitted_changes": state.git.uncommitted_changes,
      ".task.description": state.task.description,
      ".validation.tests": state.validation.tests,
      ".git.issues[]?": state.git.issues,
    }).toEqual({
      ".timestamp": "2026-01-05T12:30:00Z",
      ".provider": "unknown",
      ".git.branch": "feat/42-x",
      ".git.last_commit": expect.stringMatching(/^[0-9a-f]{7,}$/),
      ".context.files_modified[]?": ["app/a.ts"],
      ".context.files_created[]?": ["app/new.ts"],
      ".context.next_steps[]?": ["Test it", "Ship it"],
      ".git.staged_files[]?": ["app/a.ts", "app/old.ts"],
      ".git.uncommitted_changes": true,
      ".task.description": "Add login",
      ".validation.tests": expect.stringMatching(/^(skipped|not_run)$/),
      ".git.issues[]?": [],
    });
  });
});
