import type { Chain } from "./chain.ts";

const START = Buffer.from('{"parentUuid":"');
const SIDECHAIN = Buffer.from('","isSidechain":');
const UUID_KEY = Buffer.from('"uuid":"');
const UUID_LENGTH = 36;
const QUOTE = 0x22;
const LOWER_T = 0x74;
const CLOSE_OBJECT = 0x7d;

/**
 * Takes the ids out of lines as the client itself writes them, without parsing: that makes the first of the two
 * passes several times faster. Anything that does not look exactly so is left to the parser.
 */
export class LineScan {
  readonly #chain: Chain;
  #buffer: Buffer | null = null;
  #key = new NextPlace(Buffer.alloc(0), UUID_KEY);

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
      this.#key = new NextPlace(buffer, UUID_KEY);
    }
    return this.#key.from(from);
  }
}

/** Where a text stands next in a buffer that is gone through from front to back: nothing is searched twice. */
export class NextPlace {
  readonly #buffer: Buffer;
  readonly #text: Buffer;
  #next = 0;

  constructor(buffer: Buffer, text: Buffer) {
    this.#buffer = buffer;
    this.#text = text;
    this.#next = buffer.indexOf(text);
  }

  /** The first place from `start` on, or -1. */
  from(start: number): number {
    if (this.#next !== -1 && this.#next < start) this.#next = this.#buffer.indexOf(this.#text, start);
    return this.#next;
  }

  isWithin(start: number, end: number): boolean {
    const place = this.from(start);
    return place !== -1 && place < end;
  }
}

/** Whether `text` stands at this place of the buffer. */
export function standsAt(buffer: Buffer, text: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (buffer[at + i] !== text[i]) return false;
  }
  return true;
}
