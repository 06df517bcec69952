import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editingPatch, patchAct, writingPatch } from "../../scripts/transcript/patch.ts";

const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
const lines = fc.array(fc.stringMatching(/^[ -~]*$/), { minLength: 1, maxLength: 5 });

describe("a patch", () => {
  test("that adds a file writes it", () => {
    fc.assert(
      fc.property(lines, (content) => {
        const text = content.map((line) => `${line}\n`).join("");
        expect(patchAct(writingPatch("a/b c.txt", text))).toEqual({
          does: "write",
          path: "a/b c.txt",
          content: text,
        });
      }),
    );
  });

  test("that replaces lines edits them", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const [old, now] = [before.join("\n"), after.join("\n")];
        fc.pre(old !== "" && !old.endsWith("\n") && !now.endsWith("\n") && now !== "");
        expect(patchAct(editingPatch("a", old, now))).toEqual({
          does: "edit",
          path: "a",
          before: old,
          after: now,
          everywhere: false,
        });
      }),
    );
  });

  test("has the lines around a change on both sides of it", () => {
    const text = patch("*** Update File: a.ts", "@@ class A", " one", "-two", "+2", " three");
    expect(patchAct(text)).toMatchObject({ before: "one\ntwo\nthree", after: "one\n2\nthree" });
  });

  test.each([
    ["changes two files", patch("*** Add File: a", "+x", "*** Add File: b", "+y")],
    ["changes two places", patch("*** Update File: a", "@@", "-x", "+y", "@@", "-z")],
    ["moves a file", patch("*** Update File: a", "*** Move to: b", "@@", "-x", "+y")],
    ["removes a file", patch("*** Delete File: a")],
    ["only adds lines somewhere", patch("*** Update File: a", "@@", "+x")],
    ["is no patch", "--- a\n+++ b"],
    ["is empty", ""],
  ])("is more than one act when it %s", (_, text) => expect(patchAct(text)).toBeNull());
});
