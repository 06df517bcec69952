import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import { renderError, renderHelp, styleFor } from "../../scripts/cli/print.ts";
import { COMMANDS } from "../../scripts/commands/index.ts";
import { unknownCommand } from "../../scripts/commands/unknown.ts";
import { refusal, run } from "../support/cli.ts";
import { repo } from "../support/repo.ts";

describe("words that were typed wrong", () => {
  it.each<[string[], string, RegExp]>([
    [["save", "claude", "--task"], '--task needs a value: --task "…"', /baton save --help/],
    [["save", "claude", "-t"], '--task needs a value: --task "…"', /baton save --help/],
    [["save", "claude", "--spent"], "--spent needs a value: --spent <duration>", /baton save --help/],
    [["list", "a"], "baton list takes no arguments, and was given 1: a.", /baton list --help/],
    [["restore", "a", "b"], "baton restore takes 1 argument at most, and was given 2: a and b.", /./],
    [["save", "claude", "--taks", "x"], "baton save has no option --taks.", /^Did you mean --task\?/],
    [
      ["handoff", "claude", "codex", "-r", "bored"],
      '--reason cannot be "bored". It is one of: rate_limit, escalation, offline, research, cost, other.',
      /./,
    ],
    [
      ["escalate"],
      "baton escalate needs <agent>: whose task needs a stronger agent.",
      /^Such as: baton escalate opencode/,
    ],
    [["save", "claude", "-n", "-t"], "--next needs a value, and was given the option -t.", /--next <step>/],
  ])("are answered in our own words: %j", async (argv, message, fix) => {
    expect(await refusal(repo(), argv)).toMatchObject({ code: 2, message, fix: expect.stringMatching(fix) });
  });

  it.each<[string, RegExp]>([
    ["resume", /^Did you mean restore\?/],
    ["hand", /^Did you mean handoff\?/],
    ["safe", /^Did you mean save\?/],
    ["re", /^Did you mean restore or redact\?/],
    ["cl", /baton save claude/],
    ["claude-code", /baton save claude/],
    ["Codex", /baton restore codex/],
    ["zzzz", /^All commands: baton --help/],
  ])("%j is no command, and the one that was meant is named", (word, fix) => {
    const error = unknownCommand(word, COMMANDS);
    expect(error).toMatchObject({ code: 2, fix: expect.stringMatching(fix) });
    expect(error.fix).toMatch(/All commands: baton --help$/);
  });
});

describe("a help page", () => {
  it.each(Object.keys(COMMANDS))("of %s has examples, each of which is a command of ours", async (name) => {
    const { out } = await run(repo(), [name, "--help"]);
    const [, examples = ""] = out.split("\nExamples:\n");
    expect(examples.trim().split("\n").join("\n")).toMatch(new RegExp(`(baton |session:)${name}\\b`));
  });

  it("has no short option twice", async () => {
    for (const [name, entry] of Object.entries(COMMANDS)) {
      const { command } = await entry.load();
      const short = command.options.flatMap(({ flags }) => /^-\w/.exec(flags) ?? []);
      expect([name, new Set([...short, "-q", "-h"]).size]).toEqual([name, short.length + 2]);
    }
  });
});

it("takes short options for the common ones", async () => {
  const here = repo({ "a.ts": "1\n" });
  const { data } = await run(here, [
    "save",
    "claude",
    "-t",
    "Add login",
    "-n",
    "Test",
    "-n",
    "Ship",
    "-m",
    "mind it",
  ]);
  expect(data.state).toMatchObject({
    task: { description: "Add login" },
    context: { next_steps: ["Test", "Ship"], notes: ["mind it"] },
  });
});

describe("colours", () => {
  const colour = { colour: new Chalk({ level: 1 }), width: 80 };
  const plain = styleFor({ isTTY: true }, { NO_COLOR: "1" });

  it("are nowhere without a terminal", () => {
    expect(renderHelp("Usage: x", plain) + renderError("no", "See: baton --help", plain)).not.toContain(
      "\u001b",
    );
  });

  it("are where people expect them", () => {
    expect(renderHelp("Usage: x\n", colour)).toBe("\u001b[1mUsage:\u001b[22m x\n");
    expect(renderHelp("  baton save\n", colour)).toContain("\u001b[36m  baton save");
    const error = renderError("It failed.", "Type this: baton save claude", colour);
    expect(error).toContain("\u001b[31mIt failed.");
    expect(error).toContain("Type this: \u001b[36mbaton save claude");
  });
});
