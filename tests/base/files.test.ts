import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  exists,
  isInside,
  readTextIfExists,
  sweepTemporaries,
  writeFileAtomic,
} from "../../scripts/base/files.ts";
import { readJsonlEnds } from "../../scripts/base/jsonl-ends.ts";
import { asOrdinaryUser } from "../support/ordinary-user.ts";
import { temporaryFolder } from "../support/repo.ts";

const makePipe = (path: string) => execFileSync("mkfifo", [path]);

/** No process has this id: Linux and macOS end far below it. */
const DEAD = 2 ** 30;

describe("writing a file in one step", () => {
  it("makes the folders that are missing, and leaves nothing beside the file", async () => {
    const folder = temporaryFolder();
    await writeFileAtomic(join(folder, "a/b/c.json"), "new");
    expect(readFileSync(join(folder, "a/b/c.json"), "utf8")).toBe("new");
    expect(readdirSync(join(folder, "a/b"))).toEqual(["c.json"]);
  });

  it("gives the file the permissions that were asked for", async () => {
    const path = join(temporaryFolder(), "private");
    await writeFileAtomic(path, "x", { mode: 0o600 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("never changes the old file's content: who has it open, or linked, keeps it", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "state"), "old");
    linkSync(join(folder, "state"), join(folder, "kept"));
    await writeFileAtomic(join(folder, "state"), "new");
    expect(readFileSync(join(folder, "kept"), "utf8")).toBe("old");
  });

  it("replaces a link to a file instead of following it", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "elsewhere"), "untouched");
    symlinkSync("elsewhere", join(folder, "state"));
    await writeFileAtomic(join(folder, "state"), "new");
    expect(readFileSync(join(folder, "elsewhere"), "utf8")).toBe("untouched");
    expect(readFileSync(join(folder, "state"), "utf8")).toBe("new");
  });

  it.each([
    [
      "a folder of that name",
      "there is a folder with that name",
      (root: string) => mkdirSync(join(root, "a/s"), { recursive: true }),
    ],
    [
      "a file where a folder is needed",
      "a part of the path is a file",
      (root: string) => writeFileSync(join(root, "a"), ""),
    ],
    [
      "links in a circle",
      "a link on the way leads in a circle",
      (root: string) => symlinkSync("a", join(root, "a")),
    ],
  ])("says what stands in the way: %s", async (_, words, prepare) => {
    const root = temporaryFolder();
    prepare(root);
    await expect(writeFileAtomic(join(root, "a/s"), "new")).rejects.toMatchObject({
      message: expect.stringContaining(words),
      code: 1,
    });
    expect(readdirSync(root)).toEqual(["a"]);
  });

  it("says what to do where a folder may not be written", async () => {
    const root = temporaryFolder();
    chmodSync(root, 0o555);
    const { stdout } = await asOrdinaryUser(
      `const { writeFileAtomic } = await ours("scripts/base/files.ts");
       await writeFileAtomic(folders[0] + "/state", "new").catch((e) => console.log(e.message, "|", e.fix));`,
      [root],
    );
    expect(stdout).toMatch(/permission denied\. Nothing was changed\. \| Give yourself write permission/);
  });

  describe("inside a folder", () => {
    it("refuses to go through a link that leads out of it", async () => {
      const root = temporaryFolder();
      const outside = temporaryFolder();
      symlinkSync(outside, join(root, "link"));
      await expect(writeFileAtomic(join(root, "link/deep/x"), "new", { within: root })).rejects.toMatchObject(
        {
          message: expect.stringContaining(`to ${outside}`),
          fix: expect.stringContaining(`rm ${join(root, "link")}`),
        },
      );
      expect(readdirSync(outside)).toEqual([]);
    });

    it("refuses to go through a link into the git folder", async () => {
      const root = temporaryFolder();
      mkdirSync(join(root, ".git/hooks"), { recursive: true });
      symlinkSync(".git/hooks", join(root, "link"));
      await expect(writeFileAtomic(join(root, "link/x"), "new", { within: root })).rejects.toMatchObject({
        message: expect.stringContaining("into the git folder"),
      });
      expect(readdirSync(join(root, ".git/hooks"))).toEqual([]);
    });

    it.each([
      ["nowhere", "gone"],
      ["to itself", "link"],
    ])("refuses to go through a link that leads %s", async (_, target) => {
      const root = temporaryFolder();
      symlinkSync(target, join(root, "link"));
      await expect(writeFileAtomic(join(root, "link/x"), "new", { within: root })).rejects.toMatchObject({
        message: expect.stringMatching(/leads nowhere/),
        code: 1,
      });
    });

    it("follows a link that stays inside", async () => {
      const root = temporaryFolder();
      mkdirSync(join(root, "real"));
      symlinkSync("real", join(root, "link"));
      await writeFileAtomic(join(root, "link/x"), "new", { within: root });
      expect(readFileSync(join(root, "real/x"), "utf8")).toBe("new");
    });

    it("quotes the paths in the commands that it proposes", async () => {
      const root = temporaryFolder();
      symlinkSync("/", join(root, "my link"));
      await expect(writeFileAtomic(join(root, "my link/x"), "new", { within: root })).rejects.toMatchObject({
        fix: expect.stringContaining(`rm '${join(root, "my link")}'`),
      });
    });
  });
});

describe("clearing up after killed writers", () => {
  const old = (path: string) => utimesSync(path, 0, 0);

  it("removes what a dead writer of the same file left, at the next write", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "state");
    writeFileSync(`${path}.tmp-${DEAD}-abc`, "half");
    old(`${path}.tmp-${DEAD}-abc`);
    await writeFileAtomic(path, "new");
    expect(readdirSync(folder)).toEqual(["state"]);
  });

  it.each([
    ["of a process that lives", `state.tmp-${process.pid}-abc`, true],
    ["of another file", `other.tmp-${DEAD}-abc`, true],
    ["that is young, and may be another container's", `state.tmp-${DEAD}-abc`, false],
    ["that is none of ours", "state.tmp-mine", true],
  ])("leaves one %s", async (_, name, isOld) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), "");
    if (isOld) old(join(folder, name));
    await sweepTemporaries(join(folder, "state"));
    expect(readdirSync(folder)).toEqual([name]);
  });

  it("does nothing where there is no such folder", async () => {
    await expect(sweepTemporaries(join(temporaryFolder(), "no/state"))).resolves.toBeUndefined();
  });
});

describe("asking for a file", () => {
  it("gives null where there is none, whatever of the path is missing", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "text");
    expect(await readTextIfExists(join(folder, "no/such/file"))).toBeNull();
    expect(await readTextIfExists(join(folder, "file/below"))).toBeNull();
    expect(await exists(join(folder, "file/below"))).toBe(false);
    expect(await readTextIfExists(join(folder, "file"))).toBe("text");
  });

  it.each([
    ["a folder", "a folder", (path: string) => mkdirSync(path)],
    ["a pipe that nobody writes to", "a named pipe", (path: string) => makePipe(path)],
    ["a link to an endless device", "a device", (path: string) => symlinkSync("/dev/zero", path)],
    ["a link in a circle", "links lead in a circle", (path: string) => symlinkSync(path, path)],
    [
      "a file that is too large",
      "larger than 1 KiB",
      (path: string) => writeFileSync(path, "x".repeat(1025)),
    ],
    [
      // Its size is said to be 0.
      "a file that does not say how large it is",
      "larger than 1 KiB",
      (path: string) => symlinkSync("/proc/self/smaps", path),
    ],
  ])("reads no more than it may where there is %s, and says what it is", async (_, words, make) => {
    const path = join(temporaryFolder(), "file");
    make(path);
    await expect(readTextIfExists(path, { maxBytes: 1024 })).rejects.toMatchObject({
      message: expect.stringContaining(words),
      code: 1,
    });
  });

  it.each([0, 1, 1024])("reads all of a file of %d bytes", async (size) => {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, "x".repeat(size));
    expect(await readTextIfExists(path, { maxBytes: 1024 })).toBe("x".repeat(size));
  });

  it.each([
    ["outside", (root: string) => symlinkSync("/etc/passwd", join(root, "file")), "out of the repository"],
    [
      "in a git folder",
      (root: string) => {
        mkdirSync(join(root, ".git"));
        writeFileSync(join(root, ".git/config"), "private");
        symlinkSync(".git/config", join(root, "file"));
      },
      "into the git folder",
    ],
  ])(
    "refuses a link to what is %s, where the file has to be the repository's own",
    async (_, make, words) => {
      const root = temporaryFolder();
      make(root);
      await expect(readTextIfExists(join(root, "file"), { within: root })).rejects.toMatchObject({
        message: expect.stringContaining(words),
      });
    },
  );

  it("passes over a pipe that lies where a listing looks for a session", () => {
    const path = join(temporaryFolder(), "session.jsonl");
    makePipe(path);
    expect(readJsonlEnds(path, 1000, 1000)).toBeNull();
  });

  it("follows a link that stays in the repository", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "real"), "text");
    symlinkSync("real", join(root, "file"));
    expect(await readTextIfExists(join(root, "file"), { within: root })).toBe("text");
  });

  it("counts a dangling link as something", async () => {
    const folder = temporaryFolder();
    symlinkSync("gone", join(folder, "link"));
    expect(await exists(join(folder, "link"))).toBe(true);
  });
});

describe("isInside", () => {
  it.each([
    ["/a", "/a", true],
    ["/a", "/a/b/c", true],
    ["/a", "/ab", false],
    ["/a", "/", false],
    ["/a", "/a/..b", true],
    ["/a/b", "/a/c", false],
    ["/", "/a", true],
  ])("%s and %s: %s", (folder, path, expected) => {
    expect(isInside(folder, path)).toBe(expected);
  });
});
