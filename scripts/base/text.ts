import { distance } from "fastest-levenshtein";

// C0 and C1 controls, DEL, line separators, and the bidirectional overrides that can make a line read as something else.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text from outside (branch names, paths, transcripts), safe to print: control characters and
 * bidirectional overrides become `\xNN` / `\uNNNN`. Line feeds and tabs stay; use `oneLine` where they must not.
 */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** `escapeControls`, with line breaks and tabs folded into one space each run. */
export function oneLine(text: string): string {
  return escapeControls(text.replace(/\s*[\n\r\t\u2028\u2029]\s*/g, " ").trim());
}

/**
 * At most `max` UTF-16 code units, cut at a word where there is one in the last third, with `…` at the end. Half of a
 * secret can no longer be known for one: of a long word that the cut goes through, only a little is left.
 */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  let cut = text.slice(0, Math.max(0, max - 1));
  // Never leave half of a surrogate pair behind.
  if (/[\ud800-\udbff]$/.test(cut)) cut = cut.slice(0, -1);
  const space = cut.lastIndexOf(" ");
  if (space > max * 0.66) cut = cut.slice(0, space);
  else if (isWordUnit(text.charCodeAt(cut.length))) cut = withLittleOfItsLastWord(cut);
  return `${cut.trimEnd()}…`;
}

const LEFT_OF_A_WORD = 8;

function withLittleOfItsLastWord(cut: string): string {
  let start = cut.length;
  while (start > 0 && isWordUnit(cut.charCodeAt(start - 1))) start--;
  return cut.slice(0, start + LEFT_OF_A_WORD);
}

/** What tokens and passwords consist of; a path has words too. */
function isWordUnit(code: number): boolean {
  return code > 0x20 && code < 0x7f && code !== 0x2f;
}

/** `1 file`, `2 files`; an irregular plural is given whole. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** The candidate nearest to `word`, or null when none is near enough to be a typing slip. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[], conjunction = "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${conjunction} ${items.at(-1)}`;
}

/** Words as one line that a POSIX shell reads back as the same words. */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
