/** Numbers for ids, from 0 on, in the order in which they were first seen. -1 where there is none. */
export type IdNumber = number;

const FEWEST = 128;

/**
 * Gives each id a number, in about 20 bytes an id: a file of one gigabyte may have millions, and as strings in a Map
 * they would need more memory than the file's reader may have. Ids are told apart by 64 bits of a hash.
 */
export class IdTable {
  #size = 0;
  #high: Uint32Array;
  #low: Uint32Array;
  /** Numbers plus one, by hash; 0 is an empty place. A power of two of them, at most half full. */
  #places: Int32Array;

  /** With room for `expected` ids from the start: memory that is not used is not taken, but growing takes twice. */
  constructor(expected = 0) {
    let capacity = FEWEST;
    while (capacity < expected) capacity *= 2;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#places = new Int32Array(capacity * 2);
  }

  get size(): number {
    return this.#size;
  }

  intern(bytes: Uint8Array, start: number, end: number): IdNumber {
    const [high, low] = hash(bytes, start, end);
    const place = this.#placeOf(high, low);
    const known = this.#places[place] ?? 0;
    if (known !== 0) return known - 1;
    const number = this.#size++;
    this.#high[number] = high;
    this.#low[number] = low;
    this.#places[place] = number + 1;
    if (this.#size === this.#high.length) this.#grow();
    return number;
  }

  find(id: string): IdNumber {
    const bytes = Buffer.from(id);
    const [high, low] = hash(bytes, 0, bytes.length);
    return (this.#places[this.#placeOf(high, low)] ?? 0) - 1;
  }

  /** The place of this hash, or the empty one where it belongs. */
  #placeOf(high: number, low: number): number {
    const mask = this.#places.length - 1;
    let place = low & mask;
    for (;;) {
      const number = (this.#places[place] ?? 0) - 1;
      if (number === -1 || (this.#low[number] === low && this.#high[number] === high)) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const capacity = this.#high.length * 2;
    this.#high = enlarged(this.#high, capacity);
    this.#low = enlarged(this.#low, capacity);
    this.#places = new Int32Array(capacity * 2);
    for (let number = 0; number < this.#size; number++) {
      this.#places[this.#placeOf(this.#high[number] ?? 0, this.#low[number] ?? 0)] = number + 1;
    }
  }
}

function enlarged(old: Uint32Array, capacity: number): Uint32Array {
  const larger = new Uint32Array(capacity);
  larger.set(old);
  return larger;
}

const pair: [high: number, low: number] = [0, 0];

// Two FNV-1a hashes side by side, from different starts, each scrambled at the end. The pair is reused by each call.
function hash(bytes: Uint8Array, start: number, end: number): [high: number, low: number] {
  let high = 0x811c9dc5;
  let low = 0x2f0b4a27;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x5bd1e995);
    low ^= low >>> 15;
  }
  pair[0] = (high ^ (high >>> 16)) >>> 0;
  pair[1] = (low ^ (low >>> 13)) >>> 0;
  return pair;
}
