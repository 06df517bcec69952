import { oneLine, truncate } from "../base/text.ts";

const MOST_STEPS = 20;
const LONGEST_STEP = 300;
const LONGEST_TEXT = 20_000;

const AHEAD = wordsOf(
  "next",
  "plan",
  "to-?dos?",
  "remain(?:s|ing)?",
  "left to do",
  "still (?:to|open|missing)",
  "outstanding",
  "upcoming",
  "(?:will|going to) do",
);
const BARE_HEADING = /^\W*steps\W*$/i;
const BEHIND = wordsOf(
  ...[
    "done",
    "did",
    "changed",
    "fixed",
    "created",
    "added",
    "updated",
    "implemented",
    "completed",
    "finished",
  ],
  ...["summary", "results?", "found", "options?", "choose", "prefer", "which", "questions?", "files?"],
);
const CARRIED_OUT = wordsOf("implemented", "completed", "finished", "followed", "carried out");
const ITEM = /^\s*(?:[-*•]|(\d{1,2})[.)])\s+(?:\[([ xX])\]\s*)?(\S.*)$/;

interface List {
  /** The line above the list. */
  heading: string;
  numbered: boolean;
  steps: string[];
}

/**
 * The steps ahead that the assistant stated in this message, in its own words, or null when it stated none: a list
 * under words such as "next steps", or, in the last message of a session (`last`), a numbered list that is not
 * about what was done or asked.
 */
export function statedPlan(text: string, last = false): string[] | null {
  const lists = listsOf(text.slice(-LONGEST_TEXT));
  const plan = lists.findLast(({ heading }) => isAhead(heading));
  const bare = last
    ? lists.findLast(({ heading, numbered }) => numbered && !BEHIND.test(heading))
    : undefined;
  return (plan ?? bare)?.steps.slice(0, MOST_STEPS) ?? null;
}

function isAhead(heading: string): boolean {
  return (AHEAD.test(heading) || BARE_HEADING.test(heading)) && !CARRIED_OUT.test(heading);
}

function wordsOf(...words: string[]): RegExp {
  return new RegExp(`\\b(?:${words.join("|")})\\b`, "i");
}

function listsOf(text: string): List[] {
  const lists: List[] = [];
  let heading = "";
  let list: List | null = null;
  for (const line of text.split(/\r?\n/)) {
    const item = ITEM.exec(line);
    if (item === null) {
      // What is indented or blank belongs to the item above it.
      if (/^\s*$|^\s{2,}\S/.test(line)) continue;
      list = null;
      heading = line;
      continue;
    }
    if (list === null) {
      list = { heading, numbered: item[1] !== undefined, steps: [] };
      lists.push(list);
    }
    const isDone = item[2]?.toLowerCase() === "x";
    const isNested = /^\s{2,}/.test(line) && list.steps.length > 0;
    if (!isDone && !isNested)
      list.steps.push(truncate(oneLine(item[3] ?? "").replaceAll("**", ""), LONGEST_STEP));
  }
  return lists.filter(({ steps }) => steps.length > 0);
}
