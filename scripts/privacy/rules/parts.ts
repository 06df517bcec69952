/** Pieces that the tables of rules share: edges for their patterns, and characters for their made-up samples. */

// A letter before a token may be the end of an escape: `\n` in JSON, `%3D` in a URL, a terminal colour.
const AFTER_ESCAPE =
  "(?<=\\\\[bfnrtv])|(?<=\\\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2})|(?<=\\x1b\\[[0-9;]{0,8}m)";

/** Left edge: not in the middle of a longer run of these characters (as in a character class). */
export const leftOf = (characters: string) => `(?:(?<![${characters}])|${AFTER_ESCAPE})`;

/** Left edge for prefixes too short to be telling alone. `-` and `_` join a token to a word before it, as in a branch's name. */
export const LEFT = leftOf("A-Za-z0-9");

/** Right edge where the length is known. */
export const RIGHT = "(?![A-Za-z0-9_-])";

export const hex = (length: number) => draw("0123456789abcdef", length);
export const digits = (length: number) => draw("9182736450", length);
export const lower = (length: number) => draw("abcdefghijklmnopqrstuvwxyz0123456789", length);
export const upper = (length: number) => draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length);
export const alnum = (length: number) =>
  draw("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length);
export const uuid = () => [8, 4, 4, 4, 12].map(hex).join("-");

// Always the same, so that a failing test fails again; the multiplier steps through the alphabet without a pattern
// that a check for repetition could take for a placeholder.
function draw(alphabet: string, length: number): string {
  let seed = 20 * alphabet.length + length;
  let text = "";
  while (text.length < length) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    text += alphabet[(seed >>> 12) % alphabet.length];
  }
  return text;
}
