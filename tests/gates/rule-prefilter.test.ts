import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { necessaryPiece } from "../../scripts/gates/rule-prefilter.ts";
import { openRepository } from "../../scripts/git/repository.ts";
import { filesMatching } from "../../scripts/git/search.ts";
import { repo } from "../support/repo.ts";

describe("what every match of a pattern must contain", () => {
  const cases: [pattern: RegExp, piece: string | null][] = [
    [/px-8/, "px\\x2d8"],
    [/\bpx-8\b/, "px\\x2d8"],
    [/import\s+React/, "import"],
    [/a\s+PageLayout/, "PageLayout"],
    [/(?:bg|text)-blue/, "(?:bg|text)\\x2dblue"],
    [/(px|py)-(?<size>8|16)/, "(?:px|py)\\x2d(?:8|16)"],
    [/abc?de/, "abc?de"],
    [/abc*de/, "ab"],
    [/abc+de/, "abc"],
    [/a(?:bc){2,}/, "a(?:bc)(?:bc)"],
    [/(?:bc){2}d/, "(?:bc)(?:bc)d"],
    [/foo(?=bar)baz/, "foobaz"],
    [/(?<!x)foo/, "foo"],
    [/foo|.bar|ba[zr]/, "(?:foo|bar|ba[zr])"],
    [/a[^\n]b.cd\n/, "cd"],
    [/[\s\S]*needle[\s\S]*/, "needle"],
    [/(.)\1abc/, "abc"],
    [/\.\.\//, "\\x2e\\x2e\\x2f"],
    [/"(?:\.\.\/)+lib"/, "\\x2e\\x2e\\x2flib\\x22"],
    [/\d{4}/, "[0123456789][0123456789][0123456789][0123456789]"],
    [/naïve/u, "na"],
    // Nothing simple, or too little, is in all of them.
    [/./, null],
    [/\d\d\d/, null],
    [/[a-z]+/, null],
    [/foo|\s/, null],
    [/foo|/, null],
    [/(?:foo)?/, null],
    [/[^a]/, null],
    [/日本/u, null],
  ];
  for (const [pattern, piece] of cases) {
    it(`${pattern}`, () => expect(necessaryPiece(pattern)).toBe(piece));
  }

  it("is found wherever the pattern is", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        pattern(),
        fc.array(fc.constantFrom(..."abc-./ \n\té日😀"), { maxLength: 30 }),
        (source, chars) => {
          const text = chars.join("");
          for (const flags of ["gm", "gmu"]) {
            const regex = new RegExp(source, flags);
            const piece = necessaryPiece(regex, 0);
            if (piece === null || !regex.test(text)) continue;
            compared++;
            // One line at a time, and byte by byte, as git does.
            const lines = Buffer.from(text).toString("latin1").split("\n");
            expect(
              lines.some((line) => new RegExp(piece).test(line)),
              `${regex} needs ${piece}`,
            ).toBe(true);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it("is found by git as by JavaScript", async () => {
    const here = repo({
      "a.ts": "é px-8\n",
      "b.ts": "px–8\n",
      "c.ts": 'from "../../../x"\n',
      "d.bin": "\0px-8\n",
    });
    here.write("untracked.ts", "gap-16\n");
    here.write(".gitignore", "ignored.ts\n");
    here.write("ignored.ts", "px-8\n");
    const repository = await openRepository(here.root, here.env);
    const find = (pattern: RegExp) =>
      filesMatching(repository, [necessaryPiece(pattern) ?? ""], new AbortController().signal);
    expect(await find(/\b(?:p[xytblr]?|gap)-\d+\b/)).toEqual(["a.ts", "d.bin", "untracked.ts"]);
    expect(await find(/['"](?:\.\.\/){3,}/)).toEqual(["c.ts"]);
    expect(await find(/nowhere/)).toEqual([]);
  });

  it("is not asked of a git that does not know such patterns", async () => {
    const here = repo({ "a.ts": "a\n" });
    const repository = await openRepository(here.root, here.env);
    expect(await filesMatching(repository, ["(unclosed"], new AbortController().signal)).toBeNull();
  });
});

/** Small regular expressions of all kinds, valid in both modes. */
function pattern(): fc.Arbitrary<string> {
  const { regex } = fc.letrec<{ regex: string; sequence: string; part: string; atom: string }>((tie) => ({
    regex: fc.oneof(
      { maxDepth: 3 },
      tie("sequence"),
      fc.tuple(tie("sequence"), tie("sequence")).map(([a, b]) => `${a}|${b}`),
    ),
    sequence: fc.array(tie("part"), { maxLength: 5 }).map((parts) => parts.join("")),
    part: fc
      .tuple(tie("atom"), fc.constantFrom("", "", "", "?", "*", "+", "{2}", "{1,2}", "{0}", "+?"))
      .map(([atom, times]) => atom + times),
    atom: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        "a",
        "b",
        "c",
        "-",
        "\\.",
        "\\/",
        " ",
        "é",
        ".",
        "\\s",
        "\\w",
        "\\W",
        "\\S",
        "\\n",
        "[ab]",
        "[^a]",
        "[a-c-]",
        "[\\s\\S]",
        "[é]",
      ),
      fc.constantFrom("(?:\\b)", "(?:^)", "(?:$)", "(?:(?=a))", "(?:(?<!b))", "(?:(?!c))"),
      tie("regex").map((inner) => `(?:${inner})`),
      tie("regex").map((inner) => `(${inner})`),
    ),
  }));
  return regex;
}
