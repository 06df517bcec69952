import { closeSync, openSync, readSync } from "node:fs";
import type { ReadStats } from "../../../schema/transcript.ts";
import { arrayOf, isObject, type JsonObject, objectOf, parseJson } from "../../base/json.ts";
import { JsonlParser } from "../../base/jsonl.ts";
import { countSkip, newStats } from "../../base/read-stats.ts";
import type { Place } from "./live.ts";

const WINDOW = 512 * 1024;

/** A message, and whether it is a summary of what was said before. */
export interface PlacedMessage {
  message: JsonObject;
  isSummary: boolean;
}

/**
 * The messages at these places of the file; one that turns out to be broken is counted. Places mostly ascend, so that
 * few reads serve many of them. Synchronous, because that makes a long file several times faster.
 */
export function* readPlaces(
  path: string,
  places: Iterable<Place>,
  stats: ReadStats,
): Generator<PlacedMessage> {
  const file = openSync(path, "r");
  try {
    const window = new Window(file);
    // Several messages may stand in one record, which is parsed once for all of them.
    let record: JsonObject | null = null;
    let from = -1;
    for (const { offset, length, index, isSummary } of places) {
      if (offset !== from) record = recordAt(window, offset, length);
      from = offset;
      const message = record === null || index === -1 ? record : historyIn(record)[index];
      if (isObject(message) && message.id !== undefined) yield { message, isSummary };
      else countSkip(stats, "torn");
    }
  } finally {
    closeSync(file);
  }
}

/** The whole history that a record sets: in a change, or in a header that carries one. */
export function historyIn(record: JsonObject): unknown[] {
  return arrayOf(objectOf(record.$set).messages ?? record.messages);
}

function recordAt(window: Window, offset: number, length: number): JsonObject | null {
  const value = parseJson(window.read(offset, length).toString("utf8"));
  return isObject(value)
    ? value
    : (repaired(window.read(offset, length)) ?? repaired(window.read(offset, length + WINDOW)));
}

/** The record at the beginning of the bytes, which may be whole only when it is repaired, or go on in the next line. */
function repaired(bytes: Buffer): JsonObject | null {
  const parser = new JsonlParser(newStats());
  const [record] = [...parser.push(bytes), ...parser.end()];
  return record?.offset === 0 ? record.value : null;
}

/** A stretch of the file that is held for the next reads. */
class Window {
  readonly #file: number;
  #bytes = Buffer.alloc(0);
  #offset = 0;

  constructor(file: number) {
    this.#file = file;
  }

  /** Fewer bytes where the file ends. The memory is used again by the next read. */
  read(offset: number, length: number): Buffer {
    const isHeld = offset >= this.#offset && offset + length <= this.#offset + this.#bytes.length;
    if (!isHeld) this.#move(offset, Math.max(length, WINDOW));
    return this.#bytes.subarray(offset - this.#offset, offset - this.#offset + length);
  }

  #move(offset: number, length: number): void {
    const bytes = length === this.#bytes.length ? this.#bytes : Buffer.allocUnsafeSlow(length);
    this.#bytes = bytes.subarray(0, readSync(this.#file, bytes, 0, length, offset));
    this.#offset = offset;
  }
}
