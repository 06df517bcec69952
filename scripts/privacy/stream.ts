import { isUtf8 } from "node:buffer";
import type { Redacted } from "../../schema/redacted.ts";
import type { Redactor } from "./redact.ts";
import { REACH } from "./scan.ts";
import type { Span } from "./span.ts";

/** The next part of a stream that is looked through to its end. */
export interface Part {
  text: string;
  /** Sorted and disjoint, in `text`. */
  spans: readonly Span[];
  /** The line that each span begins in, counted from 1 over the whole stream. */
  lines: readonly number[];
  /** Puts text of this part back into the bytes that it came from. */
  encode(text: string): Uint8Array;
}

/** Code units that are looked at together. */
const WINDOW = 1024 * 1024;

/** The bytes of a stream of any length, in bounded memory, with nothing in them that has to be hidden. */
export async function* redactStream(
  input: AsyncIterable<Uint8Array>,
  redactor: Redactor,
): AsyncGenerator<Redacted<Uint8Array>> {
  for await (const { text, spans, encode } of findInStream(input, redactor)) {
    yield encode(await redactor.hide(text, spans)) as Redacted<Uint8Array>;
  }
}

/**
 * A stream part by part, with what has to be hidden in each. Windows overlap, so that a secret which lies across two
 * of them (a private key has many lines) is found whole. Bytes that are not UTF-8 come out as they went in.
 */
export async function* findInStream(
  input: AsyncIterable<Uint8Array>,
  redactor: Redactor,
): AsyncGenerator<Part> {
  const buffer = createBuffer();
  let line = 1;

  async function nextPart(isLast: boolean): Promise<Part> {
    const { pending, settled } = buffer;
    const found = await redactor.find(pending);
    const cut = isLast ? pending.length : safeCut(pending, settled, found);
    const spans = found
      .filter((span) => span.end > settled && span.start < cut)
      .map(({ start, end, rule }) => ({ start: Math.max(start - settled, 0), end: end - settled, rule }));
    const text = pending.slice(settled, cut);
    const counted = countLines(text, spans, line);
    line = counted.next;
    buffer.settle(cut);
    return { text, spans, lines: counted.lines, encode: buffer.encoder() };
  }

  for await (const chunk of input) {
    buffer.add(chunk);
    while (buffer.pending.length - buffer.settled >= WINDOW + REACH) yield await nextPart(false);
  }
  buffer.finish();
  yield await nextPart(true);
}

/** Where the window may end: far enough from its end that every secret before it is known whole, and inside of none. */
function safeCut(text: string, settled: number, spans: readonly Span[]): number {
  const latest = text.length - REACH;
  const newline = text.lastIndexOf("\n", latest - 1) + 1;
  const cut = newline > settled ? newline : withoutHalfPair(text, latest);
  const across = spans.find((span) => span.start < cut && cut < span.end);
  if (across === undefined) return cut;
  return across.start > settled ? across.start : across.end;
}

function withoutHalfPair(text: string, at: number): number {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? "") ? at - 1 : at;
}

function countLines(text: string, spans: readonly Span[], first: number): { lines: number[]; next: number } {
  let [line, newline] = [first, text.indexOf("\n")];
  const lineAt = (at: number) => {
    for (; newline !== -1 && newline < at; newline = text.indexOf("\n", newline + 1)) line++;
    return line;
  };
  return { lines: spans.map((span) => lineAt(span.start)), next: lineAt(text.length) };
}

/** What is in memory of the stream: text that has been passed on but still tells about what follows, then the rest. */
function createBuffer() {
  let encoding: "utf8" | "latin1" = "utf8";
  let held: Uint8Array = new Uint8Array(0);
  const buffer = {
    pending: "",
    /** How much of `pending` has been passed on. */
    settled: 0,
    add(chunk: Uint8Array): void {
      const bytes = Buffer.concat([held, chunk]);
      const whole = bytes.length - (encoding === "utf8" ? unfinished(bytes) : 0);
      held = bytes.subarray(whole);
      append(bytes.subarray(0, whole));
    },
    finish(): void {
      append(Buffer.from(held));
    },
    settle(cut: number): void {
      const from = Math.max(0, cut - REACH);
      buffer.pending = buffer.pending.slice(from);
      buffer.settled = cut - from;
    },
    encoder(): (text: string) => Uint8Array {
      const of = encoding;
      return (text) => Buffer.from(text, of);
    },
  };

  function append(bytes: Buffer): void {
    if (encoding === "utf8" && !isUtf8(bytes)) {
      // From here on one unit stands for one byte, so that each comes out as it went in.
      buffer.settled = Buffer.byteLength(buffer.pending.slice(0, buffer.settled));
      buffer.pending = Buffer.from(buffer.pending).toString("latin1");
      encoding = "latin1";
    }
    buffer.pending += bytes.toString(encoding);
  }
  return buffer;
}

/** How many bytes at the end begin a character whose rest is still to come. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    // Continuation bytes are 10xxxxxx; a first byte tells how many there are of them.
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}
