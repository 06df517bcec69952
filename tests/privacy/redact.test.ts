import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor, type RedactorOptions } from "../../scripts/privacy/redact.ts";
import { RULES } from "../../scripts/privacy/rules/index.ts";
import { alnum, hex } from "../../scripts/privacy/rules/parts.ts";
import { propertyTest } from "../support/properties.ts";

const PLAIN: RedactorOptions = { secrets: [], patterns: [], allow: [], enabled: true };
const redact = <T>(value: T, options: Partial<RedactorOptions> = {}) =>
  createRedactor({ ...PLAIN, ...options }).redact(value);
const token = `ghp_${alnum(36)}`;

describe("a nested value", () => {
  test("keeps its shape, and its strings without what is secret", async () => {
    const value = { a: [`use ${token} now`, 1, null, true, undefined], b: { c: "plain" }, d: [] };
    expect(await redact(value)).toEqual({
      a: ["use [REDACTED:github-token] now", 1, null, true, undefined],
      b: { c: "plain" },
      d: [],
    });
  });

  test("keeps the order of its keys", async () => {
    const value = { z: { y: "1", x: ["2"] }, a: "3", 1: "4" };
    expect(JSON.stringify(await redact(value))).toBe(JSON.stringify(value));
  });

  test("may hold what JSON makes a string of", async () => {
    expect(await redact({ at: new Date(0) })).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });

  test("is not changed itself", async () => {
    const value = { a: token };
    await redact(value);
    expect(value).toEqual({ a: token });
  });

  test("loses no entry when two keys are hidden alike", async () => {
    const value = { [`ghp_${alnum(36)}`]: 1, [`ghp_${alnum(37)}`]: 2 };
    expect(await redact(value)).toEqual({ "[REDACTED:github-token]": 1, "[REDACTED:github-token] 2": 2 });
  });

  test("may have a key that is special in JavaScript", async () => {
    const redacted = await redact(JSON.parse(`{"__proto__": {"a": "${token}"}}`));
    expect(JSON.stringify(redacted)).toBe('{"__proto__":{"a":"[REDACTED:github-token]"}}');
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test("may be nested deeper than the call stack", async () => {
    const depth = 100_000;
    let value: unknown = token;
    for (let i = 0; i < depth; i++) value = [value];
    let redacted: unknown = await redact(value);
    for (let i = 0; i < depth; i++) redacted = Array.isArray(redacted) ? redacted[0] : null;
    expect(redacted).toBe("[REDACTED:github-token]");
  });
});

describe("a name tells about its value", () => {
  test.each<[unknown, unknown]>([
    [{ password: "hunter22" }, { password: "[REDACTED:password]" }],
    [{ apiKey: hex(32) }, { apiKey: "[REDACTED:secret]" }],
    [{ tokens: [hex(32), "none"] }, { tokens: ["[REDACTED:secret]", "none"] }],
    [
      { name: "API_TOKEN", value: hex(32) },
      { name: "API_TOKEN", value: "[REDACTED:secret]" },
    ],
    [
      ["tool", "--password", "hunter22"],
      ["tool", "--password", "[REDACTED:password]"],
    ],
    [{ Authorization: `Bearer ${hex(32)}` }, { Authorization: "Bearer [REDACTED:authorization]" }],
    [{ Authorization: `token ${hex(40)}` }, { Authorization: "token [REDACTED:authorization]" }],
    [
      { name: "Authorization", value: `Basic ${btoa("ann:hunter22")}` },
      { name: "Authorization", value: "Basic [REDACTED:authorization]" },
    ],
    [{ cookie: `theme=dark; sid=${hex(32)}` }, { cookie: "[REDACTED:cookie]" }],
  ])("%j", async (value, expected) => {
    expect(await redact(value)).toEqual(expected);
  });

  test.each<[unknown]>([
    [{ title: "hunter22" }],
    [
      {
        password: "${DB_PASSWORD}",
        token: "<your-token>",
        secret: "",
        apiKey: "changeme",
        key: "ArrowLeft2",
      },
    ],
    [
      {
        head: hex(40),
        tree: hex(40),
        session: { id: "4f9a8b7c-6d5e-4f3a-9b2c-1d0e9f8a7b6c" },
        sessionID: `ses_${alnum(26)}`,
      },
    ],
    [
      {
        fingerprints: { "src/token.ts": hex(40), "src/secret/key.ts": hex(40) },
        files_read: ["src/auth/api-key.ts"],
      },
    ],
    [{ input_tokens: 18234, token_type: "Bearer", password_file: "/run/secrets/db_password_1" }],
  ])("but not where it is something else: %j", async (value) => {
    expect(await redact(value)).toEqual(value);
  });
});

describe("twice is the same as once", () => {
  const samples = RULES.map((rule) => rule.hit());
  const piece = fc.oneof(
    fc.constantFrom(...samples),
    fc.string(),
    fc.constantFrom("password=", "token: ", '": "', " ", "\n", "@", "://"),
  );

  test.each(samples)("%s", async (sample) => {
    const once = await redact(sample);
    expect(await redact(once)).toBe(once);
  });

  test("for a key that was hidden: it tells nothing about its value", async () => {
    const once = await redact({ [token]: hex(32) });
    expect(once).toEqual({ "[REDACTED:github-token]": hex(32) });
    expect(await redact(once)).toEqual(once);
  });

  propertyTest("for any mixture of secrets and text", 500, async (numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const once = await redact({ text: pieces.join(""), password: pieces.join("") });
        expect(await redact(once)).toEqual(once);
      }),
      { numRuns },
    );
  });
});

test("hides no token format that any rule knows when it stands in the middle of JSON inside JSON", async () => {
  for (const rule of RULES) {
    const inner = JSON.stringify({ output: `before\n${rule.hit()}\nafter` });
    const outer = JSON.stringify({ content: inner });
    const redacted = await redact(outer);
    expect(redacted, rule.name).not.toBe(outer);
    expect(JSON.parse(JSON.parse(redacted).content).output, rule.name).toMatch(/^before\n[\s\S]*\nafter$/);
  }
});

test("counts what it hid, by rule", async () => {
  const redactor = createRedactor(PLAIN);
  await redactor.redact([token, { password: "hunter22" }]);
  await redactor.redact(token);
  expect(redactor.counts()).toEqual({ "github-token": 2, password: 1 });
});

test("what is allowed stays, and what lies inside of it", async () => {
  const path = `fixtures/${token}/a.txt`;
  expect(await redact(`${path} ${token}`, { allow: [path] })).toBe(`${path} [REDACTED:github-token]`);
  expect(await redact({ password: "hunter22" }, { allow: ["hunter22"] })).toEqual({ password: "hunter22" });
});

test("an allowed part of a secret does not free the rest of it", async () => {
  expect(await redact(token, { allow: [token.slice(0, 10)] })).toBe("[REDACTED:github-token]");
});

test("everything passes when the person switched redaction off", async () => {
  const redactor = createRedactor({ ...PLAIN, enabled: false });
  expect(await redactor.redact(token)).toBe(token);
  expect(await redactor.find(token)).toEqual([]);
});

test("a known value goes by its own name", async () => {
  expect(await redact(`TOKEN=${token}`, { secrets: [{ name: "env:GH_TOKEN", value: token }] })).toBe(
    "TOKEN=[REDACTED:env:GH_TOKEN]",
  );
});
