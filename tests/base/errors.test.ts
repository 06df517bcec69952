import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EXIT, errorCode, errorMessage, isUserError, UserError } from "../../scripts/base/errors.ts";
import { packageRoot, packageVersion } from "../../scripts/base/package.ts";
import { PACKAGE } from "../support/package.ts";

it("an error for the person is told from a fault of ours, also across two copies of its class", () => {
  const error = new UserError("It is broken.", "Mend it.", EXIT.refused, { details: { a: 1 } });
  expect(isUserError(error)).toBe(true);
  expect(isUserError({ [Symbol.for("agent-baton.user-error")]: true })).toBe(true);
  for (const other of [new Error("x"), null, "UserError", { name: "UserError" }])
    expect(isUserError(other)).toBe(false);
});

it("an error for the person says what happened, what to do, and exits with 1 unless told otherwise", () => {
  const cause = new Error("why");
  const error = new UserError("It is broken.", "Mend it.", undefined, { cause });
  expect(error).toMatchObject({ message: "It is broken.", fix: "Mend it.", code: 1, details: {}, cause });
});

it("the code of a system error is known by its name, and of nothing else", () => {
  expect(errorCode(Object.assign(new Error(), { code: "ENOENT" }))).toBe("ENOENT");
  for (const other of [new Error("x"), Object.assign(new Error(), { code: 7 }), { code: "ENOENT" }, null])
    expect(errorCode(other)).toBeNull();
  expect([errorMessage(new Error("words")), errorMessage("text")]).toEqual(["words", "text"]);
});

it("the package finds itself and its version", () => {
  expect(packageRoot()).toBe(PACKAGE.replace(/\/$/, ""));
  expect(packageVersion()).toBe(JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")).version);
});
