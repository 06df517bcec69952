// @module-tag slow
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { isUserError } from "../../scripts/base/errors.ts";
import { run } from "../support/cli.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";

const SECRET = "TOPSECRETVALUE";

/** Files that a person, a clone or another program may have put there, each with a command that reads it. */
const PLACES: [place: string, argv: string[]][] = [
  [".claude/.session-state.json", ["restore", "claude"]],
  [".claude/.session-state.json", ["save", "claude", "--no-transcript"]],
  ["baton.config.json", ["status"]],
  ["package.json", ["status"]],
  ["tsconfig.json", ["validate", "claude", "--only", "typescript"]],
  [".baton/templates/general.md", ["restore", "claude", "--prompt"]],
  [".git/baton/lock", ["save", "claude", "--no-transcript"]],
  [".git/baton/pending.json", ["status"]],
];

/** What may stand in a file's place. */
const KINDS: [kind: string, make: (path: string) => void][] = [
  ["a pipe", (path) => execFileSync("mkfifo", [path])],
  ["a folder", (path) => mkdirSync(path)],
  ["a link to an endless device", (path) => symlinkSync("/dev/zero", path)],
  ["a link to the terminal", (path) => symlinkSync("/dev/tty", path)],
  ["a link that leads nowhere", (path) => symlinkSync("gone", path)],
  [
    "a link to a private file elsewhere",
    (path) => {
      const outside = join(temporaryFolder(), "private");
      writeFileSync(outside, `${SECRET} and more`);
      symlinkSync(outside, path);
    },
  ],
];

describe.each(KINDS)("with %s", (kind, make) => {
  // A lock that says nothing is waited for, and is no file that a clone can bring.
  const places = PLACES.filter(([place]) => !place.endsWith("lock") || !kind.startsWith("a link"));
  it.each(places)("in the place of %s, `%j` ends, in words, and shows nothing of it", async (place, argv) => {
    const here = repo({ "a.txt": "a" });
    await run(here, ["save", "claude", "--no-transcript"]);
    const path = join(here.root, place);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    make(path);
    const said = await answerOf(here, argv);
    expect(said).not.toContain(SECRET.slice(0, 5));
    // Nothing of the private file may be copied in, neither by us nor on our advice.
    expect(said).not.toMatch(/\bcp\b/);
  });
});

/** What a command prints, or the message and the advice that it fails with. Any other error is thrown. */
async function answerOf(here: Repo, argv: readonly string[]): Promise<string> {
  try {
    const { out, talk, data } = await run(here, argv);
    return out + talk + JSON.stringify(data);
  } catch (error) {
    if (isUserError(error)) return `${error.message}\n${error.fix}\n${JSON.stringify(error.details)}`;
    throw error;
  }
}
