import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ABSENT, fingerprints } from "../../scripts/git/fingerprint.ts";
import { temporaryFolder } from "../support/repo.ts";

async function markOf(root: string, path = "file"): Promise<string> {
  return (await fingerprints(root, [path]))[path] ?? "";
}

it("a mark changes with the content, and with nothing else", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "file"), "one");
  const one = await markOf(root);
  writeFileSync(join(root, "file"), "two");
  const two = await markOf(root);
  writeFileSync(join(root, "file"), "one");
  expect(two).not.toBe(one);
  expect(await markOf(root)).toBe(one);
});

it("large files are told apart by their size", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "file"), Buffer.alloc(1024 * 1024 + 1));
  const one = await markOf(root);
  writeFileSync(join(root, "file"), Buffer.alloc(1024 * 1024 + 2));
  expect(await markOf(root)).not.toBe(one);
});

it("a link is told by where it leads, whether there is something or not", async () => {
  const root = temporaryFolder();
  symlinkSync("gone", join(root, "file"));
  const gone = await markOf(root);
  expect(gone).not.toBe(ABSENT);
  unlinkSync(join(root, "file"));
  symlinkSync("elsewhere", join(root, "file"));
  expect(await markOf(root)).not.toBe(gone);
});

it("what is not there has the mark of absence, also below a file", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "file"), "");
  mkdirSync(join(root, "folder"));
  expect(await fingerprints(root, ["gone", "file/below", "folder"])).toEqual({
    gone: ABSENT,
    "file/below": ABSENT,
    folder: "folder",
  });
});

it("a file may have the name of what every object has", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "__proto__"), "x");
  const marks = await fingerprints(root, ["__proto__"]);
  expect(Object.keys(marks)).toEqual(["__proto__"]);
});
