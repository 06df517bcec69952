// The pairs of letters that make up nine tenths of the words in English prose and in identifiers;
// letters drawn at random fall into them one time in three.
const COMMON_AFTER: Record<string, string> = {
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
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const n of counts.values()) bits -= (n / text.length) * Math.log2(n / text.length);
  return bits;
}

/**
 * How much a text looks made by a generator rather than by a person, in rough log-odds: words and identifiers
 * come out below zero, random strings of 16 characters above 6.
 */
export function randomness(text: string): number {
  let score = 0;
  for (let i = 1; i < text.length; i++) {
    const [a, b] = [text[i - 1] ?? "", text[i] ?? ""];
    const [ka, kb] = [kind(a), kind(b)];
    if (ka === "digit" && kb === "digit") score += 0.1;
    else if (ka === "other" || kb === "other") continue;
    else if (ka === "digit" || kb === "digit") score += 0.9;
    else if (ka === "lower" && kb === "upper") score += 0.1;
    else score += COMMON_AFTER[a.toLowerCase()]?.includes(b.toLowerCase()) ? -0.7 : 0.9;
  }
  return score;
}

function kind(char: string): "lower" | "upper" | "digit" | "other" {
  if (char >= "a" && char <= "z") return "lower";
  if (char >= "A" && char <= "Z") return "upper";
  return char >= "0" && char <= "9" ? "digit" : "other";
}
