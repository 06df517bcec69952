import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../scripts/privacy/redact.ts";
import { alnum } from "../../scripts/privacy/rules/parts.ts";
import { findInStream, redactStream } from "../../scripts/privacy/stream.ts";
import { propertyTest } from "../support/properties.ts";

const MIB = 1024 * 1024;
const redactor = () => createRedactor({ secrets: [], patterns: [], allow: [], enabled: true });
const token = `ghp_${alnum(36)}`;
const key = [
  ["-----BEGIN", " PRIVATE KEY-----"].join(""),
  ...Array.from({ length: 200 }, () => alnum(64)),
  ["-----END", " PRIVATE KEY-----"].join(""),
].join("\n");

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function redacted(input: string | Uint8Array, chunkSize = 64 * 1024): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const bytes = typeof input === "string" ? Buffer.from(input) : input;
  for await (const piece of redactStream(chunksOf(bytes, chunkSize), redactor())) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("an empty stream stays empty", async () => {
  expect((await redacted("")).length).toBe(0);
});

describe("a private key is hidden whole wherever the windows of the stream end", () => {
  test.each([0, 4000, 8000, 12_000, 13_100])("%i code units of it before the end of one", async (before) => {
    for (const line of [`${"x".repeat(99)}\n`, "y".repeat(100)]) {
      const filler = line.repeat(Math.ceil((MIB - before) / 100)).slice(0, MIB - before);
      const text = `${filler}\n${key}\n${line}`;
      expect((await redacted(text)).toString()).toBe(`${filler}\n[REDACTED:private-key]\n${line}`);
    }
  });
});

test("a token is hidden wherever it stands in a line without end", async () => {
  const parts = Array.from({ length: 60 }, (_, i) => "lorem ipsum ".repeat(3000 + i));
  expect((await redacted(parts.join(`${token} `))).toString()).toBe(parts.join("[REDACTED:github-token] "));
});

test("a name tells about a value in the next window", async () => {
  const before = "z".repeat(MIB - 12);
  expect((await redacted(`${before}\npassword: "hunter22"\n${"z ".repeat(MIB)}`)).toString()).toContain(
    'password: "[REDACTED:password]"',
  );
});

propertyTest(
  "comes to the same as the whole text at once, however it is cut into chunks",
  60,
  async (numRuns) => {
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(token, `password: "${alnum(12)}"`, key, "é → 😀", "\r"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (lines, size) => {
          const text = Buffer.from(lines.join("\n")).toString();
          expect((await redacted(text, size)).toString()).toBe(await redactor().redact(text));
        },
      ),
      { numRuns },
    );
  },
);

describe("bytes", () => {
  test("that are not UTF-8 come out as they went in", async () => {
    const before = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3]);
    const after = Buffer.from([0xe2, 0x82, 0x0a, 0xf0, 0x9f]);
    const input = Buffer.concat([Buffer.from("é "), before, Buffer.from(` ${token} `), after]);
    const output = Buffer.concat([
      Buffer.from("é "),
      before,
      Buffer.from(" [REDACTED:github-token] "),
      after,
    ]);
    for (const size of [1, 3, 1000]) expect(await redacted(input, size)).toEqual(output);
  });

  test("that stop being UTF-8 far into the stream come out as they went in", async () => {
    const input = Buffer.concat([
      Buffer.from("é→😀\n".repeat(150_000)),
      Buffer.from([0xff]),
      Buffer.from("é→😀\n".repeat(150_000)),
    ]);
    expect((await redacted(input)).equals(input)).toBe(true);
  });

  test("of a character that lies across two chunks stay together", async () => {
    const text = "😀é→x".repeat(50);
    for (const size of [1, 2, 3, 5]) expect((await redacted(text, size)).toString()).toBe(text);
  });

  test("keep a byte order mark", async () => {
    expect((await redacted(`\ufeff${token}`)).toString()).toBe("\ufeff[REDACTED:github-token]");
  });
});

test("tells the line of everything that it finds", async () => {
  const text = `one\n${token} ${token}\n${"filler line\n".repeat(200_000)}${key}\nlast ${token}`;
  const found: string[] = [];
  for await (const { spans, lines } of findInStream(chunksOf(Buffer.from(text), 70_000), redactor())) {
    spans.forEach(({ rule }, i) => {
      found.push(`${lines[i]} ${rule}`);
    });
  }
  expect(found).toEqual(["2 github-token", "2 github-token", "200003 private-key", "200205 github-token"]);
});

test("holds no more than a window of a long stream at a time", async () => {
  const chunk = Buffer.from("an ordinary line of a log\n".repeat(1000));
  let [given, taken, most] = [0, 0, 0];
  async function* input(): AsyncGenerator<Uint8Array> {
    for (; given < 20 * MIB; given += chunk.length) yield chunk;
  }
  for await (const piece of redactStream(input(), redactor())) {
    most = Math.max(most, given - taken);
    taken += piece.length;
  }
  expect(taken).toBe(given);
  expect(most).toBeLessThan(2 * MIB);
});
