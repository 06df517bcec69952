/**
 * Finds every occurrence of many short literals in one pass (Aho-Corasick), so that the cost of looking for
 * hundreds of token formats does not grow with their number. Case is ignored: a hit is a hint to look closer.
 */
export interface KeywordMachine {
  /** Calls `hit` with the keyword's index and its start, ordered by where the keywords end. */
  scan(text: string, hit: (keyword: number, start: number) => void): void;
}

const CODE_UNITS = 0x10000;
const CLASSES = 0x100;

interface Automaton {
  /** The row of the next state by `row + class`; a state's row is its number times `width`. */
  table: Int32Array;
  /** The keywords that end in a state. */
  found: (number[] | undefined)[];
  classOf: Uint8Array;
  width: number;
}

export function createKeywordMachine(keywords: readonly string[]): KeywordMachine {
  const { table, found, classOf, width } = connect(buildTrie(keywords));

  // A row that ends a keyword is stored negative: one comparison per code unit tells.
  const rows = table.map((row) => (found[row / width] === undefined ? row : -row));
  const endings = new Map(
    found.flatMap((ends, state) => (ends === undefined ? [] : [[state * width, ends]])),
  );

  function scan(text: string, hit: (keyword: number, start: number) => void): void {
    const length = text.length;
    let row = 0;
    for (let i = 0; i < length; i++) {
      row = rows[row + (classOf[text.charCodeAt(i)] as number)] as number;
      if (row >= 0) continue;
      row = -row;
      for (const keyword of endings.get(row) ?? []) hit(keyword, i + 1 - (keywords[keyword] ?? "").length);
    }
  }

  return { scan };
}

// Class 0 is every code unit that no keyword uses. The two cases of a letter share a class, and so do all units
// beyond the last class: that makes more hits to look at and loses none.
function characterClasses(keywords: readonly string[]): { classOf: Uint8Array; width: number } {
  const classOf = new Uint8Array(CODE_UNITS);
  let width = 1;
  for (const unit of new Set(keywords.join("").split(""))) {
    if (classOf[unit.charCodeAt(0)] !== 0) continue;
    for (const variant of [unit, unit.toLowerCase(), unit.toUpperCase()]) {
      if (variant.length === 1) classOf[variant.charCodeAt(0)] = Math.min(width, CLASSES - 1);
    }
    width = Math.min(width + 1, CLASSES);
  }
  return { classOf, width };
}

function buildTrie(keywords: readonly string[]): Automaton {
  const { classOf, width } = characterClasses(keywords);
  const states = 1 + keywords.reduce((sum, keyword) => sum + keyword.length, 0);
  const table = new Int32Array(states * width);
  const found: (number[] | undefined)[] = [undefined];
  for (const [index, keyword] of keywords.entries()) {
    let row = 0;
    for (let i = 0; i < keyword.length; i++) {
      const slot = row + (classOf[keyword.charCodeAt(i)] ?? 0);
      // Nothing in a trie leads back to the root, so row 0 means "none yet".
      if (table[slot] === 0) table[slot] = found.push(undefined) * width - width;
      row = table[slot] ?? 0;
    }
    if (row > 0) found[row / width] = [...(found[row / width] ?? []), index];
  }
  return { table: table.slice(0, found.length * width), found, classOf, width };
}

// Breadth first, so that a state's longest proper suffix is complete before the state itself.
function connect({ table, found, classOf, width }: Automaton): Automaton {
  const suffix = new Int32Array(found.length);
  const queue = [0];
  for (const row of queue) {
    const fallbackRow = suffix[row / width] ?? 0;
    for (let c = 0; c < width; c++) {
      const target = table[row + c] ?? 0;
      const fallback = row === 0 ? 0 : (table[fallbackRow + c] ?? 0);
      if (target === 0) {
        table[row + c] = fallback;
        continue;
      }
      const [state, inherited] = [target / width, found[fallback / width]];
      suffix[state] = fallback;
      if (inherited !== undefined) found[state] = [...(found[state] ?? []), ...inherited];
      queue.push(target);
    }
  }
  return { table, found, classOf, width };
}
