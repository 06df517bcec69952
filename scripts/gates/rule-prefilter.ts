import { type AST, RegExpParser } from "@eslint-community/regexpp";

/**
 * A part of a pattern, as a Perl-compatible regular expression that works on bytes and on one line at a time.
 * It matches wherever the part does. Where the part would go on into the next line, or is beyond translation, the
 * whole search accepts what it has seen so far: so more may be found than JavaScript finds, never less.
 */
interface Piece {
  text: string;
  /** How much must have been seen at least when it is passed or accepts: about one for each certain character. */
  weight: number;
  /** True when it may accept before its end. */
  accepts: boolean;
}

const ACCEPT = "(*ACCEPT)";
const LINE_FEED = 10;

/**
 * A pattern for `git grep -P` that finds at least every file in which `pattern` (with the flags g and m, and maybe u)
 * matches, or null when it would find nearly every file: when it tells less than `minWeight`.
 */
export function searchPattern(pattern: RegExp, minWeight = 2): string | null {
  const parser = new RegExpParser({ ecmaVersion: 2025 });
  const { unicode, source } = pattern;
  const ast = parser.parsePattern(source, 0, source.length, { unicode });
  const translate = new Translation(unicode);
  const whole = either(ast.alternatives.map(({ elements }) => translate.fromMostTelling(elements)));
  return whole.weight >= minWeight ? whole.text : null;
}

type OneCharacter = AST.Character | AST.CharacterSet | AST.CharacterClass;

function isCharacter(element: AST.Element): element is OneCharacter {
  return ["Character", "CharacterSet", "CharacterClass"].includes(element.type);
}

class Translation {
  readonly #flags: string;

  constructor(unicode: boolean) {
    this.#flags = unicode ? "u" : "";
  }

  /** Whatever matches all of the elements has something in it that matches the last few. */
  fromMostTelling(elements: readonly AST.Element[]): Piece {
    const pieces = elements.map((element) => this.#element(element));
    let best = sequence(pieces);
    for (let start = 1; start < pieces.length; start++) {
      const shorter = sequence(pieces.slice(start));
      if (shorter.weight > best.weight) best = shorter;
    }
    return best;
  }

  #element(element: AST.Element, min = 1, max = 1): Piece {
    switch (element.type) {
      case "Quantifier":
        return this.#element(element.element, element.min, element.max);
      case "Character":
      case "CharacterSet":
      case "CharacterClass":
        return this.#set(element, min, max);
      case "Group":
      case "CapturingGroup":
        if (element.type === "Group" && element.modifiers !== null) return unknown();
        return repeated(either(element.alternatives.map((inner) => this.#sequence(inner))), min, max);
      case "Assertion":
        return { text: min > 0 ? this.#place(element) : "", weight: 0, accepts: false };
      default:
        return unknown();
    }
  }

  /** A place between characters. What would look further than one byte is left out: then more is found. */
  #place(assertion: AST.Assertion): string {
    if (assertion.kind === "word") return assertion.raw;
    if (!("alternatives" in assertion)) return "";
    const [neighbour, ...others] = assertion.alternatives.flatMap(({ elements }) => elements);
    if (neighbour === undefined || others.length > 0 || assertion.alternatives.length > 1) return "";
    if (!isCharacter(neighbour) || !isAscii(neighbour)) return "";
    const codes = this.#asciiCodes(neighbour);
    if (codes.length === 0 || codes.includes(LINE_FEED)) return "";
    const side = assertion.kind === "lookbehind" ? "<" : "";
    return `(?${side}${assertion.negate ? "!" : "="}${oneOf(codes.map(escaped), false)})`;
  }

  #sequence({ elements }: AST.Alternative): Piece {
    return sequence(elements.map((element) => this.#element(element)));
  }

  #set(element: OneCharacter, min: number, max: number): Piece {
    const codes = this.#asciiCodes(element);
    const line = codes.filter((code) => code !== LINE_FEED);
    const isWide = !isAscii(element);
    if (line.length === 0 && !isWide) return codes.length === 0 ? unknown() : lineEnd(min);
    const one = oneOf(line.map(escaped), isWide);
    // A character beyond ASCII is up to four bytes.
    const most = isWide ? max * 4 : max;
    const text = one + times(min, most);
    if (codes.length === line.length) return { text, weight: min * weightOf(line, isWide), accepts: false };
    return { text: `(?:${text}|${one}${times(0, most)}$${ACCEPT})`, weight: 0, accepts: true };
  }

  #asciiCodes(element: OneCharacter): number[] {
    if (element.type === "Character") return element.value < 128 ? [element.value] : [];
    const isOne = new RegExp(`^${element.raw}$`, this.#flags);
    return ASCII.filter((code) => isOne.test(String.fromCharCode(code)));
  }
}

function sequence(pieces: readonly Piece[]): Piece {
  const end = pieces.findIndex((piece) => piece.accepts);
  const certain = end === -1 ? pieces : pieces.slice(0, end + 1);
  return {
    text: pieces.map((piece) => piece.text).join(""),
    weight: certain.reduce((sum, piece) => sum + piece.weight, 0),
    accepts: end !== -1,
  };
}

function either(pieces: readonly Piece[]): Piece {
  return {
    text: `(?:${pieces.map((piece) => piece.text).join("|")})`,
    weight: Math.min(...pieces.map((piece) => piece.weight)),
    accepts: pieces.some((piece) => piece.accepts),
  };
}

function repeated(piece: Piece, min: number, max: number): Piece {
  return { text: piece.text + times(min, max), weight: piece.weight * min, accepts: piece.accepts };
}

function unknown(): Piece {
  return { text: ACCEPT, weight: 0, accepts: true };
}

function lineEnd(min: number): Piece {
  return { text: `(?:$${ACCEPT}${min === 0 ? "|" : ""})`, weight: 0, accepts: true };
}

function oneOf(chars: readonly string[], isWide: boolean): string {
  if (chars.length === 1 && !isWide) return chars.join("");
  return `[${chars.join("")}${isWide ? "\\x80-\\xff" : ""}]`;
}

// Above this, Perl-compatible expressions take no numbers.
const MAX_TIMES = 1000;

function times(min: number, max: number): string {
  if (min === 1 && max === 1) return "";
  return `{${Math.min(min, MAX_TIMES)},${max > MAX_TIMES ? "" : max}}`;
}

// The more characters will do, the less it tells.
function weightOf(codes: readonly number[], isWide: boolean): number {
  if (isWide || codes.length > 16) return 0.1;
  return codes.length === 1 ? 1 : 0.5;
}

const ASCII = [...new Array(128).keys()];

/** False when something beyond ASCII may match it. */
function isAscii(element: AST.Element | AST.CharacterClassElement): boolean {
  switch (element.type) {
    case "Character":
      return element.value < 128;
    case "CharacterClassRange":
      return element.max.value < 128;
    case "CharacterSet":
      return (element.kind === "digit" || element.kind === "word") && !element.negate;
    case "CharacterClass":
      return !element.negate && element.elements.every(isAscii);
    default:
      return false;
  }
}

function escaped(code: number): string {
  const char = String.fromCharCode(code);
  return /\w/.test(char) ? char : `\\x${code.toString(16).padStart(2, "0")}`;
}
