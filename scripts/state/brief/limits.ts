import { oneLine, truncate } from "../../base/text.ts";
import { code, inline } from "./quote.ts";

/** How much of each kind of thing a brief shows. */
export interface Limits {
  /** Entries of a list of files. */
  files: number;
  /** Entries of any other list. */
  items: number;
  /** UTF-16 code units of one quoted text. */
  chars: number;
}

/** From generous to tight: the first with which the brief fits is taken. */
export const LEVELS: readonly Limits[] = [
  { files: 200, items: 50, chars: 2000 },
  { files: 80, items: 30, chars: 1000 },
  { files: 40, items: 20, chars: 600 },
  { files: 20, items: 12, chars: 300 },
  { files: 10, items: 8, chars: 160 },
  { files: 5, items: 4, chars: 100 },
  { files: 2, items: 2, chars: 60 },
];

/** Cuts lists and texts to `limits`, and remembers what was cut. */
export class Cutter {
  readonly limits: Limits;
  readonly cut: string[] = [];

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** The first entries of `all`. `total` is the true number, where `all` has been cut before. */
  list<T>(name: string, all: readonly T[], kind: "files" | "items" = "items", total = all.length): T[] {
    const shown = all.slice(0, this.limits[kind]);
    if (shown.length < total) this.cut.push(`${name}: ${shown.length} of ${total} shown`);
    return shown;
  }

  /** The first entry of `all` and the last ones, with the numbers that they have among `total`. */
  ends<T>(name: string, all: readonly T[], total: number): { number: number; item: T }[] {
    const most = this.limits.items;
    const isWhole = all.length <= most;
    const shown = isWhole
      ? [...all]
      : [...all.slice(0, most > 1 ? 1 : 0), ...all.slice(1 - Math.max(most, 2))];
    if (shown.length < all.length) this.cut.push(`${name}: ${shown.length} of ${total} shown`);
    return shown.map((item, at) => ({
      item,
      number: item === all[0] ? 1 : total - shown.length + at + 1,
    }));
  }

  text(name: string, text: string, max = this.limits.chars): string {
    const shown = truncate(text, Math.min(max, this.limits.chars));
    if (shown !== text) this.cut.push(`${name}: shortened`);
    return shown;
  }

  /** A text from outside as one line. */
  line(name: string, text: string): string {
    return inline(this.text(name, oneLine(text)));
  }

  /** A name from outside, such as a path, as inline code. */
  code(name: string, text: string): string {
    return code(this.text(name, oneLine(text)));
  }
}
