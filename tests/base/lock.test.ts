import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withLock } from "../../scripts/base/lock.ts";
import { asOrdinaryUser } from "../support/ordinary-user.ts";
import { temporaryFolder } from "../support/repo.ts";

/** No process has this id: Linux and macOS end far below it. */
const DEAD = 2 ** 30;

function leaveLock(path: string, holder: object): void {
  writeFileSync(
    path,
    JSON.stringify({ host: hostname(), time: "2026-01-05T12:30:00Z", token: "theirs", ...holder }),
  );
}

describe("the lock", () => {
  it("lets one in at a time, and everybody in the end", async () => {
    const path = join(temporaryFolder(), "deep/lock");
    let inside = 0;
    let most = 0;
    const done: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        withLock(path, async () => {
          inside++;
          most = Math.max(most, inside);
          await sleep(2);
          inside--;
          done.push(i);
        }),
      ),
    );
    expect(most).toBe(1);
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it("gives the answer of the work, and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    expect(await withLock(join(folder, "lock"), async () => 42)).toBe(42);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is released when the work throws", async () => {
    const folder = temporaryFolder();
    const work = async () => {
      throw new Error("no luck");
    };
    await expect(withLock(join(folder, "lock"), work)).rejects.toThrow("no luck");
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["a process that died", DEAD],
    ["an earlier process that had this one's id", process.pid],
  ])("is taken over from %s, and what it left is cleared up", async (_, pid) => {
    const folder = temporaryFolder();
    const path = join(folder, "lock");
    leaveLock(path, { pid });
    leaveLock(`${path}.takeover`, { pid: DEAD });
    writeFileSync(`${path}.tmp-${DEAD}-x`, "");
    utimesSync(`${path}.tmp-${DEAD}-x`, 0, 0);
    expect(await withLock(path, async () => "in")).toBe("in");
    expect(readdirSync(folder).filter((name) => name !== "lock.takeover")).toEqual([]);
  });

  it("is taken over by one of many, while the others wait", async () => {
    for (let round = 0; round < 20; round++) {
      const path = join(temporaryFolder(), "lock");
      leaveLock(path, { pid: DEAD });
      let inside = 0;
      let most = 0;
      const work = async () => {
        most = Math.max(most, ++inside);
        await sleep(1);
        inside--;
      };
      await Promise.all(Array.from({ length: 8 }, () => withLock(path, work)));
      expect(most).toBe(1);
    }
  });

  it.each([
    ["a living process", { pid: process.ppid }, `process ${process.ppid}`],
    ["another machine, where nobody can see who lives", { pid: DEAD, host: "elsewhere" }, "on elsewhere"],
  ])("is not taken from %s: after the wait it says who has it and what to do", async (_, holder, words) => {
    const path = join(temporaryFolder(), "my lock");
    leaveLock(path, holder);
    await expect(withLock(path, async () => "in", 30)).rejects.toMatchObject({
      message: expect.stringContaining(words),
      fix: expect.stringContaining(`rm '${path}'`),
      code: 1,
    });
    expect(readFileSync(path, "utf8")).toContain("theirs");
  });

  it("is not taken over while it cannot be read", async () => {
    const path = join(temporaryFolder(), "lock");
    writeFileSync(path, "");
    await expect(withLock(path, async () => "in", 30)).rejects.toThrow(/another process/);
  });

  it("says why it cannot be had where nothing can be written", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "closed"), { mode: 0o555 });
    const { stdout } = await asOrdinaryUser(
      `const { withLock } = await ours("scripts/base/lock.ts");
       for (const path of ["/closed/lock", "/closed/deep/lock"])
         await withLock(folders[0] + path, async () => {}).catch((e) => console.log(e.name, e.message));`,
      [root],
    );
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      expect.stringMatching(/^UserError Could not write .*closed\/lock: permission denied/),
      expect.stringMatching(/^UserError Could not write .*closed\/deep: permission denied/),
    ]);
  });

  it("says so where a file is in the place of its folder", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "file"), "");
    await expect(withLock(join(root, "file/lock"), async () => {})).rejects.toThrow(
      /is a file, not a folder/,
    );
  });
});
