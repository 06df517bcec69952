import { stringOf } from "../../base/json.ts";
import { JsonlParser, type JsonlRecord } from "../../base/jsonl.ts";
import type { JsonlEnds } from "../../base/jsonl-ends.ts";
import { newStats } from "../../base/read-stats.ts";
import { Chain } from "./chain.ts";
import { addRecord } from "./index-file.ts";
import { LineScan, NextPlace } from "./line-scan.ts";
import { isSpoken } from "./record-types.ts";
import { typedIn } from "./typed.ts";

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NEWLINE = 10;
// Within a string the quotes would be escaped: these are names and values of their own.
const USER = Buffer.from('"user"');
const QUEUED = Buffer.from('"queued_command"');
const BLOCKS = Buffer.from('"role":"user","content":[');
const TEXT = Buffer.from('"text"');

/**
 * How many turns a session has that lies whole within what was read of it. The same way as a full read counts them,
 * so that rewound turns are none; but only records that may hold a person's words are parsed.
 */
export function turnsIn({ headBytes, tail }: JsonlEnds): number {
  const chain = chainOf(headBytes);
  chain.settle(lastSpoken(tail()));
  const parser = new JsonlParser(newStats());
  const typing = new Typing(headBytes);
  let turns = 0;
  for (const [start, end] of linesOf(headBytes)) {
    if (!parser.pending && !typing.isPossible(start, end)) continue;
    turns += turnsAmong(parser.pushLine(headBytes, start, end, start), chain);
  }
  return turns + turnsAmong(parser.end(), chain);
}

function turnsAmong(records: readonly JsonlRecord[], chain: Chain): number {
  let turns = 0;
  for (const { value } of records) {
    const uuid = stringOf(value.uuid);
    const isLive = uuid === null ? chain.isEmpty : chain.placeOf(uuid) === "live";
    if (isLive && typedIn(value).length > 0) turns += 1;
  }
  return turns;
}

function chainOf(bytes: Buffer): Chain {
  const chain = new Chain();
  const scan = new LineScan(chain);
  const parser = new JsonlParser(newStats());
  for (const [start, end] of linesOf(bytes)) {
    if (scan.take(bytes, start, end)) continue;
    for (const { value } of parser.pushLine(bytes, start, end, start)) addRecord(chain, value);
  }
  for (const { value } of parser.end()) addRecord(chain, value);
  return chain;
}

function* lastSpoken(fromTheLast: Iterable<Record<string, unknown>>): Generator<string> {
  for (const record of fromTheLast) {
    if (isSpoken(record) && typeof record.uuid === "string") yield record.uuid;
  }
}

function* linesOf(bytes: Buffer): Generator<[start: number, end: number]> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    yield [start, end];
    start = end + 1;
  }
}

/**
 * Tells from the bytes of a line whether a person may have typed something in it. Most of a session is the model's
 * words and what its tools gave back: neither need be parsed to see that it is none.
 */
class Typing {
  readonly #bytes: Buffer;
  readonly #user: NextPlace;
  readonly #queued: NextPlace;
  readonly #blocks: NextPlace;
  readonly #text: NextPlace;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#user = new NextPlace(bytes, USER);
    this.#queued = new NextPlace(bytes, QUEUED);
    this.#blocks = new NextPlace(bytes, BLOCKS);
    this.#text = new NextPlace(bytes, TEXT);
  }

  isPossible(start: number, end: number): boolean {
    // A part of a record tells nothing.
    if (this.#bytes[start] !== OPEN_OBJECT || this.#bytes[end - 1] !== CLOSE_OBJECT) return true;
    if (this.#queued.isWithin(start, end)) return true;
    if (!this.#user.isWithin(start, end)) return false;
    return !this.#blocks.isWithin(start, end) || this.#text.isWithin(start, end);
  }
}
