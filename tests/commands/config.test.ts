import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigSchema } from "../../schema/config.ts";
import { DEFAULTS } from "../../scripts/commands/shared/defaults.ts";
import { refusal, run } from "../support/cli.ts";
import { repo as makeRepo, temporaryFolder } from "../support/repo.ts";

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
}

function personal(home: string): string {
  return join(home, ".config", "baton", "config.json");
}

interface Setting {
  key: string;
  value: unknown;
  from: string;
}

/** Those that somebody has set. */
function set(data: Record<string, unknown>): Setting[] {
  return (data.settings as Setting[]).filter(({ from }) => from !== "default");
}

describe("baton config", () => {
  it("shows the defaults where nobody sets anything, and where it looked", async () => {
    const { out, data } = await run(makeRepo(), ["config"]);
    expect(out).toMatch(/^handoff\.validate_budget_s +120 +default$/m);
    expect(out).toMatch(/^github +true +default$/m);
    expect(out).toContain("baton.config.json");
    expect(ConfigSchema.safeParse(DEFAULTS).success).toBe(true);
    expect(new Set((data.settings as Setting[]).map(({ from }) => from))).toEqual(new Set(["default"]));
  });

  it("lets the repository's settings win over the person's, and names the place of each", async () => {
    const repo = makeRepo();
    const home = temporaryFolder();
    write(personal(home), { handoff: { validate_budget_s: 10, transcript: "off" } });
    write(join(repo.root, "baton.config.json"), { handoff: { validate_budget_s: 20 } });
    const { data } = await run(repo, ["config"], { home });
    expect(set(data)).toEqual([
      { key: "handoff.validate_budget_s", value: 20, from: join(repo.root, "baton.config.json") },
      { key: "handoff.transcript", value: "off", from: personal(home) },
    ]);
  });

  it("reads the baton key of package.json where there is no config file", async () => {
    const repo = makeRepo();
    write(join(repo.root, "package.json"), { name: "x", baton: { github: false } });
    const { data } = await run(repo, ["config"]);
    expect(set(data)).toEqual([
      { key: "github", value: false, from: `${join(repo.root, "package.json")} ("baton")` },
    ]);
  });

  it("adds up redaction from everywhere", async () => {
    const repo = makeRepo();
    const home = temporaryFolder();
    const one = { name: "one", pattern: "one-[0-9]+" };
    const two = { name: "two", pattern: "two-[0-9]+" };
    write(personal(home), { redaction: { patterns: [one] } });
    write(join(repo.root, "baton.config.json"), { redaction: { patterns: [two] } });
    const { data } = await run(repo, ["config"], { home });
    expect(set(data)).toMatchObject([{ key: "redaction.patterns", value: [one, two] }]);
  });

  it.each([
    ["an unknown key", { handof: {} }, /handof is not a setting; did you mean handoff\?/],
    [
      "an unknown key further in",
      { handoff: { requires: [] } },
      /handoff\.requires is not a setting; did you mean require\?/,
    ],
    [
      "an unknown key in a list",
      { agents: [{ name: "x", lunch: ["x"] }] },
      /agents\.0\.lunch is not a setting; did you mean launch\?/,
    ],
    ["a wrong type", { github: "no" }, /github: /],
    [
      "a state file outside of the repository",
      { agents: [{ name: "x", state_file: "../x.json" }] },
      /agents\.0\.state_file/,
    ],
    ["a repository that lets secrets pass", { redaction: { allow: ["some-value"] } }, /yours alone to say/],
    ["redaction switched off", { redaction: { enabled: false } }, /cannot switch redaction off/],
    ["plugins allowed by the repository itself", { allow_plugins: true }, /the person's own to set/],
  ])("refuses %s", async (_, config, message) => {
    const repo = makeRepo();
    write(join(repo.root, "baton.config.json"), config);
    const error = await refusal(repo, ["config"]);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(2);
  });

  it("names a file that is not JSON", async () => {
    const repo = makeRepo();
    write(join(repo.root, "baton.config.json"), "{ nope");
    const error = await refusal(repo, ["config"]);
    expect(error.code).toBe(6);
    expect(error.message).toContain(join(repo.root, "baton.config.json"));
  });
});
