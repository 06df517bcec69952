import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../scripts/privacy/redact.ts";

const value = ['p"ss', "wörd/with+odd&chars", "9"].join("");
const { redact } = createRedactor({
  secrets: [{ name: ".env:DB_PASSWORD", value }],
  patterns: [],
  allow: [],
  enabled: true,
});
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a known value is hidden", () => {
  test.each([
    ["as it is", value],
    ["escaped in JSON", JSON.stringify({ a: value })],
    ["escaped in JSON inside JSON", JSON.stringify({ a: JSON.stringify({ b: value }) })],
    ["URL-encoded", `https://db.test/?q=${encodeURIComponent(value)}`],
    ["URL-encoded in lower case", encodeURIComponent(value).toLowerCase()],
    ["as a form field", new URLSearchParams({ q: value }).toString()],
    ["as base64", base64(value)],
    ["in base64, after one byte", base64(`a${value}`)],
    ["in base64, after two bytes", base64(`ab${value}z`)],
    ["in hex", Buffer.from(`a${value}`).toString("hex")],
    ["in hex with capitals", Buffer.from(value).toString("hex").toUpperCase()],
    ["in base64url", Buffer.from(`user:${value}`).toString("base64url")],
  ])("%s", async (_, text) => {
    const redacted = await redact(text);
    expect(redacted).toContain("[REDACTED:.env:DB_PASSWORD]");
    expect(redacted).not.toContain("odd");
  });

  test("as the bytes that it is made of, in a stream that is not UTF-8", async () => {
    expect(await redact(Buffer.from(value).toString("latin1"))).toBe("[REDACTED:.env:DB_PASSWORD]");
  });
});

test("nothing of a known value can be decoded from what is left of its base64", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), async (before, after) => {
      const redacted = await redact(base64(before + value + after));
      const left = redacted
        .split(/\[REDACTED:[^\]]+\]/)
        .map((part) => Buffer.from(part, "base64").toString());
      expect(left.join("\n")).not.toContain("odd&");
    }),
  );
});

test("a value with half a surrogate pair breaks nothing", async () => {
  const odd = createRedactor({
    secrets: [{ name: "env:X", value: "abc\ud800defghi" }],
    patterns: [],
    allow: [],
    enabled: true,
  });
  expect(await odd.redact("x abc\ud800defghi y")).toBe("x [REDACTED:env:X] y");
});
