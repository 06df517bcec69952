import type { Entry } from "../../../schema/transcript.ts";
import { type JsonObject, numberOf, objectOf } from "../../base/json.ts";
import { newStats } from "../../base/read-stats.ts";
import { intactChunks, type Segment } from "./source.ts";

const MARK = Buffer.from("thread_rolled_back");

/** The turns that a person took back, as ranges of record numbers, and how many turns are left. */
export class Rollbacks {
  readonly #starts: number[] = [];
  /** Apart from each other, in order. */
  readonly #dead: [from: number, to: number][] = [];
  #number = 0;
  #asked = 0;

  /** Takes up a record and the entries that it gave, in order and from the first. */
  see(record: JsonObject, entries: readonly Entry[]): void {
    const number = this.#number++;
    const payload = objectOf(record.payload);
    if (payload.type === "thread_rolled_back" && record.type === "event_msg") {
      const turns = Math.min(numberOf(payload.num_turns) ?? 0, this.#starts.length);
      const from = this.#starts[this.#starts.length - turns];
      this.#starts.length -= turns;
      if (turns > 0 && from !== undefined) this.#bury(from, number);
    } else if (entries.some((entry) => entry.type === "text" && entry.role === "user" && !entry.injected)) {
      this.#starts.push(number);
    }
  }

  get turns(): number {
    return this.#starts.length;
  }

  /** Whether the record with this number was taken back. To be asked in rising order. */
  isDead(number: number): boolean {
    while ((this.#dead[this.#asked]?.[1] ?? Number.POSITIVE_INFINITY) <= number) this.#asked++;
    return (this.#dead[this.#asked]?.[0] ?? Number.POSITIVE_INFINITY) <= number;
  }

  #bury(from: number, to: number): void {
    while ((this.#dead.at(-1)?.[0] ?? -1) >= from) this.#dead.pop();
    this.#dead.push([from, to]);
  }
}

/** Whether anything was taken back at all: most sessions need not be read twice. */
export async function mentionsRollback(segments: readonly Segment[]): Promise<boolean> {
  for (const segment of segments) {
    let before = Buffer.alloc(0);
    for await (const chunk of intactChunks(segment, newStats())) {
      if (chunk.includes(MARK)) return true;
      if (Buffer.concat([before, chunk.subarray(0, MARK.length)]).includes(MARK)) return true;
      before = Buffer.from(chunk.subarray(-MARK.length));
    }
  }
  return false;
}
