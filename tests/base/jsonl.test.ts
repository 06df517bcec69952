import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { JsonlParser, readJsonl } from "../../scripts/base/jsonl.ts";
import { type JsonlEnds, readJsonlEnds } from "../../scripts/base/jsonl-ends.ts";
import { newStats } from "../../scripts/base/read-stats.ts";

function parse(content: string | Buffer, chunk = 64 * 1024) {
  const bytes = Buffer.from(content);
  const stats = newStats();
  const parser = new JsonlParser(stats);
  const records = [];
  for (let at = 0; at < bytes.length; at += chunk)
    records.push(...parser.push(bytes.subarray(at, at + chunk)));
  records.push(...parser.end());
  return { records, values: records.map((record) => record.value), stats, bytes };
}

async function file(content: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "baton-jsonl-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "a.jsonl");
  await writeFile(path, content);
  return path;
}

const A = { type: "a", text: 'say "hi" {now}\n' };
const B = { type: "b", list: [{ n: 1 }, { n: [] }] };
const C = { type: "c", nested: { text: "}{" } };
const [a, b, c] = [A, B, C].map((value) => JSON.stringify(value)) as [string, string, string];

describe("what a damaged file gives", () => {
  const cases: [
    title: string,
    content: string | Buffer,
    values: unknown[],
    reasons: Record<string, number>,
  ][] = [
    ["clean lines", `${a}\n${b}\n${c}\n`, [A, B, C], {}],
    ["no line feed at the end", `${a}\n${b}`, [A, B], {}],
    ["an empty file", "", [], {}],
    ["empty lines and blanks", `\n${a}\n  \n\n${b}\n`, [A, B], {}],
    ["carriage returns", `${a}\r\n${b}\r\n`, [A, B], {}],
    ["old line ends", `${a}\r${b}\r`, [A, B], {}],
    ["a byte order mark", `\ufeff${a}\n${b}\n`, [A, B], {}],
    ["a torn last line", `${a}\n${b.slice(0, -3)}`, [A], { torn: 1 }],
    ["a torn line in the middle", `${a}\n${b.slice(0, 12)}\n${c}\n`, [A, C], { torn: 1 }],
    ["a record right behind a torn one", `${a.slice(0, 17)}${b}\n${c}\n`, [B, C], { torn: 1 }],
    ["a torn line, then two records on one", `${a.slice(0, 17)}\n${b}${c}\n`, [B, C], { torn: 1 }],
    ["a record behind one torn after a colon", `{"x":\n${b}${c}\n`, [B, C], { torn: 1 }],
    ["two records on one line", `${a}${b}\n${c}\n`, [A, B, C], {}],
    ["two records with blanks between", `${a} \t ${b}\n`, [A, B], {}],
    ["a raw line separator", '{"t":"one\u2028two"}\n', [{ t: "one\u2028two" }], {}],
    [
      "a raw line feed in a text",
      `${a}\n{"t":"one\ntwo\n\nthree"}\n${b}\n`,
      [A, { t: "one\ntwo\n\nthree" }, B],
      {},
    ],
    ["a line feed between tokens", `{"t":\n1,\n"u":[\n2]}\n${b}\n`, [{ t: 1, u: [2] }, B], {}],
    ["a tab and a NUL in a text", '{"t":"a\tb\0c"}\n', [{ t: "a\tb\0c" }], {}],
    ["a tail of NUL", `${a}\n${"\0".repeat(4096)}`, [A], { "NUL bytes": 1 }],
    ["a tail of NUL behind a record", `${a}${"\0".repeat(9)}\n${b}`, [A, B], { "NUL bytes": 1 }],
    ["NUL between a torn record and the next", `${a.slice(0, 15)}\0\0\0${b}\n`, [B], { torn: 1 }],
    ["no JSON at all", `hello\n${a}\nworld {"x":1}\n`, [A], { "not a record": 2 }],
    ["JSON that is no object", `[1]\nnull\n"x"\n7\n${a}\n`, [A], { "not a record": 4 }],
    ["a spoiled record before a good one on its line", `{"x" 1, "y":{"z":2}}${a}\n`, [A], { torn: 1 }],
    ["the rear half of a record", `lo","x":{"y":1}}\n${a}\n`, [A], { "not a record": 1 }],
    [
      "invalid UTF-8",
      Buffer.concat([Buffer.from('{"t":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}\n')]),
      [{ t: "\ufffd\ufffd" }],
      {},
    ],
  ];
  test.each(cases)("%s", (_, content, values, reasons) => {
    for (const chunk of [1, 7, 1 << 20]) {
      const read = parse(content, chunk);
      expect(read.values).toEqual(values);
      expect(read.stats.reasons).toEqual(reasons);
      expect(read.stats.skipped).toBe(Object.values(reasons).reduce((sum, n) => sum + n, 0));
    }
  });
});

const text = fc.string({
  unit: fc.constantFrom("a", '"', "\\", "{", "}", "[", ",", ":", "\n", "é", "😀", "\u2028", "\0"),
});
const record = fc.record({
  type: text,
  value: fc.oneof(text, fc.integer(), fc.array(fc.dictionary(text, text)), fc.constant(null)),
});

test("says where each record lies", () => {
  fc.assert(
    fc.property(fc.array(record), fc.constantFrom("\n", "", "\r\n", "\n\0\0\n"), (values, between) => {
      const { records, bytes } = parse(values.map((value) => JSON.stringify(value)).join(between), 50);
      expect(records.map(({ value }) => value)).toEqual(values);
      for (const { value, offset, length } of records) {
        expect(JSON.parse(bytes.toString("utf8", offset, offset + length))).toEqual(value);
      }
    }),
  );
});

test("keeps every whole record before a cut at any byte, and makes up none", () => {
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 1, max: 99 }),
      (values, n, chunk) => {
        const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
        const cut = n % (bytes.length + 1);
        const before = bytes.subarray(0, cut).toString("latin1").split("\n");
        const whole = values.filter((_, i) => i < before.length - 1 || isWhole(before.at(i)));
        expect(parse(bytes.subarray(0, cut), chunk).values).toEqual(whole);
      },
    ),
  );
});

function isWhole(line: string | undefined): boolean {
  try {
    return line !== undefined && JSON.parse(line) !== undefined;
  } catch {
    return false;
  }
}

test("keeps the records around one that was torn at any byte", () => {
  fc.assert(
    fc.property(record, record, record, fc.nat(), (first, torn, last, n) => {
      const line = JSON.stringify(torn);
      const cut = 1 + (n % (line.length - 1));
      const below = parse(`${JSON.stringify(first)}\n${line.slice(0, cut)}\n${JSON.stringify(last)}\n`);
      expect(below.values).toEqual([first, last]);
      expect(below.stats.reasons).toEqual({ torn: 1 });
    }),
  );
});

test("never crashes on bytes that were changed, and keeps the lines that were not", () => {
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 3, maxLength: 6 }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      (values, noise) => {
        const lines = values.map((value) => Buffer.from(`${JSON.stringify(value)}\n`));
        const spoiled = Buffer.concat([
          ...lines.slice(0, 2),
          Buffer.from(noise),
          Buffer.from("\n"),
          ...lines.slice(2),
        ]);
        const read = parse(spoiled, 13).values;
        for (const value of values) expect(read).toContainEqual(value);
      },
    ),
  );
});

test("reads a line of 50 MB and skips one that is larger than any record may be", () => {
  const stats = newStats();
  const parser = new JsonlParser(stats);
  const filler = Buffer.alloc(1024 * 1024, "x");
  const read = [];
  for (const megabytes of [50, 65]) {
    read.push(...parser.push(Buffer.from('{"t":"')));
    for (let i = 0; i < megabytes; i++) read.push(...parser.push(filler));
    read.push(...parser.push(Buffer.from('"}\n')));
  }
  read.push(...parser.push(Buffer.from(`${a}\n`)), ...parser.end());
  expect(read.map(({ value }) => String(value.t).length)).toEqual([50 * 1024 * 1024, "undefined".length]);
  expect(read.at(-1)?.value).toEqual(A);
  expect(stats.reasons).toEqual({ "too long": 1 });
});

test("gives up a record that never ends after a bounded amount of text", () => {
  const stats = newStats();
  const parser = new JsonlParser(stats);
  const filler = Buffer.from(`${"x".repeat(1024 * 1024)}\n`);
  parser.push(Buffer.from('{"t":"\n'));
  for (let i = 0; i < 66; i++) parser.push(filler);
  parser.push(Buffer.from(`${a}\n`));
  expect(stats.reasons.torn).toBe(1);
});

test("reads a file from a place on, and stops at the size that it had at the start", async () => {
  const path = await file(`${a}\n${b}\n`);
  const seen = [];
  for await (const { value } of readJsonl(path, newStats())) {
    seen.push(value);
    await writeFile(path, `${c}\n`, { flag: "a" });
  }
  expect(seen).toEqual([A, B]);
  const rest = [];
  for await (const { value, offset } of readJsonl(path, newStats(), { from: a.length + 1 }))
    rest.push([value, offset]);
  expect(rest[0]).toEqual([B, a.length + 1]);
});

describe("the ends of a file", () => {
  const headOf = (ends: JsonlEnds | null) => [...(ends?.head() ?? [])];
  const tailOf = (ends: JsonlEnds | null) => [...(ends?.tail() ?? [])];

  test("are everything, from either side, when it is small", async () => {
    for (const end of ["\n", "", "\n\n"]) {
      const ends = readJsonlEnds(await file(`${a}\n${b}${end}`), 1000, 1000);
      expect(headOf(ends)).toEqual([A, B]);
      expect(tailOf(ends)).toEqual([B, A]);
      expect(ends).toMatchObject({ whole: true, size: a.length + b.length + 1 + end.length });
    }
  });

  test("hold only whole records of the first and last bytes", async () => {
    const lines = Array.from({ length: 100 }, (_, n) => JSON.stringify({ n }));
    const ends = readJsonlEnds(await file(`${lines.join("\n")}\n`), 30, 25);
    expect(headOf(ends)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    expect(tailOf(ends)).toEqual([{ n: 99 }, { n: 98 }]);
    expect(ends?.whole).toBe(false);
  });

  test("grow until a record fits", async () => {
    const large = { t: "x".repeat(5000) };
    const line = JSON.stringify(large);
    const ends = readJsonlEnds(await file(`${line}\n${`${a}\n`.repeat(1000)}${line}\n`), 100, 100);
    expect(headOf(ends)[0]).toEqual(large);
    expect(tailOf(ends)[0]).toEqual(large);
  });

  test("pass over damage", async () => {
    const ends = readJsonlEnds(await file(`\n${a.slice(0, 9)}\n${a}${b}\n\0\0`), 1000, 1000);
    expect(headOf(ends)).toEqual([A, B]);
    expect(tailOf(ends)).toEqual([B, A]);
  });

  test("are null for a file that is not there", () => {
    expect(readJsonlEnds(join(tmpdir(), "no", "such.jsonl"), 10, 10)).toBeNull();
  });

  test("of an empty file are empty", async () => {
    const ends = readJsonlEnds(await file(""), 10, 10);
    expect([headOf(ends), tailOf(ends)]).toEqual([[], []]);
  });
});
