import { describe, expect, test } from "vitest";
import { createRedactor } from "../../scripts/privacy/redact.ts";
import { alnum } from "../../scripts/privacy/rules/parts.ts";

const { redact } = createRedactor({ secrets: [], patterns: [], allow: [], enabled: true });
const lines = Array.from({ length: 6 }, (_, i) => alnum(64 - i * 3).padEnd(64, "Q"));
const begin = (label: string) => ["-----BEGIN", `${label}PRIVATE KEY-----`].join(" ");
const end = (label: string) => ["-----END", `${label}PRIVATE KEY-----`].join(" ");
const key = (label = "") => [begin(label), ...lines, "Ab1=", end(label)].join("\n");

describe("a private key is hidden whole", () => {
  test.each(["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", "PGP "])(
    "with the label '%s'",
    async (label) => {
      expect(await redact(`a\n${key(label)}\nb`)).toBe("a\n[REDACTED:private-key]\nb");
    },
  );

  test.each<[string, string]>([
    [
      "encrypted, with header lines",
      [
        begin("RSA "),
        "Proc-Type: 4,ENCRYPTED",
        "DEK-Info: AES-256-CBC,0A1B2C",
        "",
        ...lines,
        end("RSA "),
      ].join("\n"),
    ],
    [
      "as a PGP block",
      [
        begin("PGP ").replace("KEY", "KEY BLOCK"),
        "Version: GnuPG v2",
        "",
        ...lines,
        "=aB1x",
        end("PGP ").replace("KEY", "KEY BLOCK"),
      ].join("\n"),
    ],
    ["in JSON", JSON.stringify(key())],
    ["in JSON inside JSON", JSON.stringify(JSON.stringify(key()))],
    ["with carriage returns", key().replaceAll("\n", "\r\n")],
    ["in one line", key().replaceAll("\n", " ")],
    ["indented, as in YAML", key().replaceAll("\n", "\n    ")],
    [
      "joined in source code",
      key()
        .split("\n")
        .map((line) => `"${line}\\n"`)
        .join(" +\n  "),
    ],
    [
      "with the numbers of a tool that shows files",
      key()
        .split("\n")
        .map((line, i) => `${String(i + 1).padStart(6)}\u2192${line}`)
        .join("\n"),
    ],
    ["in a diff", key().replaceAll("\n", "\n+")],
    [
      "as grep prints it",
      key()
        .split("\n")
        .map((line, i) => `keys/app2.pem:${i + 1}:${line}`)
        .join("\n"),
    ],
    [
      "in a frame",
      key()
        .split("\n")
        .map((line) => `\u2502 ${line.padEnd(70)} \u2502`)
        .join("\n"),
    ],
  ])("%s", async (_, text) => {
    const redacted = await redact(text);
    expect(redacted).toContain("[REDACTED:private-key]");
    for (const line of lines) expect(redacted).not.toContain(line);
    expect(redacted).not.toContain("PRIVATE KEY");
  });
});

describe("a key that was cut off", () => {
  test("is hidden up to where it stops", async () => {
    const text = [begin("RSA "), ...lines].join("\n").slice(0, -20);
    expect(await redact(`${text}\n\nThen we went on to the next step.`)).toBe(
      "[REDACTED:private-key]\n\nThen we went on to the next step.",
    );
  });

  test.each([
    ["in plain text", ""],
    ["with what grep puts before each line", "keys/app2.pem:7:"],
    ["with numbers", "    12\t"],
    ["in a diff", "+"],
  ])("is hidden from where it starts, %s", async (_, lead) => {
    const text = [...lines, "Ab1=", end("RSA ")].map((line) => lead + line).join("\n");
    const redacted = await redact(`Some words before.\n${text}\nand behind.`);
    expect(redacted).toBe(`Some words before.\n${lead}[REDACTED:private-key]\nand behind.`);
  });

  test("is hidden from where it starts, in JSON", async () => {
    const redacted = await redact(JSON.stringify({ out: `…\n${lines.join("\n")}\n${end("")}\nok` }));
    expect(JSON.parse(redacted)).toEqual({ out: "…\n[REDACTED:private-key]\nok" });
  });

  test("is hidden in JSON without the text behind it", async () => {
    const text = JSON.stringify({
      out: `${begin("")}\n${lines.join("\n")}\n... [truncated]`,
      next: "plain words",
    });
    const redacted = await redact(text);
    expect(JSON.parse(redacted)).toEqual({
      out: "[REDACTED:private-key]\n... [truncated]",
      next: "plain words",
    });
  });
});

test.each([
  ["a public key", key().replaceAll("PRIVATE", "PUBLIC")],
  ["a certificate", key().replaceAll("PRIVATE KEY", "CERTIFICATE")],
  ["a stand-in", `${begin("")}\nyour key goes here\n${end("")}`],
  ["the first line alone", `grep -r "${begin("RSA ")}" .`],
  ["the last line alone", `grep -r "${end("RSA ")}" .`],
  ["the last line below words", `It has to end with\n${end("RSA ")}\n`],
])("%s stays", async (_, text) => {
  expect(await redact(text)).toBe(text);
});
