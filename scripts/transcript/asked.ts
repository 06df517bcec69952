import type { Entry, TextEntry } from "../../schema/transcript.ts";
import { isGoAhead } from "../base/go-ahead.ts";
import { oneLine, truncate } from "../base/text.ts";

/** The first ask and so many of the last ones are kept. */
const LAST = 10;
/** UTF-16 code units of one ask. */
const LONGEST = 500;
const LONGEST_STEP = 300;
const HALF_A_CHARACTER = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Something that the person asked, cut to 500 UTF-16 code units. */
export interface Ask {
  text: string;
  at: string | null;
  /** The session that it was said in, where the conversation was carried over from there; null for this one. */
  session: string | null;
  isAnswered: boolean;
  /** It was typed, and still waited to be sent when the session ended. */
  isUnsent: boolean;
}

/** What the person asked, in order: the first and the last ten, and how many there were. */
export class Asks {
  #first: Ask | null = null;
  readonly #last: Ask[] = [];
  /** The newest that asks for more than to go on. */
  #newest: Ask | null = null;
  #total = 0;
  #imported = 0;
  #hasOpen = false;
  #hasAnswer = false;

  add({ text, at, origin, unsent: isUnsent = false }: TextEntry): void {
    const ask: Ask = { text: cut(text), at, session: origin?.session ?? null, isAnswered: false, isUnsent };
    this.#total += 1;
    if (ask.session !== null) this.#imported += 1;
    if (!isUnsent) this.#hasOpen = true;
    if (!isGoAhead(text)) this.#newest = ask;
    if (this.#first === null) {
      this.#first = ask;
      return;
    }
    this.#last.push(ask);
    if (this.#last.length > LAST) this.#last.shift();
  }

  /** More of what was asked last, from the same breath. */
  addMore(text: string): void {
    const ask = this.#last.at(-1) ?? this.#first;
    if (ask === null) return;
    ask.text = cut(`${ask.text}\n${text}`);
    if (!isGoAhead(ask.text)) this.#newest = ask;
  }

  /** The agent said or did something: what was sent so far has reached it. */
  answered(entry: Entry): void {
    this.#hasAnswer ||= entry.origin === undefined;
    if (!this.#hasOpen) return;
    this.#hasOpen = false;
    for (const ask of this.listed) ask.isAnswered = !ask.isUnsent;
  }

  get listed(): Ask[] {
    return this.#first === null ? [] : [this.#first, ...this.#last];
  }

  get total(): number {
    return this.#total;
  }

  /** How many of them were said in sessions that the conversation was carried over from. */
  get imported(): number {
    return this.#imported;
  }

  /** Whether the agent said or did anything in this session itself. */
  get hasAnswer(): boolean {
    return this.#hasAnswer;
  }

  /** The newest ask as one step, and when it was said; null where there was none. */
  get asStep(): { text: string; at: string | null } | null {
    const ask = this.#newest;
    return ask === null ? null : { text: truncate(oneLine(ask.text), LONGEST_STEP), at: ask.at };
  }
}

function cut(text: string): string {
  return truncate(text.trim().replace(HALF_A_CHARACTER, "\ufffd"), LONGEST);
}
