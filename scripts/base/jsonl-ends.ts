import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errorCode } from "./errors.ts";
import { JsonlParser, type JsonlRecord } from "./jsonl.ts";
import { newStats } from "./read-stats.ts";

/** What a listing sees of a file: a listing must not read gigabytes. */
export interface JsonlEnds {
  /** Records that lie whole within the first bytes. */
  head: JsonlRecord[];
  /** Records that lie whole within the last bytes, in the order of the file. Empty when `head` is everything. */
  tail: JsonlRecord[];
  size: number;
  /** Milliseconds since 1970. */
  mtimeMs: number;
  /** True when `head` and `tail` together are the whole file. */
  whole: boolean;
}

const NEWLINE = 10;
/** A first or last record larger than asked for is still read, up to here. */
const MOST = 1024 * 1024;

/**
 * The first and last `headBytes` and `tailBytes` of a JSONL file as records; null when there is no such file. A read
 * takes more, up to 1 MiB, where not even one record fits. Synchronous, because thousands of short reads are several times
 * faster that way.
 */
export function readJsonlEnds(path: string, headBytes: number, tailBytes: number): JsonlEnds | null {
  const file = openIfExists(path);
  if (file === null) return null;
  try {
    const { size, mtimeMs } = fstatSync(file);
    if (size <= headBytes + tailBytes) {
      return { head: records(read(file, 0, size), 0), tail: [], size, mtimeMs, whole: true };
    }
    const head = readHead(file, headBytes, size);
    const tail = readTail(file, tailBytes, size);
    return { head, tail, size, mtimeMs, whole: false };
  } finally {
    closeSync(file);
  }
}

function readHead(file: number, bytes: number, size: number): JsonlRecord[] {
  const chunk = read(file, 0, Math.min(bytes, size));
  const end = chunk.lastIndexOf(NEWLINE);
  if (end === -1 && bytes < Math.min(MOST, size)) return readHead(file, bytes * 4, size);
  return records(chunk.subarray(0, end + 1), 0);
}

function readTail(file: number, bytes: number, size: number): JsonlRecord[] {
  const from = Math.max(0, size - bytes);
  const chunk = read(file, from, size - from);
  const start = from === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
  const none = from > 0 && (start === 0 || start === chunk.length);
  if (none && bytes < Math.min(MOST, size)) return readTail(file, bytes * 4, size);
  return none ? [] : records(chunk.subarray(start), from + start);
}

function records(chunk: Buffer, offset: number): JsonlRecord[] {
  const parser = new JsonlParser(newStats(), offset);
  return [...parser.push(chunk), ...parser.end()];
}

function read(file: number, from: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
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
    return openSync(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
