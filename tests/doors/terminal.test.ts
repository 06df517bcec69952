// @module-tag slow
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { shellLine } from "../../scripts/base/text.ts";
import { bundle } from "../support/bundle.ts";
import { run } from "../support/cli.ts";
import { programs } from "../support/programs.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";

/** The program that gives another one a terminal (util-linux). */
const HAS_TERMINAL = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");

const CLAUDE = ".claude/.session-state.json";
const FAILED = "exit 7";

/** Runs the `baton` command in a terminal of 80 columns; its last lines are the exit code and the terminal's settings. */
async function inTerminal(
  here: Repo,
  words: string[],
  type: (child: ChildProcess, shown: (text: string) => Promise<void>) => Promise<void>,
) {
  const folder = await bundle("scripts/baton.ts");
  const baton = shellLine([process.execPath, join(folder, "baton.mjs"), ...words]);
  // Ctrl-C reaches the shell too, which goes on.
  const line = `trap : INT; stty cols 80; ${baton}; echo code $?; stty -a`;
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    cwd: here.root,
    env: { ...here.env, PATH: `${programs("codex")}:${process.env.PATH}`, TERM: "xterm" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  const [, text] = await Promise.all([
    type(child, async (wanted) => {
      while (!stripVTControlCharacters(out).includes(wanted) && child.exitCode === null) await sleep(10);
    }),
    new Promise((resolve) => child.on("close", resolve)).then(() => out),
  ]);
  return {
    raw: text,
    /** What stays on the screen: of a line that was redrawn, what was drawn last. */
    screen: stripVTControlCharacters(text.replace(/\r\n/g, "\n").replace(/[^\n]*\r/g, "")),
    code: Number(/code (\d+)/.exec(text)?.[1]),
    isRestored: ["icanon", "echo", "isig"].every((flag) => new RegExp(`(?<![-\\w])${flag}\\s`).test(text)),
  };
}

/** A repository whose second gate runs until it is stopped, or until `end` is called. */
async function withSlowGate() {
  const sign = join(temporaryFolder(), "running");
  const end = join(temporaryFolder(), "end");
  const slow = `touch '${sign}'; while [ ! -e '${end}' ]; do sleep 0.05; done`;
  const gates = { typescript: { command: FAILED }, tests: { command: slow } };
  const here = repo({ "a.ts": "1\n", "baton.config.json": JSON.stringify({ gates }) });
  await run(here, ["save", "claude", "--task", "Add login"]);
  const running = async () => {
    while (!existsSync(sign)) await sleep(10);
  };
  return { here, running, end: () => writeFileSync(end, "") };
}

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  it("progress is one line that is redrawn, and each result is printed once", async () => {
    const { here, running, end } = await withSlowGate();
    const { raw, screen, code, isRestored } = await inTerminal(here, ["validate"], async (_, shown) => {
      await running();
      await shown("Tests: touch");
      end();
    });
    expect([code, isRestored]).toEqual([3, true]);
    expect(stripVTControlCharacters(raw)).toMatch(/Tests: touch .*… \(s skips the checks, Ctrl-C stops\)/);
    expect(screen.match(/TypeScript: /g)).toHaveLength(1);
    expect(screen.match(/Tests: /g)).toHaveLength(1);
    expect(screen).not.toContain("Ctrl-C stops");
  });

  it.each([["handoff", "claude", "codex"], ["validate"]])(
    "s skips the checks of %s alone",
    async (...words) => {
      const { here, running } = await withSlowGate();
      const { screen, code, isRestored } = await inTerminal(here, words, async (child, shown) => {
        await running();
        await shown("Tests: touch");
        child.stdin?.write("xs");
      });
      expect([code, isRestored]).toEqual([words[0] === "handoff" ? 0 : 3, true]);
      expect(screen).toMatch(/Tests: not run.*the person skipped it/);
      expect(screen).toMatch(/TypeScript: FAIL/);
    },
  );

  it.each([["handoff", "claude", "codex", "--commit"], ["validate"]])(
    "one Ctrl-C stops %s, and nothing is written",
    async (...words) => {
      const { here, running } = await withSlowGate();
      here.write("a.ts", "2\n");
      const before = [here.git("status", "--porcelain"), here.git("rev-parse", "HEAD")];
      const { screen, code, isRestored } = await inTerminal(here, words, async (child, shown) => {
        await running();
        await shown("Tests: touch");
        child.stdin?.write("\u0003");
      });
      expect([code, isRestored]).toEqual([130, true]);
      expect(screen).toContain("❌ Interrupted.");
      expect([here.git("status", "--porcelain"), here.git("rev-parse", "HEAD")]).toEqual(before);
      expect(existsSync(join(here.root, ".codex"))).toBe(false);
      expect(existsSync(join(here.root, CLAUDE))).toBe(true);
    },
  );

  it.each(["--quiet", "--json"])("nothing of it is shown with %s", async (flag) => {
    const { here, running, end } = await withSlowGate();
    const { raw, isRestored } = await inTerminal(here, ["validate", flag], async () => {
      await running();
      // Long enough for a line to be drawn.
      await sleep(700);
      end();
    });
    expect(raw).not.toMatch(/\u001b\[2K|Ctrl-C/);
    expect(isRestored).toBe(true);
  });
});
