import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGoAhead } from "../../scripts/base/go-ahead.ts";
import {
  count,
  escapeControls,
  list,
  nearest,
  oneLine,
  shellLine,
  truncate,
} from "../../scripts/base/text.ts";

const ESC = "\u001b";

describe("text from outside", () => {
  it.each([
    ["a colour", `${ESC}[31mred${ESC}[0m`, "\\x1b[31mred\\x1b[0m"],
    ["a title change", `${ESC}]0;pwned\u0007`, "\\x1b]0;pwned\\x07"],
    ["a C1 control", "\u009b31m", "\\x9b31m"],
    ["a carriage return that hides a line", "bad\rgood", "bad\\x0dgood"],
    ["a backspace", "a\bb", "a\\x08b"],
    ["a delete", "a\u007f", "a\\x7f"],
    ["an override of the reading direction", "a\u202eb", "a\\u202eb"],
    ["emoji, accents and other scripts", "naïve 🎉 日本", "naïve 🎉 日本"],
    ["line feeds and tabs", "a\n\tb", "a\n\tb"],
  ])("is safe to print: %s", (_, text, expected) => {
    expect(escapeControls(text)).toBe(expected);
  });

  it("is one line after `oneLine`, whatever was in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(oneLine(text)).not.toMatch(/[\n\r\t\u2028\u2029\u001b\u009b]/);
      }),
    );
    expect(oneLine("  a \r\n\t b\u2028c ")).toBe("a b c");
  });
});

describe("truncate", () => {
  it("keeps within the limit, and never leaves half a character", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.integer({ min: 1, max: 50 }),
        (text, max) => {
          const cut = truncate(text, max);
          expect(cut.length).toBeLessThanOrEqual(max);
          expect(cut).not.toMatch(/\p{Surrogate}/u);
          if (text.length <= max) expect(cut).toBe(text);
        },
      ),
    );
  });

  it.each([
    ["the quick brown fox", 12, "the quick…"],
    ["unbreakableword", 8, "unbreak…"],
    ["Use abcdefghijklmnopqrstuvwxyz", 24, "Use abcdefgh…"],
    ["in src/components/buttons/primary-button.tsx", 40, "in src/components/buttons/primary-…"],
    ["abcdefghijklm nopq", 14, "abcdefghijklm…"],
    ["日本語日本語日本語日本語", 11, "日本語日本語日本語日…"],
    ["🎉🎉🎉", 4, "🎉…"],
    ["abc", 1, "…"],
  ])("cuts %j to %i: %j", (text, max, expected) => {
    expect(truncate(text, max)).toBe(expected);
  });
});

describe("nearest", () => {
  const names = ["claude", "opencode", "copilot", "codex", "gemini"];
  it.each([
    ["cluade", "claude"],
    ["Claude", "claude"],
    ["opencod", "opencode"],
    ["codx", "codex"],
    ["banana", null],
    ["", null],
  ])("%j: %j", (word, expected) => {
    expect(nearest(word, names)).toBe(expected);
  });
});

describe("words in sentences", () => {
  it("counts", () => {
    expect([count(0, "file"), count(1, "file"), count(2, "file"), count(2, "entry", "entries")]).toEqual([
      "0 files",
      "1 file",
      "2 files",
      "2 entries",
    ]);
  });

  it("lists", () => {
    expect([list([]), list(["a"]), list(["a", "b"]), list(["a", "b", "c"], "or")]).toEqual([
      "",
      "a",
      "a and b",
      "a, b or c",
    ]);
  });
});

describe("a line for the shell", () => {
  it("is read back by sh as the same words", () => {
    const words = [
      "plain",
      "",
      "two words",
      "it's",
      '"',
      "$(touch x)",
      "`x`",
      "a\nb",
      "*",
      "-n",
      "--x=y",
      "\\",
      "é🎉",
    ];
    const script = `for word in ${shellLine(words)}; do printf '%s\\0' "$word"; done`;
    const read = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
    expect(read).toEqual(words);
  });
});

describe("a text that only says to go on", () => {
  it.each(["continue", "Continue.", "ok, go on", "yes please", "Thanks!", "weiter", " y "])(
    "%j is one",
    (text) => expect(isGoAhead(text)).toBe(true),
  );
  it.each([
    "yes, and add German",
    "continue with the tests",
    "",
    "?",
    "y".repeat(41),
    "do not go on",
    "okay-dokey",
  ])("%j is none", (text) => expect(isGoAhead(text)).toBe(false));
});
