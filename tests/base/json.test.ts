import { describe, expect, it } from "vitest";
import {
  arrayOf,
  isObject,
  numberOf,
  objectOf,
  parseJson,
  stringOf,
  timeOf,
} from "../../scripts/base/json.ts";

describe("what others wrote, taken for what it should be", () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [{ a: 1 }, true],
    [[], false],
    [null, false],
    ["{}", false],
  ])("%j is an object: %s", (value, expected) => {
    expect(isObject(value)).toBe(expected);
    expect(objectOf(value)).toEqual(expected ? value : {});
  });

  it("or for nothing", () => {
    expect([arrayOf([1]), arrayOf({}), arrayOf(null)]).toEqual([[1], [], []]);
    expect([stringOf("x"), stringOf(""), stringOf(7)]).toEqual(["x", null, null]);
    expect([numberOf(0), numberOf(Number.NaN), numberOf("7")]).toEqual([0, null, null]);
  });

  it.each<[string, unknown]>([
    ['{"a":1}', { a: 1 }],
    ["[1]", [1]],
    ["7", null],
    ['"text"', null],
    ["{", null],
    ["", null],
  ])("%s parses to %j", (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  it("takes no text that is nested deeper than it could ever be written again", () => {
    const nested = (levels: number) => `${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`;
    expect(parseJson(nested(100))).not.toBeNull();
    expect(parseJson(nested(1000))).toBeNull();
    expect(parseJson(nested(100_000))).toBeNull();
  });
});

describe("times, however they are recorded", () => {
  it.each<[unknown, string | null]>([
    ["2026-01-05T12:30:00.000Z", "2026-01-05T12:30:00.000Z"],
    ["2026-01-05T13:30:00+01:00", "2026-01-05T12:30:00.000Z"],
    [1_767_616_200, "2026-01-05T12:30:00.000Z"],
    [1_767_616_200_000, "2026-01-05T12:30:00.000Z"],
    ["yesterday, at noon", null],
    ["", null],
    [0, null],
    [-5, null],
    [8.7e15, null],
    [null, null],
    [{}, null],
  ])("%j: %s", (value, expected) => {
    expect(timeOf(value)).toBe(expected);
  });
});
