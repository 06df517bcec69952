import fc from "fast-check";
import { expect, test } from "vitest";
import { createKeywordMachine } from "../../scripts/privacy/keyword-machine.ts";

function found(keywords: readonly string[], text: string): string[] {
  const hits: string[] = [];
  createKeywordMachine(keywords).scan(text, (keyword, start) => hits.push(`${keyword}@${start}`));
  return hits.sort();
}

function foundOneByOne(keywords: readonly string[], text: string): string[] {
  const hits = keywords.flatMap((keyword, index) =>
    Array.from({ length: text.length }, (_, at) => at)
      .filter((at) => text.slice(at, at + keyword.length).toLowerCase() === keyword.toLowerCase())
      .map((at) => `${index}@${at}`),
  );
  return hits.sort();
}

test("finds keywords that overlap, contain each other or come twice", () => {
  expect(found(["she", "he", "hers", "he"], "ushers")).toEqual(["0@1", "1@2", "2@2", "3@2"]);
});

test("pays no regard to case", () => {
  expect(found(["sk_live"], "SK_Live")).toEqual(["0@0"]);
});

test("finds exactly what a search for one keyword after another finds", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "C", "_", "\u2192"), minLength: 1, maxLength: 5 });
  const text = fc.string({ unit: fc.constantFrom("a", "A", "b", "c", "_", "\u2192", "x"), maxLength: 60 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), text, (keywords, within) => {
      expect(found(keywords, within)).toEqual(foundOneByOne(keywords, within));
    }),
  );
});

test("loses nothing when the keywords use more characters than there are classes", () => {
  const keywords = Array.from({ length: 400 }, (_, i) => String.fromCharCode(0x4e00 + i));
  const hits: number[] = [];
  createKeywordMachine(keywords).scan("\u4f8f", (keyword) => hits.push(keyword));
  expect(hits).toContain(0x4f8f - 0x4e00);
});
