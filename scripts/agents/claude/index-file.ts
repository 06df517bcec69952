import { readChunks } from "../../base/chunks.ts";
import { type JsonObject, stringOf } from "../../base/json.ts";
import { JsonlParser } from "../../base/jsonl.ts";
import { readJsonlEnds } from "../../base/jsonl-ends.ts";
import { LineSplitter } from "../../base/lines.ts";
import { newStats } from "../../base/read-stats.ts";
import { Chain } from "./chain.ts";

const START = Buffer.from('{"parentUuid":"');
const SIDECHAIN = Buffer.from('","isSidechain":');
const UUID_KEY = Buffer.from('"uuid":"');
const UUID_LENGTH = 36;
const QUOTE = 0x22;
const LOWER_T = 0x74;
const CLOSE_OBJECT = 0x7d;
/** Bytes of a record of a busy session: most of its records are no shorter. */
const SHORT_RECORD = 400;
/** The last turn is looked for in so many bytes at the end. */
const TAIL = 256 * 1024;

/** Reads the first `size` bytes of a session and settles which records are its live branch. */
export async function indexFile(path: string, size: number): Promise<Chain> {
  const chain = new Chain(Math.ceil(size / SHORT_RECORD));
  const parser = new JsonlParser(newStats());
  const scan = new LineScan(chain);
  const lines = new LineSplitter((buffer, start, end, offset) => {
    if (scan.take(buffer, start, end)) return;
    for (const { value } of parser.pushLine(buffer, start, end, offset)) addRecord(chain, value);
  });
  for await (const chunk of readChunks(path, 0, size)) lines.push(chunk);
  lines.end();
  for (const { value } of parser.end()) addRecord(chain, value);
  chain.settle(lastSpoken(path));
  return chain;
}

/** Takes up a record that was parsed; those without an id are no part of the tree. */
export function addRecord(chain: Chain, record: JsonObject): void {
  const uuid = stringOf(record.uuid);
  if (uuid === null) return;
  const before = chain.last;
  const parent = stringOf(record.parentUuid) ?? stringOf(record.logicalParentUuid);
  const isBoundary = record.type === "system" && record.subtype === "compact_boundary";
  // A boundary has no parent: what it summarises came before it.
  const parentId = parent === null ? (isBoundary ? before : -1) : idOf(chain, parent);
  chain.add(idOf(chain, uuid), parentId, record.isSidechain === true);
}

function idOf(chain: Chain, uuid: string): number {
  const bytes = Buffer.from(uuid);
  return chain.id(bytes, 0, bytes.length);
}

function* lastSpoken(path: string): Generator<string> {
  for (const record of readJsonlEnds(path, 0, TAIL)?.tail() ?? []) {
    const spoken = record.type === "user" || record.type === "assistant";
    if (spoken && typeof record.uuid === "string") yield record.uuid;
  }
}

/**
 * Takes the ids out of lines as the client itself writes them, without parsing: that makes the first of the two
 * passes several times faster. Anything that does not look exactly so is left to the parser.
 */
class LineScan {
  readonly #chain: Chain;
  #buffer: Buffer | null = null;
  /** Where the key stands next in the buffer, so that nothing is searched twice. */
  #nextKey = 0;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  take(buffer: Buffer, start: number, end: number): boolean {
    // Roots are few, and some of them are more than that.
    if (buffer[end - 1] !== CLOSE_OBJECT || !standsAt(buffer, START, start)) return false;
    const parentAt = start + START.length;
    const sidechainAt = parentAt + UUID_LENGTH;
    if (!standsAt(buffer, SIDECHAIN, sidechainAt)) return false;
    const key = this.#keyFrom(buffer, sidechainAt);
    const uuidAt = key + UUID_KEY.length;
    if (key === -1 || uuidAt + UUID_LENGTH >= end || buffer[uuidAt + UUID_LENGTH] !== QUOTE) return false;
    const second = this.#keyFrom(buffer, uuidAt);
    // A second one may be the record's own, and this one another record's that is quoted within.
    if (second !== -1 && second < end) return false;
    const id = this.#chain.id(buffer, uuidAt, uuidAt + UUID_LENGTH);
    const parent = this.#chain.id(buffer, parentAt, parentAt + UUID_LENGTH);
    this.#chain.add(id, parent, buffer[sidechainAt + SIDECHAIN.length] === LOWER_T);
    return true;
  }

  #keyFrom(buffer: Buffer, from: number): number {
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#nextKey = 0;
    }
    if (this.#nextKey !== -1 && this.#nextKey < from) this.#nextKey = buffer.indexOf(UUID_KEY, from);
    return this.#nextKey;
  }
}

/** Whether `text` stands at this place of the buffer. */
export function standsAt(buffer: Buffer, text: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (buffer[at + i] !== text[i]) return false;
  }
  return true;
}
