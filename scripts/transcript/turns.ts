import type { Entry } from "../../schema/transcript.ts";
import { isImportNote } from "./import-note.ts";

/** True for what begins a turn: something that the person really said. What was never sent belongs to the turn before. */
export function beginsTurn(entry: Entry): boolean {
  if (entry.type !== "text" || entry.role !== "user" || entry.injected) return false;
  return entry.unsent !== true && !isImportNote(entry.text);
}

/** Whether a turn begins with `entry`. What was said in one breath may be several entries. */
export function startsTurn(entry: Entry, previous: Entry | null): boolean {
  return beginsTurn(entry) && (previous === null || !beginsTurn(previous));
}

/** The entries turn by turn. What stands before the first ask is a turn of its own. */
export function splitTurns(entries: readonly Entry[]): Entry[][] {
  const turns: Entry[][] = [];
  let previous: Entry | null = null;
  for (const entry of entries) {
    if (turns.length === 0 || startsTurn(entry, previous)) turns.push([]);
    turns.at(-1)?.push(entry);
    previous = entry;
  }
  return turns;
}
