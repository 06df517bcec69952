import { expect, test } from "vitest";
import { createRedactor } from "../../scripts/privacy/redact.ts";

const plain = { secrets: [], patterns: [], allow: [], enabled: true };
const token = () => `ghp_${"aB3".repeat(12)}`;

test("hides a token wherever it stands in a nested value and keeps the shape", async () => {
  const redactor = createRedactor(plain);
  const value = { a: [`use ${token()} now`, 1, null], b: { [token()]: true } };
  expect(await redactor.redact(value)).toEqual({
    a: ["use [REDACTED:github-token] now", 1, null],
    b: { "[REDACTED:github-token]": true },
  });
  expect(redactor.counts()).toEqual({ "github-token": 2 });
});

test("lets a key tell about its value", async () => {
  const value = { password: "hunter2x!", title: "hunter2x!" };
  expect(await createRedactor(plain).redact(value)).toEqual({
    password: "[REDACTED:password]",
    title: "hunter2x!",
  });
});

test("hides known values, also encoded", async () => {
  const value = "corr/ect&horse+9";
  const { redact } = createRedactor({ ...plain, secrets: [{ name: "env:X", value }] });
  const text = [value, encodeURIComponent(value), `id=${btoa(`user:${value}`)}`].join(" ");
  expect(await redact(text)).not.toContain("horse");
  expect(await redact(btoa(`user:${value}`))).toContain("[REDACTED:env:X]");
});

test("leaves everything when the person switched it off", async () => {
  expect(await createRedactor({ ...plain, enabled: false }).redact(token())).toBe(token());
});
