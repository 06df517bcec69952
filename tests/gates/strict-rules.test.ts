import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RuleConfig } from "../../schema/config.ts";
import { EXIT, UserError } from "../../scripts/base/errors.ts";
import { checkRules } from "../../scripts/gates/check-rules.ts";
import type { RuleSetting } from "../../scripts/gates/gate.ts";
import { scanFiles } from "../../scripts/gates/rule-scan.ts";
import { readRules, ruleSetMark } from "../../scripts/gates/rule-set.ts";
import { repo } from "../support/repo.ts";

const TOKENS: RuleConfig = {
  id: "tokens",
  level: "STRICT",
  files: ["app/**/*.tsx"],
  exclude: ["app/generated/**"],
  forbid: "\\b(?:px-\\d+|bg-blue-\\d+)\\b",
  message: "Hardcoded design token",
  fix: "Use the tokens",
};

const LAYOUT: RuleConfig = {
  id: "layout",
  level: "FLEXIBLE",
  files: ["app/**/page.tsx"],
  require: "<PageLayout\\b",
  message: "A page without PageLayout",
};

async function check(
  files: Record<string, string | Buffer>,
  rules: RuleConfig[],
  setting: Partial<RuleSetting> = {},
  signal = new AbortController().signal,
) {
  const here = repo();
  for (const [path, content] of Object.entries(files)) here.write(path, content);
  return checkRules(
    here.root,
    readRules(rules),
    { rules, scope: "all files", files: async () => Object.keys(files), ...setting },
    signal,
  );
}

describe("rules", () => {
  it("name file, line and text of what they forbid, and how to mend it", async () => {
    const outcome = await check(
      {
        "app/Header.tsx": 'one\n<div className="px-8 bg-blue-500">\n\n  px-4\n',
        "app/generated/x.tsx": "px-8",
        "lib/y.tsx": "px-8",
      },
      [TOKENS],
    );
    const found = {
      rule: "tokens",
      level: "STRICT",
      file: "app/Header.tsx",
      message: TOKENS.message,
      fix: TOKENS.fix,
    };
    expect(outcome).toEqual({
      result: "fail",
      violations: [
        { ...found, line: 2, text: "px-8" },
        { ...found, line: 2, text: "bg-blue-500" },
        { ...found, line: 4, text: "px-4" },
      ],
    });
  });

  it("name files that lack what they require, and those that are FLEXIBLE fail nothing", async () => {
    const outcome = await check(
      { "app/page.tsx": "<PageLayout>\n", "app/new-page/page.tsx": "<div>\n", "app/other.tsx": "<div>\n" },
      [LAYOUT],
    );
    expect(outcome).toEqual({
      result: "pass",
      violations: [
        { rule: "layout", level: "FLEXIBLE", file: "app/new-page/page.tsx", message: LAYOUT.message },
      ],
    });
  });

  it("are told STRICT ones first, each kind by place", async () => {
    const outcome = await check({ "app/b/page.tsx": "x\npx-8\n", "app/a/page.tsx": "px-8 px-9\n" }, [
      LAYOUT,
      TOKENS,
    ]);
    expect(outcome.violations?.map(({ level, file, line, text }) => [level, file, line, text])).toEqual([
      ["STRICT", "app/a/page.tsx", 1, "px-8"],
      ["STRICT", "app/a/page.tsx", 1, "px-9"],
      ["STRICT", "app/b/page.tsx", 2, "px-8"],
      ["FLEXIBLE", "app/a/page.tsx", undefined, undefined],
      ["FLEXIBLE", "app/b/page.tsx", undefined, undefined],
    ]);
  });

  const patterns: [what: string, pattern: string, text: string, expected: [line: number, text: string][]][] =
    [
      [
        "anchors stand for the ends of a line",
        "^b$",
        "a\nb\r\nbb\nb",
        [
          [2, "b"],
          [4, "b"],
        ],
      ],
      [
        "a match may go over lines",
        "import \\{[^}]*\\} from 'x'",
        "y\nimport {\n a\n} from 'x'\n",
        [[2, "import {\n a\n} from 'x'"]],
      ],
      ["look-around and back-references are known", "(['\"])x\\1(?!;)", "'x';\n'x'\n'x\"", [[2, "'x'"]]],
      ["properties of characters are known", "\\p{Lu}{2}", "aB\nÄÖ", [[2, "ÄÖ"]]],
      ["escapes that the strict mode refuses are taken as they are", "a\\-b", "a-b", [[1, "a-b"]]],
      ["a dot is a whole character", "^.$", "😀\nab", [[1, "😀"]]],
      ["a place without text is shown by its line", "^(?=x)", "y\n x\nx1\n", [[3, "x1"]]],
      ["a byte order mark is no text", "^a", "\uFEFFa", [[1, "a"]]],
    ];
  for (const [what, forbid, text, expected] of patterns) {
    it(`are JavaScript's regular expressions: ${what}`, async () => {
      const outcome = await check({ "app/a.tsx": text }, [{ ...TOKENS, forbid }]);
      expect(outcome.violations?.map((violation) => [violation.line, violation.text])).toEqual(expected);
    });
  }

  it("bound what they show of a long match", async () => {
    const outcome = await check({ "app/a.tsx": `x${" yyy".repeat(5000)}` }, [{ ...TOKENS, forbid: "x.*" }]);
    expect(outcome.violations?.[0]?.text).toMatch(/^x( yyy){30,39}…$/);
  });

  it("count what they do not list", async () => {
    const outcome = await check({ "app/a.tsx": "px-8 ".repeat(500), "app/page.tsx": "x" }, [TOKENS, LAYOUT]);
    expect(outcome.violations).toHaveLength(200);
    expect(outcome.violationTotals).toEqual({ STRICT: 500, FLEXIBLE: 1 });
  });

  it("pass over what is no text of its own: binary files, links, folders, what is gone", async () => {
    const here = repo({ "app/real.tsx": "px-1" });
    here.write("app/binary.tsx", Buffer.from("px-8\0"));
    mkdirSync(join(here.root, "app/folder.tsx"));
    writeFileSync(join(here.root, "..", "outside.tsx"), "px-8");
    symlinkSync("../../outside.tsx", join(here.root, "app/link.tsx"));
    const files = ["real", "binary", "folder", "link", "gone"].map((name) => `app/${name}.tsx`);
    const outcome = await checkRules(
      here.root,
      readRules([TOKENS]),
      { rules: [TOKENS], scope: "all files", files: async () => files },
      new AbortController().signal,
    );
    rmSync(join(here.root, "..", "outside.tsx"));
    expect(outcome.violations?.map((violation) => violation.file)).toEqual(["app/real.tsx"]);
    expect(outcome.reason).toBeUndefined();
  });

  it("say which files they could not check", async () => {
    const outcome = await check({ "app/huge.tsx": "px-8\n".repeat(1024 * 1024) }, [TOKENS]);
    expect(outcome).toMatchObject({
      result: "pass",
      reason: expect.stringContaining("app/huge.tsx: larger than 4 MiB"),
    });
  });
});

describe("a regular expression that blows up", () => {
  const EVIL: RuleConfig = { ...TOKENS, id: "evil", forbid: "^(?:a+)+$" };
  const POISON = `${"a".repeat(60)}!`;

  it("is stopped, and that is a violation, while everything else is checked", async () => {
    const outcome = await check({ "app/a.tsx": `${POISON} px-8`, "app/b.tsx": "aaa\n" }, [EVIL, TOKENS]);
    expect(outcome.result).toBe("fail");
    expect(outcome.violations?.map(({ rule, file, text }) => [rule, file, text])).toEqual([
      ["evil", "app/a.tsx", undefined],
      ["tokens", "app/a.tsx", "px-8"],
      ["evil", "app/b.tsx", "aaa"],
    ]);
    expect(outcome.violations?.[0]).toMatchObject({
      message: expect.stringContaining("could not be checked"),
      fix: expect.stringContaining("evil"),
    });
  });

  it("is given up after some files, however many there are", { tags: "slow" }, async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`app/${i}.tsx`, POISON]));
    const outcome = await check(files, [EVIL]);
    expect(outcome.violations).toHaveLength(3);
  });
});

describe("many files", () => {
  const files = {
    "app/a.tsx": "px-8",
    "app/page.tsx": "nothing",
    "app/b.tsx": "nothing",
    "app/c.tsx": "1234",
  };
  const digits: RuleConfig = { ...TOKENS, id: "digits", forbid: "\\d\\d\\d" };

  it("are narrowed down by a search, where the rule has something to search for", async () => {
    const asked: string[][] = [];
    const outcome = await check(files, [TOKENS, LAYOUT, digits], {
      async filesWith(patterns) {
        asked.push([...patterns]);
        return ["app/a.tsx"];
      },
    });
    expect(asked).toEqual([["(?:\\b(?:px\\x2d[0123456789]{1,}|bg\\x2dblue\\x2d[0123456789]{1,})\\b)"]]);
    expect(outcome.violations?.map(({ rule, file }) => [rule, file])).toEqual([
      ["tokens", "app/a.tsx"],
      ["digits", "app/c.tsx"],
      ["layout", "app/page.tsx"],
    ]);
  });

  it("are all read where nothing can be searched", async () => {
    const outcome = await check(files, [TOKENS], { filesWith: async () => null });
    expect(outcome.violations?.map(({ file }) => file)).toEqual(["app/a.tsx"]);
  });

  it("are left when the check is stopped", async () => {
    const stop = AbortSignal.abort(new Error("stopped"));
    await expect(check(files, [digits], {}, stop)).rejects.toThrow("stopped");
  });

  it("are left when the check is stopped while a pattern runs wild", async () => {
    const here = repo({ "a.txt": `${"a".repeat(3000)}!\n` });
    const all: Omit<RuleConfig, "id"> = { files: ["**"], level: "STRICT", message: "m" };
    const rules = readRules([
      { ...all, id: "wild", forbid: "(a+)+$" },
      { ...all, id: "next", forbid: "a" },
    ]);
    const looked: string[] = [];
    const watched = rules.map((rule) => ({
      ...rule,
      get forbid() {
        looked.push(rule.id);
        return rule.forbid;
      },
    }));
    const stop = new AbortController();
    setImmediate(() => stop.abort(new Error("stopped")));
    await expect(scanFiles(here.root, [{ path: "a.txt", rules: watched }], stop.signal)).rejects.toThrow(
      "stopped",
    );
    expect(new Set(looked)).toEqual(new Set(["wild"]));
  });
});

describe("a set of rules", () => {
  it("is refused with every fault, each naming its rule", () => {
    const faulty: RuleConfig[] = [
      { ...TOKENS, id: "one", forbid: "(" },
      { id: "two", level: "STRICT", files: ["**"], message: "m" },
      { ...TOKENS, id: "three", forbid: "\\p{Nonsense}" },
      { ...TOKENS, id: "two" },
      { ...TOKENS, id: "perl", forbid: "a++" },
    ];
    let thrown: unknown;
    try {
      readRules(faulty);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({ code: EXIT.usage });
    const { message } = thrown as UserError;
    for (const fault of [
      "one: forbid",
      "two: it needs",
      "three: forbid",
      "two: there are two",
      "perl: forbid",
    ]) {
      expect(message).toContain(fault);
    }
  });

  it("has a mark that changes with it", () => {
    expect(ruleSetMark([TOKENS])).toBe(ruleSetMark([{ ...TOKENS }]));
    expect(ruleSetMark([TOKENS])).not.toBe(ruleSetMark([{ ...TOKENS, level: "FLEXIBLE" }]));
  });
});
