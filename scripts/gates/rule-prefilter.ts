import { type AST, RegExpParser } from "@eslint-community/regexpp";

/**
 * Something that every match of a pattern must contain: a Perl-compatible regular expression, and how much it tells.
 * It lies within one line, is made of ASCII alone, and has no unbounded repetition: whichever engine looks for it,
 * byte by byte or not, finds all that JavaScript would, and none can be led into a long search.
 */
interface Piece {
  text: string;
  weight: number;
}

/** `whole` stands for all of a part of the pattern; null where it cannot. `best` is the most telling piece in it. */
interface Parts {
  whole: Piece | null;
  best: Piece | null;
}

const NOTHING: Piece = { text: "", weight: 0 };
const UNKNOWN: Parts = { whole: null, best: null };

const MAX_COPIES = 8;
const MAX_TEXT = 500;

/**
 * A regular expression for `git grep -P` that finds at least every file in which `pattern` matches, or null when
 * nothing simple and telling is common to all its matches. What weighs less than `minWeight` is in nearly every file.
 */
export function necessaryPiece(pattern: RegExp, minWeight = 2): string | null {
  const ast = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern.source, 0, pattern.source.length, {
    unicode: pattern.unicode,
  });
  const { best } = partsOfAlternatives(ast.alternatives);
  return best !== null && best.weight >= minWeight ? best.text : null;
}

function partsOfAlternatives(alternatives: readonly AST.Alternative[]): Parts {
  const parts = alternatives.map((alternative) => partsOfSequence(alternative.elements));
  return { whole: either(parts.map((part) => part.whole)), best: either(parts.map((part) => part.best)) };
}

/** One piece for whichever alternative it is; null when one of them has none. */
function either(pieces: readonly (Piece | null)[]): Piece | null {
  const known = pieces.filter((piece) => piece !== null);
  if (known.length < pieces.length) return null;
  const [only] = known;
  if (known.length === 1 && only !== undefined) return only;
  const text = `(?:${known.map((piece) => piece.text).join("|")})`;
  return bounded({ text, weight: Math.min(...known.map((piece) => piece.weight)) });
}

/** Goes along a sequence, joining what stands side by side, and remembers the most telling run. */
function partsOfSequence(elements: readonly AST.Element[]): Parts {
  let best: Piece | null = null;
  let run = NOTHING;
  let isWhole = true;
  const keep = (piece: Piece | null) => {
    if (piece !== null && piece.text !== "" && piece.weight > (best?.weight ?? -1)) best = piece;
  };
  const breakRun = (next: Piece) => {
    keep(run);
    run = next;
    isWhole = false;
  };
  for (const element of elements) {
    const { before, after, inner } = joints(element);
    const joined = bounded({ text: run.text + before.text, weight: run.weight + before.weight });
    keep(inner);
    if (joined === null) breakRun(after ?? before);
    else {
      run = joined;
      if (after !== null) breakRun(after);
    }
  }
  keep(run);
  return { whole: isWhole ? run : null, best };
}

/**
 * How an element stands in its sequence: `before` joins what precedes it. `after` is null when `before` is all of
 * it; otherwise something unknown follows, and `after` is what then joins the next. `inner` is known to be in it.
 */
function joints(element: AST.Element): { before: Piece; after: Piece | null; inner: Piece | null } {
  if (element.type === "Quantifier") return jointsOfQuantifier(element);
  const { whole, best } = partsOf(element);
  if (whole !== null) return { before: whole, after: null, inner: null };
  return { before: NOTHING, after: NOTHING, inner: best };
}

function jointsOfQuantifier({ element, min, max }: AST.Quantifier) {
  const { whole, best } = partsOf(element);
  if (whole === null) return { before: NOTHING, after: NOTHING, inner: min > 0 ? best : null };
  if (min === 0) {
    const isOptional = max === 1 && whole.text !== "";
    if (isOptional)
      return { before: { text: `${grouped(whole.text)}?`, weight: 0 }, after: null, inner: null };
    return { before: NOTHING, after: NOTHING, inner: null };
  }
  const copies = Math.min(min, MAX_COPIES);
  const before = { text: grouped(whole.text).repeat(copies), weight: whole.weight * copies };
  return { before, after: max === copies ? null : whole, inner: null };
}

function partsOf(element: AST.QuantifiableElement | AST.Element): Parts {
  switch (element.type) {
    // They match a place, not characters: without them more is found, never less.
    case "Assertion":
      return { whole: NOTHING, best: null };
    case "CapturingGroup":
      return partsOfAlternatives(element.alternatives);
    case "Group":
      return element.modifiers === null ? partsOfAlternatives(element.alternatives) : UNKNOWN;
    case "Character":
      return partsOfSet(rangeSet(element.value, element.value));
    case "CharacterSet":
      return partsOfSet(setOf(element));
    case "CharacterClass":
      return element.negate || element.unicodeSets ? UNKNOWN : partsOfSet(union(element.elements));
    default:
      return UNKNOWN;
  }
}

/** Codes of printable ASCII characters and the tab, or null for a set that holds others too. */
type CodeSet = ReadonlySet<number> | null;

function rangeSet(min: number, max: number): CodeSet {
  const isPlain = (min === 9 && max === 9) || (min >= 0x20 && max <= 0x7e);
  return isPlain ? new Set(Array.from({ length: max - min + 1 }, (_, i) => min + i)) : null;
}

const DIGITS = [...new Array(10).keys()].map((i) => 0x30 + i);
const LETTERS = [...new Array(26).keys()].flatMap((i) => [0x41 + i, 0x61 + i]);

function setOf(set: AST.CharacterSet): CodeSet {
  if (set.kind === "digit" && !set.negate) return new Set(DIGITS);
  if (set.kind === "word" && !set.negate) return new Set([...DIGITS, ...LETTERS, 0x5f]);
  return null;
}

function union(elements: readonly AST.CharacterClassElement[]): CodeSet {
  const codes = new Set<number>();
  for (const element of elements) {
    const set = classElementSet(element);
    if (set === null) return null;
    for (const code of set) codes.add(code);
  }
  return codes;
}

function classElementSet(element: AST.CharacterClassElement): CodeSet {
  if (element.type === "Character") return rangeSet(element.value, element.value);
  if (element.type === "CharacterClassRange") return rangeSet(element.min.value, element.max.value);
  return element.type === "CharacterSet" ? setOf(element) : null;
}

function partsOfSet(codes: CodeSet): Parts {
  if (codes === null || codes.size === 0) return UNKNOWN;
  const chars = [...codes].map((code) => escaped(code));
  const text = chars.length === 1 ? chars.join("") : `[${chars.join("")}]`;
  // The more characters will do, the less it tells.
  const piece = { text, weight: codes.size === 1 ? 1 : codes.size <= 16 ? 0.5 : 0.1 };
  return { whole: piece, best: piece };
}

function escaped(code: number): string {
  const char = String.fromCharCode(code);
  return /\w/.test(char) ? char : `\\x${code.toString(16).padStart(2, "0")}`;
}

function grouped(text: string): string {
  // One character, or a class: a bracket within one is escaped.
  return text.length === 1 || /^\[[^\]]*\]$/.test(text) ? text : `(?:${text})`;
}

function bounded(piece: Piece): Piece | null {
  return piece.text.length <= MAX_TEXT ? piece : null;
}
