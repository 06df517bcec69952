import { test } from "vitest";

/** A property that takes long: held against a few cases in every run, and against `many` in a slow test of its own. */
export function propertyTest(
  name: string,
  many: number,
  verify: (numRuns: number) => void | Promise<void>,
): void {
  test(name, () => verify(Math.ceil(many / 8)));
  test(`${name}, ${many} times`, { tags: "slow" }, () => verify(many));
}
