import { expect, test } from "vitest";
import { createRedactor } from "../../scripts/privacy/redact.ts";

const { redact } = createRedactor({ secrets: [], patterns: [], allow: [], enabled: true });
const encoded = (text: string) => Buffer.from(text).toString("base64");
const secret = (user: string, extra: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\ndata:\n  username: ${user}\n  extra: "${extra}"\n`;

test("hides what a Secret keeps, whatever its entries are called", async () => {
  const text = secret(encoded("postgres"), encoded("ordinary"));
  expect(await redact(text)).toBe(secret("[REDACTED:kubernetes-secret]", "[REDACTED:kubernetes-secret]"));
});

test("also when the data stand before the kind, and in text", async () => {
  const text = `stringData:\n  username: postgres\nkind: Secret\n`;
  expect(await redact(`apiVersion: v1\n${text}`)).toBe(
    "apiVersion: v1\nstringData:\n  username: [REDACTED:kubernetes-secret]\nkind: Secret\n",
  );
});

test("also inside JSON", async () => {
  const redacted = await redact(JSON.stringify({ out: secret(encoded("postgres"), encoded("ordinary")) }));
  expect(JSON.parse(redacted)).toEqual({
    out: secret("[REDACTED:kubernetes-secret]", "[REDACTED:kubernetes-secret]"),
  });
});

const secretAsJson = (user: string, extra: string) =>
  JSON.stringify(
    {
      apiVersion: "v1",
      data: { username: user, extra },
      kind: "Secret",
      metadata: { name: "db", labels: { app: "web" } },
    },
    null,
    2,
  );

test.each([
  ["as kubectl prints it", (text: string) => text],
  ["escaped", (text: string) => JSON.stringify(text)],
  ["escaped twice", (text: string) => JSON.stringify(JSON.stringify(text))],
])("also a manifest that is JSON, %s", async (_, carry) => {
  expect(await redact(carry(secretAsJson(encoded("postgres"), encoded("ordinary"))))).toBe(
    carry(secretAsJson("[REDACTED:kubernetes-secret]", "[REDACTED:kubernetes-secret]")),
  );
});

test.each([
  [
    "another kind that is JSON",
    secretAsJson(encoded("postgres"), encoded("a")).replace("Secret", "ConfigMap"),
  ],
  [
    "another kind",
    secret(encoded("postgres"), encoded("ordinary")).replace("kind: Secret", "kind: ConfigMap"),
  ],
  [
    "a kind that begins alike",
    secret(encoded("postgres"), encoded("ordinary")).replace("kind: Secret", "kind: SecretStore"),
  ],
  [
    "the document after it",
    `kind: Secret\n---\nkind: ConfigMap\ndata:\n  username: ${encoded("postgres")}\n`,
  ],
  ["a template", secret("{{ .Values.user }}", "${EXTRA}")],
])("leaves %s", async (_, text) => {
  expect(await redact(text)).toBe(text);
});
