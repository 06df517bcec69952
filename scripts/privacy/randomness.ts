// The pairs of letters that make up nine tenths of the words in English prose and in identifiers;
// letters drawn at random fall into them one time in three.
const COMMON_PAIRS: Record<string, string> = {
  a: "bcdgilmnprstuvy",
  b: "aeilorsu",
  c: "acehiklortu",
  d: "aeiorsu",
  e: "abcdefglmnopqrstvwx",
  f: "aefiloru",
  g: "aehinoru",
  h: "aeio",
  i: "abcdefglmnoprstvz",
  k: "ei",
  l: "aeilostuy",
  m: "aeimopu",
  n: "acdefginopstuv",
  o: "abcdgilmnoprstuvw",
  p: "aehiloprstu",
  q: "u",
  r: "acdegiklmnorstuy",
  s: "acehiopstuy",
  t: "acehilorstuy",
  u: "abceilmnprst",
  v: "aeio",
  w: "aei",
  x: "pt",
  y: "p",
  z: "e",
};

/** Bits of entropy per character, from the text's own frequencies. */
export function entropy(text: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length);
  return bits;
}

/**
 * How much a text looks made by a generator rather than by a person, in rough log-odds: words and identifiers
 * come out below zero, random strings of 16 characters around 6 and above.
 */
export function randomness(text: string): number {
  let score = 0;
  let before = "";
  for (const char of text) {
    score += weigh(before, char);
    before = char;
  }
  return score;
}

function weigh(before: string, char: string): number {
  const [a, b] = [kindOf(before), kindOf(char)];
  if (a === "other" || b === "other") return 0;
  if (a === "digit" && b === "digit") return 0.1;
  if (a === "digit" || b === "digit") return 0.9;
  // Where a new word begins in `camelCase`.
  if (a === "lower" && b === "upper") return 0.1;
  return COMMON_PAIRS[before.toLowerCase()]?.includes(char.toLowerCase()) ? -0.7 : 0.9;
}

function kindOf(char: string): "lower" | "upper" | "digit" | "other" {
  if (char >= "a" && char <= "z") return "lower";
  if (char >= "A" && char <= "Z") return "upper";
  return char >= "0" && char <= "9" ? "digit" : "other";
}
