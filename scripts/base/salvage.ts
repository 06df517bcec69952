const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BYTE_ORDER_MARK = 0xfeff;

/** Characters of one unfinished record that are held at most while its end is looked for in later lines. */
const MOST_HELD = 64 * 1024 * 1024;

/** Where `{"` can only be the start of a record of its own: nowhere else does JSON put two braces side by side. */
const RECORD_BEHIND_BREAK = /[}\0]\s*(?=\{")/g;

/** A whole object that was found, with its place in the file in bytes. */
export interface Found {
  text: string;
  offset: number;
  length: number;
}

/** What was met on the way that is no record. */
export type Damage = "torn" | "not a record" | "NUL bytes";

/**
 * Finds whole JSON objects in lines that are not one clean record each: several records on a line, a record that
 * a raw line break or other control character cuts in two, one that was torn off with the next written right
 * behind it, runs of NUL. Feed it line by line; a record that is still open waits for the next.
 */
export class Salvage {
  readonly #onDamage: (damage: Damage) => void;
  /** Repaired text of the open object, up to `#from` in the line at hand. */
  #held: string[] = [];
  #heldLength = 0;
  #from = 0;
  #offset = 0;
  /** The brackets that are open, by their code. Empty between records. */
  #open: number[] = [];
  #inString = false;
  /** The last character outside of strings that is not white space. */
  #last = 0;

  constructor(onDamage: (damage: Damage) => void) {
    this.#onDamage = onDamage;
  }

  /** True while a record has begun and not ended. */
  get pending(): boolean {
    return this.#open.length > 0;
  }

  /** Gives up the record that is open: whatever comes next is not part of it. */
  drop(): void {
    if (!this.pending) return;
    this.#onDamage("torn");
    this.#reset();
  }

  /** The objects that end in this line. They are balanced, but may still not be JSON. `offset` is the line's. */
  feed(line: string, offset: number): Found[] {
    const found: Found[] = [];
    let zeros = false;
    let at = 0;
    this.#from = 0;
    if (this.pending) this.#hold("\n", this.#inString);
    for (; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (!this.pending) {
        if (code === OPEN_OBJECT) this.#start(line, at, offset);
        else if (code === 0) zeros = true;
        else if (code > 0x20 && code !== BYTE_ORDER_MARK) at = this.#resync(line, at, "not a record");
      } else if (this.#inString) {
        if (code === BACKSLASH) at++;
        else if (code === QUOTE) at = this.#closeString(line, at, offset);
        else if (code < 0x20) this.#repair(line, at);
      } else if (code === QUOTE) {
        this.#inString = true;
      } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
        if (this.#isValuePlace()) this.#open.push(code);
        else if (code === OPEN_OBJECT) this.#restart(line, at, offset);
        else at = this.#resync(line, at, "torn");
        this.#last = code;
      } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
        this.#open.pop();
        this.#last = code;
        if (!this.pending) found.push(this.#finish(line, at, offset));
      } else if (code > 0x20) {
        this.#last = code;
      }
    }
    if (zeros) this.#onDamage("NUL bytes");
    if (this.pending) this.#hold(line.slice(this.#from), false);
    if (this.#heldLength > MOST_HELD) this.drop();
    return found;
  }

  #start(line: string, at: number, offset: number): void {
    this.#reset();
    this.#open = [OPEN_OBJECT];
    this.#last = OPEN_OBJECT;
    this.#from = at;
    this.#offset = offset + Buffer.byteLength(line.slice(0, at));
  }

  #restart(line: string, at: number, offset: number): void {
    this.#onDamage("torn");
    this.#start(line, at, offset);
  }

  #finish(line: string, at: number, offset: number): Found {
    const text = this.#held.join("") + line.slice(this.#from, at + 1);
    const length = offset + Buffer.byteLength(line.slice(0, at + 1)) - this.#offset;
    const found = { text, offset: this.#offset, length };
    this.#reset();
    return found;
  }

  #reset(): void {
    this.#held = [];
    this.#heldLength = 0;
    this.#open = [];
    this.#inString = false;
  }

  // A value follows a colon, an opening square bracket, or a comma in an array.
  #isValuePlace(): boolean {
    if (this.#last === COMMA) return this.#open.at(-1) === OPEN_ARRAY;
    return this.#last === COLON || this.#last === OPEN_ARRAY;
  }

  // When a record was torn within a string and the next one begins right there, that one's first key seems to end
  // the string: `{"a":"hel` + `{"b":1}`.
  #closeString(line: string, at: number, offset: number): number {
    this.#inString = false;
    this.#last = QUOTE;
    const next = /\S/.exec(line.slice(at + 1, at + 64))?.[0];
    if (next === undefined || ",:}]".includes(next)) return at;
    if (line.charCodeAt(at - 1) !== OPEN_OBJECT) return this.#resync(line, at, "torn");
    this.#restart(line, at - 1, offset);
    return at - 1;
  }

  /** Passes over what is broken. The position just before the next record, or the end of the line. */
  #resync(line: string, at: number, damage: Damage): number {
    this.#onDamage(damage);
    this.#reset();
    RECORD_BEHIND_BREAK.lastIndex = at;
    const next = RECORD_BEHIND_BREAK.exec(line);
    return next === null ? line.length : RECORD_BEHIND_BREAK.lastIndex - 1;
  }

  // JSON wants control characters in strings escaped; a writer that did not still meant the character.
  #repair(line: string, at: number): void {
    this.#hold(line.slice(this.#from, at), false);
    this.#hold(line.charAt(at), true);
    this.#from = at + 1;
  }

  #hold(text: string, escaped: boolean): void {
    this.#held.push(escaped ? JSON.stringify(text).slice(1, -1) : text);
    this.#heldLength += text.length;
  }
}
