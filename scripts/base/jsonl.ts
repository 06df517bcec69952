import type { ReadStats } from "../../schema/transcript.ts";
import { readChunks } from "./chunks.ts";
import { isObject, type JsonObject, parseJson } from "./json.ts";
import { LineSplitter } from "./lines.ts";
import { countSkip } from "./read-stats.ts";
import { Salvage } from "./salvage.ts";

/** One JSON object of a file, with its place there in bytes. */
export interface JsonlRecord {
  value: Record<string, unknown>;
  offset: number;
  length: number;
}

const OPEN_OBJECT = 0x7b;

/**
 * Turns chunks of a JSONL file into records, whatever a crash or a careless writer did to it. Records come out whole
 * or not at all; what is no record is counted in `stats` as `torn`, `not a record`, `NUL bytes` or `too long`.
 * The records themselves are for the caller to count, who knows which of them mean something.
 */
export class JsonlParser {
  readonly #stats: ReadStats;
  readonly #lines: LineSplitter;
  #salvage = this.#newSalvage();
  #ready: JsonlRecord[] = [];

  constructor(stats: ReadStats, offset = 0) {
    this.#stats = stats;
    this.#lines = new LineSplitter(
      (buffer, start, end, at) => this.#line(buffer, start, end, at),
      () => countSkip(stats, "too long"),
      offset,
    );
  }

  /** True while a record has begun that later lines may complete. */
  get pending(): boolean {
    return this.#salvage.pending;
  }

  /** The records that this chunk completed. */
  push(chunk: Buffer): JsonlRecord[] {
    this.#lines.push(chunk);
    return this.#take();
  }

  /** The records that only the end of the file completes: the last line need not end in a line feed. */
  end(): JsonlRecord[] {
    this.#lines.end();
    this.#salvage.drop();
    return this.#take();
  }

  /** The records that the line `buffer[start, end)` completed, for a caller that cuts lines itself. */
  pushLine(buffer: Buffer, start: number, end: number, offset: number): JsonlRecord[] {
    this.#line(buffer, start, end, offset);
    return this.#take();
  }

  #line(buffer: Buffer, start: number, end: number, offset: number): void {
    if (start === end && !this.#salvage.pending) return;
    const text = buffer.toString("utf8", start, end);
    const value = buffer[start] === OPEN_OBJECT ? parseObject(text) : null;
    if (value === null) {
      this.#recover(text, offset);
    } else {
      this.#salvage.drop();
      this.#ready.push({ value, offset, length: end - start });
    }
  }

  #take(): JsonlRecord[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #recover(text: string, offset: number): void {
    if (this.#salvage.pending && text.startsWith("{") && this.#standsAlone(text, offset)) return;
    this.#collect(this.#salvage.feed(text, offset));
  }

  // With a record still open, a line may be the rest of it, or hold new ones: those are not to be swallowed.
  #standsAlone(text: string, offset: number): boolean {
    if (new Salvage(() => {}).feed(text, offset).length === 0) return false;
    this.#salvage.drop();
    this.#collect(this.#salvage.feed(text, offset));
    return true;
  }

  #collect(found: ReturnType<Salvage["feed"]>): void {
    for (const { text, offset, length } of found) {
      const value = parseObject(text);
      if (value === null) countSkip(this.#stats, "torn");
      else this.#ready.push({ value, offset, length });
    }
  }

  #newSalvage(): Salvage {
    return new Salvage((damage) => countSkip(this.#stats, damage));
  }
}

export interface Range {
  /** First byte; default 0. */
  from?: number;
  /** The byte behind the last; default the size that the file has when it is opened. */
  to?: number;
}

/** The records of a JSONL file that is read only. See `JsonlParser` for what it makes of damage. */
export async function* readJsonl(
  path: string,
  stats: ReadStats,
  range: Range = {},
): AsyncGenerator<JsonlRecord> {
  for await (const batch of readJsonlBatches(path, stats, range)) {
    for (const record of batch) yield record;
  }
}

/** The same in batches, one for each chunk of the file: a million records one by one cost a second of waiting. */
export function readJsonlBatches(
  path: string,
  stats: ReadStats,
  range: Range = {},
): AsyncGenerator<JsonlRecord[]> {
  return parseJsonlBatches(readChunks(path, range.from, range.to), stats, range.from);
}

/** The records in a stream of chunks, such as an archive that is unpacked on the way. */
export async function* parseJsonlBatches(
  chunks: AsyncIterable<Buffer>,
  stats: ReadStats,
  offset = 0,
): AsyncGenerator<JsonlRecord[]> {
  const parser = new JsonlParser(stats, offset);
  for await (const chunk of chunks) yield parser.push(chunk);
  yield parser.end();
}

function parseObject(text: string): JsonObject | null {
  const value = parseJson(text);
  return isObject(value) ? value : null;
}
