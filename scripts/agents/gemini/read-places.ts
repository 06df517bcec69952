import { type FileHandle, open } from "node:fs/promises";
import { arrayOf, isObject, type JsonObject, objectOf } from "../../base/json.ts";
import { JsonlParser } from "../../base/jsonl.ts";
import { newStats } from "../../base/read-stats.ts";
import type { Place } from "./live.ts";

const WINDOW = 512 * 1024;

/** A message, and whether it is a summary of what was said before. */
export interface PlacedMessage {
  message: JsonObject;
  isSummary: boolean;
}

/** The messages at these places of the file. Places mostly ascend, so that few reads serve many of them. */
export async function* readPlaces(path: string, places: Iterable<Place>): AsyncGenerator<PlacedMessage> {
  const file = await open(path, "r");
  try {
    const window = new Window(file);
    // Several messages may stand in one record, which is parsed once for all of them.
    let record: JsonObject = {};
    let from = -1;
    for (const { offset, length, index, isSummary } of places) {
      if (offset !== from) {
        record = parse(await window.read(offset, length));
        from = offset;
      }
      const message = index === -1 ? record : historyIn(record)[index];
      if (isObject(message) && message.id !== undefined) yield { message, isSummary };
    }
  } finally {
    await file.close();
  }
}

/** The whole history that a record sets: in a change, or in a header that carries one. */
export function historyIn(record: JsonObject): unknown[] {
  return arrayOf(objectOf(record.$set).messages ?? record.messages);
}

// Once more through the parser that found it, because a damaged record is whole only when it is repaired.
function parse(bytes: Buffer): JsonObject {
  const parser = new JsonlParser(newStats());
  const [record] = [...parser.push(bytes), ...parser.end()];
  return record?.value ?? {};
}

/** A stretch of the file that is held for the next reads. */
class Window {
  readonly #file: FileHandle;
  #bytes = Buffer.alloc(0);
  #offset = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const isHeld = offset >= this.#offset && offset + length <= this.#offset + this.#bytes.length;
    if (!isHeld) await this.#move(offset, Math.max(length, WINDOW));
    return this.#bytes.subarray(offset - this.#offset, offset - this.#offset + length);
  }

  async #move(offset: number, length: number): Promise<void> {
    const bytes = length === this.#bytes.length ? this.#bytes : Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, offset);
    this.#bytes = bytes.subarray(0, bytesRead);
    this.#offset = offset;
  }
}
