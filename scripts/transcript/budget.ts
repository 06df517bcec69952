import type { CompactionEntry, Entry } from "../../schema/transcript.ts";
import { oneLine, truncate } from "../base/text.ts";
import { estimateTokens } from "./estimate.ts";
import { splitTurns } from "./turns.ts";

/** What had to go to keep a conversation within its budget. */
export interface Cut {
  /** Tool outputs of which only the beginning and the end are left. */
  outputsShortened: number;
  /** Turns of which one line is left. */
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

/**
 * Makes a conversation fit into `maxTokens`: first the oldest tool outputs are shortened, then the oldest turns become
 * one line each. The newest turn stays whole, even where it alone is too long; a call and its result stay together.
 */
export function fitBudget(entries: readonly Entry[], maxTokens: number): Fitted {
  const turns = splitTurns(entries);
  const newest = turns.pop() ?? [];
  const cut: Cut = { outputsShortened: 0, turnsFolded: 0, entriesFolded: 0 };
  let tokens = entries.reduce((sum, entry) => sum + estimateTokens(entry), 0);

  for (const turn of turns) {
    for (const [i, entry] of turn.entries()) {
      if (tokens <= maxTokens) break;
      const shorter = shortened(entry);
      if (shorter === entry) continue;
      tokens += estimateTokens(shorter) - estimateTokens(entry);
      turn[i] = shorter;
      cut.outputsShortened++;
    }
  }

  const lines: string[] = [];
  while (tokens > maxTokens && turns.length > 0) {
    const turn = turns.shift() ?? [];
    const line = foldedLine(turn, lines.length + 1);
    tokens += Math.ceil(line.length / 4) - turn.reduce((sum, entry) => sum + estimateTokens(entry), 0);
    lines.push(line);
    cut.turnsFolded++;
    cut.entriesFolded += turn.length;
  }
  const rest = [...turns.flat(), ...newest];
  return { entries: lines.length === 0 ? rest : [foldedEntry(lines, rest[0]), ...rest], cut, tokens };
}

function shortened(entry: Entry): Entry {
  if (entry.type !== "tool_result" || entry.output.length <= KEPT.head + KEPT.tail + 100) return entry;
  const dropped = entry.output.length - KEPT.head - KEPT.tail;
  const head = entry.output.slice(0, KEPT.head);
  const tail = entry.output.slice(-KEPT.tail);
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

function foldedEntry(lines: readonly string[], next: Entry | undefined): CompactionEntry {
  return {
    type: "compaction",
    id: "folded",
    parent: null,
    role: "user",
    at: next?.at ?? null,
    model: null,
    summary: `Earlier turns, one line each, because the whole would not have fitted:\n${lines.join("\n")}`,
  };
}
