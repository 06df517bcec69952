import type { NameStrength } from "../names.ts";

/** One recognisable form of a secret. A new one is one entry in a table of this folder. */
export interface Rule {
  /** What the reader sees in `[REDACTED:<name>]`. */
  name: string;
  /**
   * Literals, in lower case, one of which begins every match (its case is left to the pattern). A rule without any
   * is searched for everywhere, so its first character should be rare.
   */
  near: readonly string[];
  /**
   * RegExp source, tried where a `near` literal begins. A group called `secret` is what gets hidden, or the whole
   * match. Every repeat is bounded and the left edge is a lookbehind, so that the time stays linear.
   */
  pattern: string;
  /** For secrets of any form: what the pattern's surroundings say about them, as a name beside them would. */
  strength?: NameStrength;
  /** Says no to what the pattern can't tell from a secret. */
  check?: (secret: string) => boolean;
  /** RegExp flags besides the ones that the search needs. */
  flags?: "i" | "s" | "is";
  /** How many code units before the literal a match may begin. */
  reach?: number;
  /** A made-up secret that must be found, put together at run time so that scanners of this source stay quiet. */
  hit: () => string;
  /** Nearly one, that must stay. */
  miss: () => string;
}
