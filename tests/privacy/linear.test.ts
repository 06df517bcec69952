// @module-tag slow
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PACKAGE } from "../support/package.ts";

// The limit is there for a machine that hangs; what is asserted is how the time grows with the text.
const LIMIT_MS = 10 * 60_000;

test("no rule takes more than twice the time for twice the text, however hostile", {
  timeout: LIMIT_MS,
}, async () => {
  const tsx = join(PACKAGE, "node_modules", ".bin", "tsx");
  const { stdout } = await promisify(execFile)(tsx, [join(import.meta.dirname, "linear.child.ts")], {
    timeout: LIMIT_MS,
  });
  expect(stdout).toBe("");
});
