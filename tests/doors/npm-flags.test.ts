import { describe, expect, it } from "vitest";
import { verifyNoLostFlags } from "../../scripts/cli/npm-flags.ts";
import { COMMANDS } from "../../scripts/commands/index.ts";

async function verify(name: string, argv: string[], env: Record<string, string>): Promise<void> {
  const entry = COMMANDS[name];
  if (entry === undefined) throw new Error(`no command ${name}`);
  verifyNoLostFlags((await entry.load()).command, argv, env);
}

describe("flags that npm keeps for itself", () => {
  it.each<[string, string, string[], Record<string, string>, string]>([
    [
      "with a value",
      "save",
      ["claude", "Add login"],
      { npm_config_task: "" },
      "npm run session:save -- claude --task …",
    ],
    [
      "without one",
      "save",
      ["claude"],
      { npm_config_dry_run: "true" },
      "npm run session:save -- claude --dry-run",
    ],
    [
      "that say no",
      "save",
      ["claude"],
      { npm_config_github: "" },
      "npm run session:save -- claude --no-github",
    ],
    [
      "that every command takes",
      "status",
      [],
      { npm_config_json: "true" },
      "npm run session:status -- --json",
    ],
    [
      "with a short name",
      "save",
      ["claude", "Add login"],
      { npm_config_t: "true" },
      "npm run session:save -- claude --task …",
    ],
    [
      "with a short name that npm knows as another option",
      "save",
      ["claude"],
      { npm_config_message: "mind it" },
      "npm run session:save -- claude --note …",
    ],
    [
      "on a command with two arguments",
      "handoff",
      ["claude", "opencode", "groq"],
      { npm_config_provider: "" },
      "npm run session:handoff -- claude opencode --provider …",
    ],
  ])("are refused, with the line to type: %s", async (_, name, argv, kept, line) => {
    const env = { npm_lifecycle_event: `session:${name}`, ...kept };
    await expect(verify(name, argv, env)).rejects.toMatchObject({ code: 2, fix: line });
  });

  it("are refused by the script of the demonstration too", async () => {
    const env = { npm_lifecycle_event: "demo", npm_config_keep: "true" };
    await expect(verify("demo", [], env)).rejects.toMatchObject({ code: 2, fix: "npm run demo -- --keep" });
  });

  it.each<[string, Record<string, string>]>([
    [
      "none was kept",
      { npm_lifecycle_event: "session:save", npm_config_registry: "x", npm_config_loglevel: "warn" },
    ],
    [
      "another script runs us, whose flags are its own",
      { npm_lifecycle_event: "test", npm_config_task: "x" },
    ],
    ["npm does not run us", { npm_config_task: "x" }],
  ])("are none where %s", async (_, env) => {
    await expect(verify("save", ["claude"], env)).resolves.toBeUndefined();
  });
});
