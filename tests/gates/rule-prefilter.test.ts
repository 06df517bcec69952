import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchPattern } from "../../scripts/gates/rule-prefilter.ts";
import { openRepository, type Repository } from "../../scripts/git/repository.ts";
import { filesMatching } from "../../scripts/git/search.ts";
import { propertyTest } from "../support/properties.ts";
import { type Repo, repo } from "../support/repo.ts";

/** Which of the texts git finds with the pattern's search; all of them, as for rules, where it gives the search up. */
async function found(
  here: Repo,
  repository: Repository,
  search: string,
  texts: readonly string[],
): Promise<string[]> {
  for (const [i, text] of texts.entries()) here.write(`f${i}`, text);
  const files = await filesMatching(repository, [search], new AbortController().signal);
  return texts.filter((_, i) => files === null || files.includes(`f${i}`));
}

describe("the search for a pattern", () => {
  const cases: [pattern: RegExp, hits: string[], misses: string[]][] = [
    [/\bpx-8\b/, ["px-8", " px-8;"], ["px-80", "apx-8", "px 8"]],
    [/(?:bg|text)-(?:blue|red)-\d{2,3}/, ["bg-blue-500", "text-red-50"], ["bg-blue-5", "bg-blueish-500"]],
    [/import\s+React/, ["import React", "import\nReact", "import  \n"], ["import Vue", "importReact"]],
    [/ab\n?\r*c/, ["abc", "ab\nc", "ab\rc"], ["abd"]],
    [/\s*import/, ["import", "\n  import"], ["export"]],
    [/[\s\S]*needle[\s\S]*/, ["a needle"], ["hay"]],
    [/a{2,3}b/, ["aab", "aaab"], ["ab"]],
    [/(["'])xy\1/, ["'xy'", "'xy\""], ["'yx'"]],
    [/foo(?=bar)baz/, ["foobaz"], ["foobar"]],
    [/(?<![\w-])mt-8(?!\w)/, ["mt-8", " mt-8-", "émt-8é"], ["-mt-8", "xmt-8", "mt-80"]],
    [/foo(?=[;,])/, ["foo;"], ["foo", "foo\n;"]],
    [/"[^"]*px-8/, ['"a px-8', '"a\npx-8', '"é日😀 px-8', "px-8"], ["px-9"]],
    [/^import .* from "x"$/u, ['import é from "x"', 'import 😀 from "x"'], ['import a from "y"']],
    [/a.b.c/u, ["a😀b日c", "aébéc"], ["ab.c"]],
    [/naïve–so/, ["naïve–so"], ["na so"]],
    [/\p{Lu}\p{Lu}ok/u, ["ABok", "ÄÖok"], ["abok"]],
    [/x\u{1F600}?yz/u, ["x😀yz", "xyz"], ["x z"]],
    [/\/\*[^*]*\*\//, ["/* a */", "/* a\nb */"], ["/ a"]],
    [/a-b\/c\]\}/, ["a-b/c]}"], ["a-b"]],
  ];
  for (const [pattern, hits, misses] of cases) {
    it(`${pattern} finds what it must, and little more`, async () => {
      const here = repo();
      const repository = await openRepository(here.root, here.env);
      const search = searchPattern(new RegExp(pattern.source, `gm${pattern.flags}`)) ?? "";
      expect(search).not.toBe("");
      expect(await found(here, repository, search, [...hits, ...misses])).toEqual(hits);
    });
  }

  const vague = [
    /./,
    /\d\d\d/,
    /[a-z]+/,
    /foo|\s/,
    /foo|/,
    /(?:foo)?/,
    /[^a]/,
    /日本/u,
    /\s+\S/,
    /(?=foo)/,
    /\b/,
  ];
  for (const pattern of vague) {
    it(`${pattern} is not worth it`, () => expect(searchPattern(pattern)).toBeNull());
  }

  propertyTest("finds every file in which the pattern matches", 150, async (numRuns) => {
    const here = repo();
    const repository = await openRepository(here.root, here.env);
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(
        patterns(),
        fc.array(texts(), { minLength: 30, maxLength: 30 }),
        async (source, samples) => {
          for (const flags of ["gm", "gmu"]) {
            const regex = new RegExp(source, flags);
            // What weighs less may match where there is no character at all, as in an empty file.
            const search = searchPattern(regex, 0.1);
            if (search === null) continue;
            const matching = samples.filter((text) => text.search(regex) !== -1);
            const files = await found(here, repository, search, samples);
            expect(
              matching.filter((text) => !files.includes(text)),
              `${regex} as ${search}`,
            ).toEqual([]);
            hits += matching.length;
          }
        },
      ),
      { numRuns },
    );
    expect(hits).toBeGreaterThan(numRuns / 2);
  });

  it("ends, whatever the pattern does", async () => {
    const here = repo({ poison: `${"a".repeat(5000)}!` });
    const repository = await openRepository(here.root, here.env);
    const search = searchPattern(/^(?:a+)+b$/gm) ?? "";
    // git gives up on its own, or finds nothing; both are answers.
    const files = await filesMatching(repository, [search], new AbortController().signal);
    expect(files ?? []).toEqual([]);
  });
});

function texts(): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(..."aabbc-./ \n\r\té日😀"), { maxLength: 16 })
    .map((chars) => chars.join(""));
}

/** Small regular expressions of all kinds, valid in both modes. */
function patterns(): fc.Arbitrary<string> {
  const sets = [
    "é",
    ".",
    "\\s",
    "\\w",
    "\\W",
    "\\S",
    "\\D",
    "\\n",
    "[ab]",
    "[^a]",
    "[a-c-]",
    "[\\s\\S]",
    "[é-]",
    "[^\\n]",
  ];
  const places = [
    "\\b",
    "\\B",
    "^",
    "$",
    "(?=a)",
    "(?<!b)",
    "(?![c-])",
    "(?<=\\w)",
    "(?=\\s)",
    "(?!ab)",
    "(?<!é)",
    "(?!\\n)",
  ];
  const repeats = ["", "", "", "?", "*", "+", "{2}", "{1,2}", "{0}", "+?", "{2,}"];
  const { regex } = fc.letrec<{ regex: string; sequence: string; part: string; atom: string }>((tie) => ({
    regex: fc.oneof(
      { maxDepth: 3 },
      tie("sequence"),
      fc.tuple(tie("sequence"), tie("sequence")).map(([a, b]) => `${a}|${b}`),
    ),
    sequence: fc.array(tie("part"), { minLength: 1, maxLength: 5 }).map((parts) => parts.join("")),
    part: fc.tuple(tie("atom"), fc.constantFrom(...repeats)).map(([atom, repeat]) => atom + repeat),
    atom: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("a", "b", "c", "-", "\\.", "\\/", " "),
      fc.constantFrom(...sets),
      fc.constantFrom(...places).map((place) => `(?:${place})`),
      tie("regex").map((inner) => `(?:${inner})`),
      tie("regex").map((inner) => `(${inner})`),
    ),
  }));
  return regex;
}
