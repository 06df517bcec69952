import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_LINES, OutputTail } from "../../scripts/gates/output-tail.ts";

function tailOf(...chunks: (string | Buffer)[]): string[] {
  const tail = new OutputTail();
  const stream = tail.stream();
  for (const chunk of chunks) stream.write(Buffer.from(chunk));
  stream.end();
  return tail.lines();
}

const PRIVATE = "PRIVATE";

describe("the tail of an output", () => {
  const cases: [what: string, given: (string | Buffer)[], expected: string[]][] = [
    ["keeps lines", ["one\ntwo\n"], ["one", "two"]],
    ["keeps a last line without a line feed", ["one\ntwo"], ["one", "two"]],
    ["joins a line that comes in pieces", ["on", "e\ntw", "o\n"], ["one", "two"]],
    ["joins a character that comes in pieces", [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], ["é"]],
    ["drops empty lines around the others", ["\n\none\n\ntwo\n\n"], ["one", "", "two"]],
    ["drops colours and links", ["\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07\n"], ["red link"]],
    ["drops a colour that comes in pieces", ["\x1b[3", "1mred\n"], ["red"]],
    ["drops other control characters", ["a\x00b\x08c\x9bd\n"], ["abcd"]],
    ["shows a progress bar as it stood last", ["10 %\r50 %\r100 %\n"], ["100 %"]],
    ["takes CRLF for the end of a line", ["one\r\ntwo\r\n"], ["one", "two"]],
    ["has nothing of nothing", [], []],
    [
      "leaves out the rest of a private key whose first line has scrolled away",
      [`c2VjcmV0\n-----END RSA ${PRIVATE} KEY-----\nafter\n`],
      ["after"],
    ],
  ];
  for (const [what, given, expected] of cases) {
    it(what, () => expect(tailOf(...given)).toEqual(expected));
  }

  it("keeps the last lines of many", () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}`);
    expect(tailOf(lines.join("\n"))).toEqual(lines.slice(-MAX_LINES));
  });

  it("tells two streams in the order in which their lines end", () => {
    const tail = new OutputTail();
    const [out, err] = [tail.stream(), tail.stream()];
    out.write(Buffer.from("begun, "));
    err.write(Buffer.from("warning\n"));
    out.write(Buffer.from("ended\n"));
    expect(tail.lines()).toEqual(["warning", "begun, ended"]);
  });

  it("cuts a long line between words, never within one", () => {
    const token = `${"x".repeat(40)}END`;
    const [line = ""] = tailOf(`${"word ".repeat(192)}${token} ${"y".repeat(5000)}\n`);
    expect(line).not.toContain("xxx");
    expect(line).toMatch(/^word .*word … \(\d+ characters\)$/);
    expect(tailOf("z".repeat(5000))).toEqual(["… (5000 characters)"]);
  });

  it("keeps fewer lines when they are long", () => {
    const lines = Array.from({ length: MAX_LINES }, (_, i) => `${i} ${"word ".repeat(150)}end`);
    const kept = tailOf(lines.join("\n"));
    expect(kept).toEqual(lines.slice(-kept.length));
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.join("\n").length).toBeLessThan(16 * 1024);
  });

  it("stays small, whatever comes", () => {
    const tail = new OutputTail();
    const stream = tail.stream();
    const noise = Buffer.alloc(1024 * 1024, "no line feed ");
    for (let i = 0; i < 64; i++) stream.write(noise);
    stream.end();
    expect(tail.lines().join("\n").length).toBeLessThan(2000);
  });

  it("is the same however the output is cut into chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 20 })),
        fc.integer({ min: 1, max: 7 }),
        (lines, size) => {
          const whole = Buffer.from(lines.join("\n"));
          const chunks: Buffer[] = [];
          for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
          expect(tailOf(...chunks)).toEqual(tailOf(whole));
        },
      ),
    );
  });
});
