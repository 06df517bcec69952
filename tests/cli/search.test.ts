import { describe, expect, it } from "vitest";
import { bestFirst, rank } from "../../scripts/cli/search.ts";

describe("a search among choices", () => {
  it.each([
    ["login", "login form", 0],
    ["LOGIN", "Refactor the Login form", 1],
    ["ogin", "Refactor the login form", 2],
    ["login", "Build the coupon engine", 3],
    ["bcoupon", "Build the coupon engine", 3],
    ["the coupon", "Build the coupon engine", 1],
    ["クーポン", "クーポンを作る", 0],
    ["", "anything", 0],
    ["xyz", "Build the coupon engine", null],
  ])("%j in %j: %j", (sought, text, expected) => {
    expect(rank(sought, text)).toBe(expected);
  });

  it("puts those that contain what was typed before those that merely have its letters", () => {
    const titles = ["let one go in", "Sort by name", "Refactor the login form", "login"];
    expect(bestFirst("login", titles, (title) => title)).toEqual([
      "login",
      "Refactor the login form",
      "let one go in",
    ]);
    expect(bestFirst("", titles, (title) => title)).toEqual(titles);
  });
});
