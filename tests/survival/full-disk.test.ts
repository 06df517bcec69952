// @module-tag slow
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { EXIT } from "../../scripts/base/errors.ts";
import { refusal, run } from "../support/cli.ts";
import { repoAt, temporaryFolder } from "../support/repo.ts";

/** A file system of its own of a few hundred KB, or null where this user may not mount one. */
function smallDisk(): string | null {
  const folder = join(temporaryFolder(), "disk");
  mkdirSync(folder);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=600k", "tmpfs", folder]).status !== 0) return null;
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
  });
  return folder;
}

/** Writes until nothing goes in any more. */
function fill(folder: string): string {
  const path = join(folder, "ballast");
  for (let size = 256 * 1024; size >= 1; size = Math.floor(size / 2)) {
    for (let i = 0; ; i++) {
      try {
        writeFileSync(path, Buffer.alloc(size), { flag: "a" });
      } catch {
        break;
      }
      if (i > 1000) throw new Error("the disk does not fill");
    }
  }
  return path;
}

it("keeps the state when the disk is full, says so, and goes on when there is room", async () => {
  const disk = smallDisk();
  if (disk === null) {
    // Mounting takes rights that not every machine gives; `small-files.test.ts` breaks writes off without them.
    process.stderr.write(
      "full disk: this user may not mount a small file system, so only the mounting was tried\n",
    );
    return;
  }
  const here = repoAt(disk);
  here.git("init", "-q", "-b", "main", "--template=");
  await run(here, ["save", "claude", "--task", "Before"]);
  const path = join(disk, ".claude", ".session-state.json");
  const before = readFileSync(path, "utf8");

  const ballast = fill(disk);
  const error = await refusal(here, ["save", "claude", "--task", "After"]);
  expect(error.code).toBe(EXIT.failed);
  expect(error.message).toContain("disk is full");
  const handoff = await refusal(here, ["handoff", "claude", "codex", "--no-validate"]);
  expect(handoff.message).toMatch(/disk is full\. The saved states are the old ones\.$/);
  expect(existsSync(join(disk, ".codex", ".session-state.json"))).toBe(false);
  expect(readFileSync(path, "utf8")).toBe(before);
  expect(readdirSync(join(disk, ".claude"))).toEqual([".session-state.json"]);
  expect(existsSync(join(disk, ".git", "baton", "lock"))).toBe(false);

  rmSync(ballast);
  await run(here, ["save", "claude", "--task", "After"]);
  expect(JSON.parse(readFileSync(path, "utf8")).task.description).toBe("After");
});
