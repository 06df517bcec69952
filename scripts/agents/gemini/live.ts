import { isObject, stringOf } from "../../base/json.ts";
import { IdTable } from "../id-table.ts";
import { isContext, summaryIn } from "./content.ts";

const NOWHERE = -1;
const NONE = -1;

/** Where a message of the conversation is written down. */
export interface Place {
  offset: number;
  length: number;
  /** Its number in the list of a record that sets the whole history; -1 when it has a record of its own. */
  index: number;
  /** It stands for everything before it. */
  isSummary: boolean;
}

/**
 * The conversation as it is after all records: a message may be written again under its id, taken back with all
 * after it, or the whole history set anew. Keeps places, not messages, in about 50 bytes each.
 */
export class LiveMessages {
  readonly #ids = new IdTable();
  /** By the number of the id. */
  #offsets = new Float64Array(1024);
  #lengths = new Int32Array(1024);
  #indexes = new Int32Array(1024);
  /** In the order of the conversation, and where each stands in it. */
  #order: number[] = [];
  #positions = new Int32Array(1024).fill(NOWHERE);
  readonly #summaries = new Set<number>();

  /** A record that is a message. The last one of an id counts, in the place of the first. */
  message(id: string, offset: number, length: number): void {
    const bytes = Buffer.from(id);
    this.messageAt(bytes, 0, bytes.length, offset, length);
  }

  /** The same, with the id as the bytes in `[start, end)`. */
  messageAt(bytes: Uint8Array, start: number, end: number, offset: number, length: number): void {
    const number = this.#number(bytes, start, end);
    this.#put(number, offset, length, NONE);
    this.#append(number);
  }

  /** Takes back the message and all after it; everything, when there is no such message. */
  rewindTo(id: string): void {
    const number = this.#ids.find(id);
    const position = number === NONE ? NOWHERE : (this.#positions[number] ?? NOWHERE);
    this.#cutAt(Math.max(0, position));
  }

  /**
   * The whole history, set anew by one record. A message that was written before is better told there: here the times are
   * those of the moment. What a summary stands for stays before it. A history in which no one says anything is
   * what a starting client writes before it takes up the session.
   */
  setAll(messages: readonly unknown[], offset: number, length: number): void {
    const objects = messages.filter(isObject);
    if (objects.every(isContext)) return;
    const summary = summaryIn(objects);
    const numbers = messages.flatMap((message, index) => {
      const id = isObject(message) ? stringOf(message.id) : null;
      return id === null ? [] : this.#set(id, offset, length, index);
    });
    const kept = new Set(numbers);
    const before = summary === -1 ? [] : this.#order.filter((number) => !kept.has(number));
    this.#cutAt(0);
    for (const number of [...before, ...numbers]) this.#append(number);
    const summaryId = stringOf(objects[summary]?.id);
    if (summaryId !== null) this.#summaries.add(this.#ids.find(summaryId));
  }

  *places(): Generator<Place> {
    for (const number of this.#order) {
      yield {
        offset: this.#offsets[number] ?? 0,
        length: this.#lengths[number] ?? 0,
        index: this.#indexes[number] ?? NONE,
        isSummary: this.#summaries.has(number),
      };
    }
  }

  #set(id: string, offset: number, length: number, index: number): number {
    const known = this.#ids.size;
    const bytes = Buffer.from(id);
    const number = this.#number(bytes, 0, bytes.length);
    if (number >= known) this.#put(number, offset, length, index);
    return number;
  }

  #put(number: number, offset: number, length: number, index: number): void {
    this.#offsets[number] = offset;
    this.#lengths[number] = length;
    this.#indexes[number] = index;
  }

  #append(number: number): void {
    if (this.#positions[number] !== NOWHERE) return;
    this.#positions[number] = this.#order.length;
    this.#order.push(number);
  }

  #cutAt(position: number): void {
    for (let at = position; at < this.#order.length; at++) this.#positions[this.#order[at] ?? 0] = NOWHERE;
    this.#order.length = position;
  }

  #number(bytes: Uint8Array, start: number, end: number): number {
    const number = this.#ids.intern(bytes, start, end);
    if (number >= this.#offsets.length) this.#grow();
    return number;
  }

  #grow(): void {
    const capacity = this.#offsets.length * 2;
    const offsets = new Float64Array(capacity);
    const lengths = new Int32Array(capacity);
    const indexes = new Int32Array(capacity);
    const positions = new Int32Array(capacity).fill(NOWHERE);
    offsets.set(this.#offsets);
    lengths.set(this.#lengths);
    indexes.set(this.#indexes);
    positions.set(this.#positions);
    this.#offsets = offsets;
    this.#lengths = lengths;
    this.#indexes = indexes;
    this.#positions = positions;
  }
}
