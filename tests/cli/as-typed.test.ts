import { expect, it } from "vitest";
import { asTyped } from "../../scripts/cli/as-typed.ts";

it.each([
  ["Save one: baton save claude", "Save one: npx baton save claude"],
  ["baton restore claude --prompt", "npx baton restore claude --prompt"],
  ["See (baton --help)", "See (npx baton --help)"],
  ["npx baton init", "npx baton init"],
  ["the baton of the runner", "the baton of the runner"],
  ["baton saves", "baton saves"],
])("through npm %j is typed as %j", (text, typed) => {
  expect(asTyped(text, { npm_command: "run-script" })).toBe(typed);
  expect(asTyped(text, {})).toBe(text);
});
