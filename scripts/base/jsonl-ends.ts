import { closeSync, fstatSync, readSync } from "node:fs";
import { errorCode, isUserError } from "./errors.ts";
import { openRegularFile } from "./files.ts";
import { JsonlParser } from "./jsonl.ts";
import { newStats } from "./read-stats.ts";

/** What a listing sees of a file. Records are parsed as they are asked for: a listing needs but a few of them. */
export interface JsonlEnds {
  /** The records that lie whole within the first bytes, from the first on. */
  head(): Generator<Record<string, unknown>>;
  /** The records that lie whole within the last bytes, from the last one back. */
  tail(): Generator<Record<string, unknown>>;
  /** The raw bytes of both, to look whether something is worth parsing. The same buffer when `whole`. */
  headBytes: Buffer;
  tailBytes: Buffer;
  size: number;
  /** Milliseconds since 1970. */
  mtimeMs: number;
  /** True when `head` is the whole file, and so is `tail`. */
  whole: boolean;
}

const NEWLINE = 10;
/** A first or last record larger than asked for is still read, up to here. */
const MOST = 1024 * 1024;

/**
 * The first and last bytes of a JSONL file; null when there is no such regular file. A read takes more than asked for, up to
 * 1 MiB, where not even one record fits; of a length of 0 there is none. Synchronous, because thousands of short reads
 * are several times faster that way. Whoever looks at one file after the other gives `room`, as long as both lengths
 * together: the answer lies in it, and holds until the next one.
 */
export function readJsonlEnds(
  path: string,
  headLength: number,
  tailLength: number,
  room?: Buffer,
): JsonlEnds | null {
  const file = openIfExists(path);
  if (file === null) return null;
  try {
    const { size, mtimeMs } = fstatSync(file);
    const whole = size <= headLength + tailLength;
    const headBytes = whole ? read(file, 0, size, room) : readHead(file, headLength, size, room);
    const tailRoom = room?.subarray(headLength);
    const tailBytes = whole ? headBytes : readTail(file, tailLength, size, tailRoom);
    const head = remembered(forwards(headBytes));
    const tail = remembered(backwards(tailBytes));
    return { head, tail, headBytes, tailBytes, size, mtimeMs, whole };
  } finally {
    closeSync(file);
  }
}

function readHead(file: number, length: number, size: number, room?: Buffer): Buffer {
  if (length === 0) return Buffer.alloc(0);
  const bytes = read(file, 0, Math.min(length, size), room);
  const end = bytes.lastIndexOf(NEWLINE);
  if (end === -1 && length < Math.min(MOST, size)) return readHead(file, length * 4, size);
  return bytes.subarray(0, end + 1);
}

function readTail(file: number, length: number, size: number, room?: Buffer): Buffer {
  if (length === 0) return Buffer.alloc(0);
  const from = Math.max(0, size - length);
  const bytes = read(file, from, size - from, room);
  if (from === 0) return bytes;
  const start = bytes.indexOf(NEWLINE) + 1;
  const none = start === 0 || start === bytes.length;
  if (none && length < MOST) return readTail(file, length * 4, size);
  return none ? bytes.subarray(0, 0) : bytes.subarray(start);
}

/** Whoever looks a second time does not parse a second time. */
function remembered<T extends object>(source: Generator<T>): () => Generator<T> {
  const known: T[] = [];
  return function* () {
    for (let at = 0; ; at++) {
      let record = known[at];
      if (record === undefined) {
        const next = source.next();
        if (next.done) return;
        record = next.value;
        known.push(record);
      }
      yield record;
    }
  };
}

function* forwards(bytes: Buffer): Generator<Record<string, unknown>> {
  const parser = new JsonlParser(newStats());
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    for (const { value } of parser.pushLine(bytes, start, end, start)) yield value;
    start = end + 1;
  }
  for (const { value } of parser.end()) yield value;
}

// Line by line: a record that a raw line break cuts in two is not put together here.
function* backwards(bytes: Buffer): Generator<Record<string, unknown>> {
  for (let end = bytes.length; end > 0; ) {
    const start = bytes.lastIndexOf(NEWLINE, end - 2) + 1;
    // A newline that ends the last line is not the start of another; at the very beginning there is none to find.
    const from = end === 1 ? 0 : start;
    const parser = new JsonlParser(newStats());
    const lineEnd = bytes[end - 1] === NEWLINE ? end - 1 : end;
    const records = [...parser.pushLine(bytes, from, lineEnd, from), ...parser.end()];
    for (const { value } of records.reverse()) yield value;
    end = from;
  }
}

function read(file: number, from: number, length: number, room?: Buffer): Buffer {
  const buffer = room !== undefined && length <= room.length ? room : Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const bytes = readSync(file, buffer, filled, length - filled, from + filled);
    if (bytes === 0) break;
    filled += bytes;
  }
  return buffer.subarray(0, filled);
}

function openIfExists(path: string): number | null {
  try {
    return openRegularFile(path);
  } catch (error) {
    // A listing passes over what is no file of its agent's.
    if (isUserError(error) || errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
