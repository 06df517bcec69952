import { expect, test } from "vitest";
import { isUserError } from "../../scripts/base/errors.ts";
import { createRedactor } from "../../scripts/privacy/redact.ts";

function redact(text: string, pattern: string, flags?: string) {
  const patterns = [{ name: "customer", pattern, flags }];
  return createRedactor({ secrets: [], patterns, allow: [], enabled: true }).redact(text);
}

test("a pattern of the person's own is hidden under its name", async () => {
  expect(await redact("see ACME-4711 and acme-12", "ACME-\\d+")).toBe("see [REDACTED:customer] and acme-12");
  expect(await redact("see ACME-4711 and acme-12", "ACME-\\d+", "i")).toBe(
    "see [REDACTED:customer] and [REDACTED:customer]",
  );
});

test("a group called secret is all that is hidden of a match", async () => {
  expect(await redact("customer 4711.", "customer (?P<secret>\\d+)")).toBe("customer [REDACTED:customer].");
  expect(await redact("customer 4711.", "customer (?<secret>\\d+)")).toBe("customer [REDACTED:customer].");
});

test("a pattern that matches nothing at all hides nothing", async () => {
  expect(await redact("abc", "x*")).toBe("abc");
});

test("a pattern that would take for ever in a backtracking engine takes no time", async () => {
  const text = "a".repeat(50_000);
  expect(await redact(text, "(a+)+$!")).toBe(text);
});

test.each([
  ["(unclosed", undefined],
  ["(?<=look)behind", undefined],
  ["fine", "y"],
])("a pattern that can't be used is an error that names it: %s %s", async (pattern, flags) => {
  const error: unknown = await redact("text", pattern, flags).catch((thrown: unknown) => thrown);
  expect(isUserError(error) && error.message).toContain('"customer"');
  expect(isUserError(error) && error.code).toBe(2);
});
