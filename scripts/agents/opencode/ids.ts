import { randomInt } from "node:crypto";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LETTERS = 14;
/** Ids that the client makes in one millisecond. */
const PER_MS = 4096n;

/**
 * Ids as OpenCode makes them: 12 hexadecimal digits of a time and a counter, then 14 random letters. Those of messages
 * and parts ascend; all of these are below what the client makes later.
 */
export class Ids {
  #next: bigint;

  /** `count` is how many will be asked for at most. */
  constructor(now: Date, count: number) {
    this.#next = BigInt(now.getTime()) * PER_MS - BigInt(count);
  }

  next(prefix: "msg" | "prt"): string {
    return idOf(prefix, this.#next++);
  }
}

/** Sessions count down, so that the newest comes first. */
export function sessionIdAt(now: Date): string {
  return idOf("ses", -1n - BigInt(now.getTime()) * PER_MS);
}

function idOf(prefix: string, number: bigint): string {
  const digits = BigInt.asUintN(48, number).toString(16).padStart(12, "0");
  const letters = Array.from({ length: RANDOM_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]);
  return `${prefix}_${digits}${letters.join("")}`;
}
