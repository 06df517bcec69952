// @module-tag slow
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { program, run } from "../support/cli.ts";
import { repo } from "../support/repo.ts";
import { buildSaver } from "./saver-build.ts";

// A limit on the size of files breaks a write off in the middle, as a full disk does, and needs no rights.
it.each([
  ["a save", ["save", "claude", "--task", "After"]],
  ["a handoff", ["handoff", "claude", "codex", "--no-validate"]],
])(
  "keeps the old states when %s breaks off in the middle of a write, and leaves nothing behind",
  async (_, words) => {
    const here = repo({ "a.ts": "1\n" });
    await run(here, ["save", "claude", "--task", "Before"]);
    const file = join(here.root, ".claude/.session-state.json");
    const before = readFileSync(file, "utf8");
    const saver = await buildSaver();
    const limited = 'trap "" XFSZ; ulimit -f 1; exec "$@"';
    const { code, err } = await program(here, "sh", [
      "-c",
      limited,
      "sh",
      process.execPath,
      saver,
      here.root,
      "1",
      ...words,
    ]);
    expect(code).toBe(1);
    expect(err).toContain("files may not be that large here");
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(readdirSync(join(here.root, ".claude"))).toEqual([".session-state.json"]);
    expect(existsSync(join(here.root, ".codex/.session-state.json"))).toBe(false);
    expect(
      readdirSync(join(here.root, ".git/baton")).filter((name) => /lock|pending|tmp/.test(name)),
    ).toEqual([]);
    expect((await run(here, words)).code).toBe(0);
  },
);
