import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileChange } from "../../schema/git-facts.ts";
import { parseStatus, records } from "../../scripts/git/status-parser.ts";

const OID = "a".repeat(40);
const ordinary = (xy: string, path: string, submodule = "N...") =>
  `1 ${xy} ${submodule} 100644 100644 100644 ${OID} ${OID} ${path}`;
const unmerged = (xy: string, path: string) =>
  `u ${xy} N... 100644 100644 100644 100644 ${OID} ${OID} ${OID} ${path}`;

function parse(...lines: string[]) {
  return parseStatus(Buffer.from(lines.map((line) => `${line}\0`).join("")));
}

describe("the headers", () => {
  it.each([
    [
      [`# branch.oid ${OID}`, "# branch.head main"],
      { head: OID, branch: "main", upstream: null, ahead: null },
    ],
    [["# branch.oid (initial)", "# branch.head trunk"], { head: null, branch: "trunk" }],
    [[`# branch.oid ${OID}`, "# branch.head (detached)"], { head: OID, branch: null }],
    [
      ["# branch.upstream origin/main", "# branch.ab +3 -2"],
      { upstream: "origin/main", ahead: 3, behind: 2 },
    ],
    [["# branch.upstream origin/gone"], { upstream: "origin/gone", ahead: null, behind: null }],
    [["# stash 7"], { stashes: 7 }],
    [["# something.new x"], { stashes: 0 }],
  ])("%j", (lines, expected) => {
    expect(parse(...lines)).toMatchObject(expected);
  });
});

describe("a changed file", () => {
  it.each<[string, string, Partial<FileChange>]>([
    ["changed, not staged", ordinary(".M", "a"), { kind: "modified", staged: false, unstaged: true }],
    ["changed and staged", ordinary("M.", "a"), { kind: "modified", staged: true, unstaged: false }],
    ["staged, then changed again", ordinary("MM", "a"), { kind: "modified", staged: true, unstaged: true }],
    ["new and staged", ordinary("A.", "a"), { kind: "created", staged: true, unstaged: false }],
    ["new, staged, changed", ordinary("AM", "a"), { kind: "created", staged: true, unstaged: true }],
    ["announced with add --intent-to-add", ordinary(".A", "a"), { kind: "created", staged: false }],
    ["deleted, not staged", ordinary(".D", "a"), { kind: "deleted", staged: false, unstaged: true }],
    ["deleted and staged", ordinary("D.", "a"), { kind: "deleted", staged: true, unstaged: false }],
    ["changed, staged, deleted", ordinary("MD", "a"), { kind: "deleted", staged: true, unstaged: true }],
    ["of another type now", ordinary(".T", "a"), { kind: "modified" }],
    ["of another type, staged", ordinary("T.", "a"), { kind: "modified", staged: true }],
    ["a submodule at another commit", ordinary(".M", "a", "SC.."), { kind: "modified", submodule: true }],
    ["changed on both sides", unmerged("UU", "a"), { kind: "conflicted", staged: false, unstaged: true }],
    ["added on both sides", unmerged("AA", "a"), { kind: "conflicted" }],
    ["deleted by one side", unmerged("UD", "a"), { kind: "conflicted" }],
    ["untracked", "? a", { kind: "created", staged: false, unstaged: true, untracked: true }],
  ])("%s", (_, line, expected) => {
    const { changes } = parse(line);
    expect(changes).toEqual([expect.objectContaining({ path: "a", ...expected })]);
  });

  it("that was taken out of the index, but lies there still, is one modified file", () => {
    expect(parse(ordinary("D.", "a"), "? a").changes).toEqual([
      expect.objectContaining({ path: "a", kind: "modified", staged: true, unstaged: true }),
    ]);
  });

  it("of a kind that is not known is an error, not a lost file", () => {
    expect(() => parse("7 what is this")).toThrow(/not known/);
  });
});

describe("paths", () => {
  // What git can track: no NUL, no empty name.
  const path = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("\0"));

  it("come through as they are, whatever is in them", () => {
    fc.assert(
      fc.property(fc.uniqueArray(path), (paths) => {
        const lines = paths.map(
          (name, i) => [ordinary(".M", name), ordinary("A.", name), unmerged("UU", name), `? ${name}`][i % 4],
        );
        expect(parse(...lines.map(String)).changes.map((change) => change.path)).toEqual(paths);
      }),
    );
  });

  it("that are not UTF-8 keep a name of their own, and spoil no other", () => {
    const output = Buffer.concat([
      Buffer.from("? na\u00efve\0? "),
      Buffer.from([0x66, 0xff, 0xfe]),
      Buffer.from("\0? "),
      Buffer.from([0x66, 0xff, 0xfd]),
      Buffer.from("\0"),
    ]);
    expect(parseStatus(output).changes.map(({ path, escaped }) => [path, escaped])).toEqual([
      ["naïve", false],
      ["f\\xff\\xfe", true],
      ["f\\xff\\xfd", true],
    ]);
  });
});

describe("records", () => {
  it("never throws, and loses no separator", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(records(buffer)).toHaveLength(buffer.filter((byte) => byte === 0).length + 1);
      }),
    );
  });
});
