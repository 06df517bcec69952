import { isUtf8 } from "node:buffer";
import type { Redacted } from "../../schema/redacted.ts";
import type { Redactor } from "./redact.ts";
import { REACH } from "./scan.ts";
import type { Span } from "./span.ts";

export interface RedactedPiece {
  /** The next bytes of the stream, with nothing in them that had to be hidden. */
  bytes: Redacted<Uint8Array>;
  /** What was hidden in them, in order. Lines are counted from 1 over the whole stream. */
  hidden: { rule: string; line: number }[];
}

/** Code units that are looked at together. */
const WINDOW = 1024 * 1024;

/**
 * Redacts a stream of any length in bounded memory. Windows overlap, so that a secret which lies across two of them
 * (a private key has many lines) is hidden whole. Bytes that are not UTF-8 come out as they went in.
 */
export async function* redactStream(
  input: AsyncIterable<Uint8Array>,
  redactor: Redactor,
): AsyncGenerator<RedactedPiece> {
  const text = createText();
  let line = 1;

  async function settle(isEnd: boolean): Promise<RedactedPiece> {
    const { pending, settled } = text;
    const spans = await redactor.find(pending);
    const cut = isEnd ? pending.length : safeCut(pending, settled, spans);
    const own = spans
      .filter((span) => span.end > settled && span.start < cut)
      .map(({ start, end, rule }) => ({
        start: Math.max(start, settled) - settled,
        end: end - settled,
        rule,
      }));
    const piece = pending.slice(settled, cut);
    const lines = linesOf(piece, own, line);
    line = lines.next;
    const bytes = text.encode(redactor.hide(piece, own)) as Uint8Array as Redacted<Uint8Array>;
    text.settle(cut);
    return { bytes, hidden: own.map(({ rule }, i) => ({ rule, line: lines.of[i] ?? line })) };
  }

  for await (const chunk of input) {
    text.add(chunk);
    while (text.pending.length - text.settled >= WINDOW + REACH) yield await settle(false);
  }
  text.finish();
  yield await settle(true);
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

function linesOf(text: string, spans: readonly Span[], first: number): { of: number[]; next: number } {
  let [line, at] = [first, 0];
  const advance = (end: number) => {
    for (let i = text.indexOf("\n", at); i !== -1 && i < end; i = text.indexOf("\n", i + 1)) line++;
    at = end;
    return line;
  };
  return { of: spans.map((span) => advance(span.start)), next: advance(text.length) };
}

/** The part of the stream that is in memory: what is settled already but still tells about what follows, and the rest. */
function createText() {
  let encoding: "utf8" | "latin1" = "utf8";
  let held: Uint8Array = new Uint8Array(0);
  const text = {
    pending: "",
    settled: 0,
    add(chunk: Uint8Array): void {
      const bytes = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
      const whole = encoding === "latin1" ? bytes.length : bytes.length - unfinished(bytes);
      held = Uint8Array.from(bytes.subarray(whole));
      append(bytes.subarray(0, whole));
    },
    finish(): void {
      append(Buffer.from(held));
    },
    settle(cut: number): void {
      const from = Math.max(0, cut - REACH);
      text.pending = text.pending.slice(from);
      text.settled = cut - from;
    },
    encode: (piece: string): Uint8Array => Buffer.from(piece, encoding),
  };

  function append(bytes: Buffer): void {
    if (encoding === "utf8" && !isUtf8(bytes)) {
      // From here on one unit stands for one byte, so that each comes out as it went in.
      text.settled = Buffer.byteLength(text.pending.slice(0, text.settled));
      text.pending = Buffer.from(text.pending).toString("latin1");
      encoding = "latin1";
    }
    text.pending += bytes.toString(encoding);
  }
  return text;
}

/** How many bytes at the end begin a character that is not complete. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return byte >= (back === 3 ? 0xf0 : back === 2 ? 0xe0 : 0xc0) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
