import type { CompactionEntry, Entry } from "../../schema/transcript.ts";
import { oneLine, truncate } from "../base/text.ts";
import { estimateTokens } from "./estimate.ts";
import { splitTurns } from "./turns.ts";

/** What had to go to keep a conversation within its budget. */
export interface Cut {
  /** Tool outputs of which only the beginning and the end are left. */
  outputsShortened: number;
  /** Turns of which one line is left, or not even that. */
  turnsFolded: number;
  /** Entries that went with them. */
  entriesFolded: number;
}

export interface Fitted {
  entries: Entry[];
  cut: Cut;
  /** Estimated tokens of what is left. */
  tokens: number;
}

/** Characters that are left of a shortened output, at its beginning and at its end. */
const KEPT = { head: 300, tail: 200 };

/** The share of the budget that the lines of folded turns may take at most: the rest is for turns that are whole. */
const SHARE_OF_LINES = 0.1;

/** What stands above those lines takes at most. */
const TOKENS_OF_HEADING = 50;

/**
 * Makes a conversation fit into `maxTokens`: first the oldest tool outputs are shortened, then the oldest turns become
 * one line each, of which the newest are kept. The newest turn stays whole, even where it alone is too long; a call and
 * its result stay together. Holds little more than it will keep, however long the conversation is.
 */
export class Budget {
  readonly #maxTokens: number;
  readonly #linesAtMost: number;
  readonly #shortened = new Set<Entry>();
  #entries: Entry[] = [];
  #tokens = 0;
  #lines: string[] = [];
  #tokensOfFolded = 0;
  #cut: Omit<Cut, "outputsShortened"> = { turnsFolded: 0, entriesFolded: 0 };
  #nextFit: number;

  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens;
    this.#linesAtMost = maxTokens * SHARE_OF_LINES;
    this.#nextFit = maxTokens * 4;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#tokens += estimateTokens(entry);
    if (this.#tokens <= this.#nextFit) return;
    // The newest turn so far may become an old one, so it counts for nothing yet: only what must go anyway goes.
    this.#fit(this.#maxTokens * 2, { newestCounts: false });
    this.#nextFit = this.#tokens + this.#maxTokens * 2;
  }

  fitted(): Fitted {
    this.#fit(this.#maxTokens, { newestCounts: true });
    const cut = { outputsShortened: this.#shortened.size, ...this.#cut };
    if (cut.turnsFolded === 0) return { entries: this.#entries, cut, tokens: this.#tokens };
    const folded = foldedEntry(this.#lines, cut.turnsFolded, this.#entries[0]);
    return { entries: [folded, ...this.#entries], cut, tokens: this.#tokens + estimateTokens(folded) };
  }

  #fit(maxTokens: number, { newestCounts }: { newestCounts: boolean }): void {
    const turns = splitTurns(this.#entries);
    const newest = turns.pop() ?? [];
    const most = maxTokens + (newestCounts ? 0 : tokensOf(newest));
    for (const turn of turns) this.#shorten(turn, most);
    while (this.#tokens + this.#tokensOfFolded > most) {
      const oldest = turns.shift();
      if (oldest === undefined) break;
      this.#fold(oldest);
    }
    this.#entries = [...turns.flat(), ...newest];
  }

  #shorten(turn: Entry[], most: number): void {
    for (const [i, entry] of turn.entries()) {
      if (this.#tokens + this.#tokensOfFolded <= most) return;
      const shorter = shortened(entry);
      if (shorter === entry) continue;
      this.#tokens += estimateTokens(shorter) - estimateTokens(entry);
      turn[i] = shorter;
      this.#shortened.add(shorter);
    }
  }

  #fold(turn: readonly Entry[]): void {
    this.#tokens -= tokensOf(turn);
    if (this.#cut.turnsFolded === 0) this.#tokensOfFolded = TOKENS_OF_HEADING;
    this.#cut.turnsFolded += 1;
    this.#cut.entriesFolded += turn.length;
    for (const entry of turn) this.#shortened.delete(entry);
    const line = foldedLine(turn, this.#cut.turnsFolded);
    this.#lines.push(line);
    this.#tokensOfFolded += tokensOfLine(line);
    while (this.#tokensOfFolded > this.#linesAtMost) {
      const oldest = this.#lines.shift();
      if (oldest === undefined) break;
      this.#tokensOfFolded -= tokensOfLine(oldest);
    }
  }
}

function tokensOfLine(line: string): number {
  return Math.ceil((line.length + 1) / 4);
}

function tokensOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + estimateTokens(entry), 0);
}

function shortened(entry: Entry): Entry {
  if (entry.type !== "tool_result" || entry.output.length <= KEPT.head + KEPT.tail + 100) return entry;
  // Half of a character that takes two code units would be none.
  const head = entry.output.slice(0, KEPT.head).replace(/[\uD800-\uDBFF]$/, "");
  const tail = entry.output.slice(-KEPT.tail).replace(/^[\uDC00-\uDFFF]/, "");
  const dropped = entry.output.length - head.length - tail.length;
  return { ...entry, output: `${head}\n[… ${dropped} characters left out …]\n${tail}` };
}

/** `1. "Add a login page" (12 tool calls): the assistant's last words` */
function foldedLine(turn: readonly Entry[], number: number): string {
  const texts = turn.filter((entry) => entry.type === "text" && !entry.injected);
  const ask = texts.find((entry) => entry.role === "user");
  const answer = texts.findLast((entry) => entry.role === "assistant");
  const summary = turn.findLast((entry) => entry.type === "compaction");
  const calls = turn.filter((entry) => entry.type === "tool_call").length;
  const said = [
    summary === undefined ? "" : `summary of what came before: ${truncate(oneLine(summary.summary), 1500)}; `,
    ask === undefined ? "(no ask)" : `"${truncate(oneLine(textOf(ask)), 160)}"`,
    calls === 0 ? "" : ` (${calls} tool ${calls === 1 ? "call" : "calls"})`,
    answer === undefined ? "" : `: ${truncate(oneLine(textOf(answer)), 160)}`,
  ];
  return `${number}. ${said.join("")}`;
}

function textOf(entry: Entry): string {
  return entry.type === "text" ? entry.text : "";
}

function foldedEntry(lines: readonly string[], turns: number, next: Entry | undefined): CompactionEntry {
  const missing = turns - lines.length;
  const head = [
    "Earlier turns, one line each, because the whole would not have fitted",
    missing === 0 ? ":" : ` (the first ${missing} of ${turns} are left out):`,
  ];
  return {
    type: "compaction",
    id: "folded",
    parent: null,
    role: "user",
    at: next?.at ?? null,
    model: null,
    summary: [head.join(""), ...lines].join("\n"),
  };
}
