import { describe, expect, test } from "vitest";
import { createRedactor } from "../../scripts/privacy/redact.ts";
import { RULES } from "../../scripts/privacy/rules/index.ts";
import { alnum, digits, hex } from "../../scripts/privacy/rules/parts.ts";
import { createScan } from "../../scripts/privacy/scan.ts";
import { lintSecrets, SECRETLINT_LEADS } from "../../scripts/privacy/secretlint.ts";
import { INNOCENT } from "./corpus/innocent.ts";

const leadsIn = createScan(SECRETLINT_LEADS);
const { redact } = createRedactor({ secrets: [], patterns: [], allow: [], enabled: true });

const pem = (label: string, body: string) =>
  ["-----BEGIN", `${label}PRIVATE KEY-----\n${body}\n-----END`, `${label}PRIVATE KEY-----`].join(" ");
// What a service account's token holds. The rule wants base64 that ends in the `}` of the JSON alone.
const account = ["1", "11", "111"]
  .map((id) => `{"secretKey":"${alnum(60)}","srpX":"${hex(64)}","id":${id}}`)
  .find((json) => json.length % 3 === 1);

/** At least one of everything that the preset's rules describe, in the spellings that they allow. */
const FOUND_BY_PRESET: Readonly<Record<string, string>> = {
  "AWS, capitals": `AWS_SECRET_ACCESS_KEY=${alnum(40)}`,
  "AWS, small letters": `aws_secret_access_key: "${alnum(40)}"`,
  "AWS, no separators": `SecretAccessKey => '${alnum(40)}'`,
  "AWS, in JSON": `{"SecretAccessKey": "${alnum(40)}"}`,
  "private key": pem("", `MI${alnum(62)}\n${alnum(64)}`),
  "RSA private key": pem("RSA ", `MI${alnum(62)}\n${alnum(64)}`),
  "OpenSSH private key": pem("OPENSSH ", `${["b3BlbnNzaC1r", "ZXktdjE"].join("")}${alnum(45)}\n${alnum(64)}`),
  "private key, escaped": JSON.stringify(pem("EC ", `MI${alnum(62)}\n${alnum(64)}`)),
  "npm token": `npm_${alnum(36)}`,
  "npm token with underscores": `npm_${alnum(18)}_${alnum(17)}`,
  "GitHub credentials in package.json": `https://${hex(40)}:x-oauth-basic@github.com/a/b.git`,
  "short GitHub credentials": "https://abc:x-oauth-basic@github.com/a/b.git",
  "GitHub credentials with odd characters": "https://a b/c:x-oauth-basic@github.com/a/b.git",
  "basic auth": `https://ann:${alnum(9)}@git.test/a`,
  "basic auth, FTP": "ftp://ann:hunter2@files.test/a",
  "Slack bot": ["xox", `b-${digits(12)}-${digits(12)}-${alnum(24)}`].join(""),
  "Slack, short": ["xox", "o-1-a-b"].join(""),
  "Slack app": ["xapp", `1-${alnum(11)}-${digits(13)}-${alnum(40)}`].join("-"),
  "Slack webhook": `https://hooks.slack.com/services/T${alnum(8)}/B${alnum(8)}/${alnum(24)}`,
  "Slack webhook in capitals": `HTTPS://HOOKS.SLACK.COM/SERVICES/T${alnum(8)}/B${alnum(8)}/${alnum(24)}`,
  SendGrid: `SG.${alnum(22)}.${alnum(43)}`,
  Shopify: `shpss_${alnum(32)}`,
  "GitHub, classic": `ghs_${alnum(36)}`,
  "GitHub, with underscores": `ghr_${alnum(17)}_${alnum(18)}`,
  "GitHub, fine-grained": `github_pat_${alnum(22)}_${alnum(59)}`,
  OpenAI: `sk-${alnum(20)}T3BlbkFJ${alnum(20)}`,
  "OpenAI project": `sk-proj-${alnum(74)}T3BlbkFJ${alnum(74)}`,
  "OpenAI, glued to a word": `disk-${alnum(20)}T3BlbkFJ${alnum(20)}`,
  Anthropic: `sk-ant-api03-${alnum(93)}AA`,
  Linear: `lin_api_${alnum(40)}`,
  "1Password": `ops_${btoa(account ?? "")}`,
  MongoDB: "mongodb+srv://app:hunter2@c0.test/db?retryWrites=true",
  "MongoDB in capitals": "MONGODB://app:hunter2@c0.test/db",
  "MongoDB with an address as user": "mongodb://ann@test:hunter2@c0.test/db",
  MySQL: "jdbc:mysql://app:hunter2@db.test/app",
  "MySQL X": "mysqlx://app:hunter2@db.test/app",
  PostgreSQL: "postgresql://app:hunter2@db.test:5432/app?sslmode=require",
  "PostgreSQL, local": "postgres://postgres:postgres@localhost/app",
};

describe.each(Object.entries(FOUND_BY_PRESET))("%s", (_, text) => {
  test("is found by the preset, and announced by a lead up to the end of what it reports", async () => {
    const found = await lintSecrets(`before ${text} after`);
    expect(found).not.toEqual([]);
    for (const { start, end } of found) {
      const leads = leadsIn(`before ${text} after`).filter((lead) => lead.start >= start && lead.start < end);
      expect(leads).not.toEqual([]);
    }
  });

  test.each([
    ["alone", (secret: string) => secret],
    ["among others", (secret: string) => `a ${secret} b\n`.repeat(3)],
    ["in a record", (secret: string) => JSON.stringify({ output: `$ cat\n${secret}\n$` })],
  ])("leaves nothing that the preset finds, %s", async (__, place) => {
    const redacted = await redact(place(text));
    // To the preset, the mark in `mysql://app:[REDACTED:url-password]@…` is a password like any other.
    const left = (await lintSecrets(redacted)).filter(
      ({ start, end }) => !redacted.slice(start, end).includes("[REDACTED:"),
    );
    expect(left).toEqual([]);
  });
});

test("leads miss nothing that the preset finds in a text with everything in it", async () => {
  const text = [
    ...Object.values(FOUND_BY_PRESET),
    ...Object.values(INNOCENT),
    ...RULES.map((rule) => rule.hit()),
  ].join("\n");
  const leads = leadsIn(text).map(({ start }) => start);
  const missed = (await lintSecrets(text)).filter(
    ({ start, end }) => !leads.some((at) => at >= start && at < end),
  );
  expect(missed.map(({ start, end }) => text.slice(start, end))).toEqual([]);
});

test("a comment in the text can't switch the floor off", async () => {
  const text = `// secretlint-disable\npostgres://postgres:postgres@localhost/app`;
  expect(await lintSecrets(text)).toHaveLength(1);
  expect(await redact(text)).not.toContain("postgres:postgres");
});

test("what the floor adds is hidden where it stands, in each of many strings", async () => {
  const odd = (host: string) => `https://a b/c:x-oauth-basic@github.com/${host}`;
  const redacted = await redact(["plain", odd("one"), "\ufeffplain", `é ${odd("two")}`, odd("three")]);
  expect(redacted.map((text) => text.includes("a b/c"))).toEqual([false, false, false, false, false]);
  expect(redacted[0]).toBe("plain");
  expect(redacted[3]).toMatch(/^é https:\/\/\[REDACTED:npm\].*@github\.com\/two$/);
});
