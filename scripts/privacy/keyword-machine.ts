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

export function createKeywordMachine(keywords: readonly string[]): KeywordMachine {
  const { classOf, width } = characterClasses(keywords);
  const { rows, found } = connect(buildTrie(keywords, classOf), width);
  const lengths = keywords.map((keyword) => keyword.length);

  function scan(text: string, hit: (keyword: number, start: number) => void): void {
    const length = text.length;
    let row = 0;
    for (let i = 0; i < length; ) {
      // A loop of its own: with calls in it, it would take twice the time.
      do row = rows[row + (classOf[text.charCodeAt(i++)] ?? 0)] ?? 0;
      while (row >= 0 && i < length);
      if (row >= 0) return;
      row = -row;
      for (const keyword of found[row / width] ?? []) hit(keyword, i - (lengths[keyword] ?? 0));
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

interface State {
  /** Class of the next unit -> number of the next state. */
  next: Map<number, number>;
  /** The keywords that end here. */
  ends: number[];
}

function buildTrie(keywords: readonly string[], classOf: Uint8Array): State[] {
  const root: State = { next: new Map(), ends: [] };
  const states = [root];
  for (const [index, keyword] of keywords.entries()) {
    let state = root;
    for (let i = 0; i < keyword.length; i++) {
      const unit = classOf[keyword.charCodeAt(i)] ?? 0;
      const next = state.next.get(unit) ?? states.push({ next: new Map(), ends: [] }) - 1;
      state.next.set(unit, next);
      state = states[next] ?? root;
    }
    if (keyword !== "") state.ends.push(index);
  }
  return states;
}

/**
 * The trie as a table: what follows on each class in each state, where a state's row begins at its number times
 * `width`. A row in which keywords end is stored negative, so that one comparison per code unit tells.
 */
function connect(trie: readonly State[], width: number): { rows: Int32Array; found: (readonly number[])[] } {
  const rows = new Int32Array(trie.length * width);
  const found = trie.map(({ ends }) => ends);
  const suffix = new Int32Array(trie.length);
  const queue = [0];
  // Breadth first: the longest proper suffix of a state is finished before the state itself.
  for (const state of queue) {
    const [row, fallback] = [state * width, (suffix[state] ?? 0) * width];
    if (state !== 0) rows.copyWithin(row, fallback, fallback + width);
    for (const [unit, next] of trie[state]?.next ?? []) {
      const shorter = Math.abs(rows[row + unit] ?? 0) / width;
      suffix[next] = shorter;
      found[next] = [...(found[next] ?? []), ...(found[shorter] ?? [])];
      rows[row + unit] = found[next].length > 0 ? -next * width : next * width;
      queue.push(next);
    }
  }
  return { rows, found };
}
