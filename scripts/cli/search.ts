/**
 * How well a text fits what was typed: 0 where it begins with it, 1 where a word does, 2 where it is found anywhere,
 * 3 where only the letters are there, in their order; null where not even those are.
 */
export function rank(sought: string, text: string): number | null {
  const words = sought.trim().toLowerCase();
  const where = text.toLowerCase();
  const at = where.indexOf(words);
  if (at === 0) return 0;
  if (at > 0) return hasWordWith(words, where) ? 1 : 2;
  return isSubsequence(words, where) ? 3 : null;
}

/** Those that fit what was typed, the best first; those that fit equally well stay in their order. */
export function bestFirst<T>(sought: string, items: readonly T[], textOf: (item: T) => string): T[] {
  return items
    .flatMap((item) => {
      const fit = rank(sought, textOf(item));
      return fit === null ? [] : [{ item, fit }];
    })
    .sort((a, b) => a.fit - b.fit)
    .map(({ item }) => item);
}

function hasWordWith(words: string, text: string): boolean {
  for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, at + 1)) {
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, at))) return true;
  }
  return false;
}

function isSubsequence(words: string, text: string): boolean {
  let at = 0;
  for (const letter of words.replace(/\s/g, "")) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
