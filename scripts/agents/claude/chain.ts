import { type IdNumber, IdTable } from "../id-table.ts";

const PRESENT = 1;
const SIDECHAIN = 2;
const LIVE = 4;
const AFTER_LEAF = 8;
const TAKEN = 16;
const NONE = -1;
/** Room for those of a short session: a listing looks through thousands of them. */
const FEWEST = 128;

/**
 * The tree that the records of a session form by `uuid` and `parentUuid`. Rewound turns stay in the file as dead
 * branches: the conversation is the way from the last leaf up to the root.
 */
export class Chain {
  readonly #ids: IdTable;
  #parents: Int32Array;
  #flags: Uint8Array;
  #last: IdNumber = NONE;

  /** `expected` records may come; more cost memory for a moment. */
  constructor(expected = 0) {
    this.#ids = new IdTable(expected);
    this.#parents = new Int32Array(Math.max(expected, FEWEST));
    this.#flags = new Uint8Array(this.#parents.length);
  }

  /** Whether any record had an id. */
  get isEmpty(): boolean {
    return this.#ids.size === 0;
  }

  /** The number of the id in `bytes[start, end)`, which need not be a record's own. */
  id(bytes: Uint8Array, start: number, end: number): IdNumber {
    const id = this.#ids.intern(bytes, start, end);
    if (id >= this.#flags.length) this.#grow();
    return id;
  }

  /** The last record outside of sidechains, -1 before the first. */
  get last(): IdNumber {
    return this.#last;
  }

  /** Takes up a record. The first one with an id counts; `parent` is -1 for a root. */
  add(id: IdNumber, parent: IdNumber, isSidechain: boolean): void {
    const flags = this.#flags[id] ?? 0;
    if (flags & PRESENT) return;
    this.#flags[id] = flags | PRESENT | (isSidechain ? SIDECHAIN : 0);
    this.#parents[id] = parent;
    if (!isSidechain) this.#last = id;
  }

  /**
   * Marks the way from the root to the leaf: the first of `candidates` that is known, else the last record. What was
   * recorded behind the leaf, such as a notice, belongs to it.
   */
  settle(candidates: Iterable<string>): void {
    let leaf = this.#last;
    for (const candidate of candidates) {
      const id = this.#ids.find(candidate);
      if (id === NONE || !this.#isMain(id)) continue;
      leaf = id;
      break;
    }
    for (let id = leaf; id !== NONE && !this.#has(id, LIVE); id = this.#above(id)) this.#mark(id, LIVE);
    if (leaf === NONE) return;
    this.#mark(leaf, AFTER_LEAF);
    for (let id = leaf + 1; id < this.#ids.size; id++) {
      const parent = this.#parents[id] ?? NONE;
      if (this.#isMain(id) && parent !== NONE && this.#has(parent, AFTER_LEAF))
        this.#mark(id, LIVE | AFTER_LEAF);
    }
  }

  /** Whether the session has a record of this id. */
  holds(uuid: string): boolean {
    const id = this.#ids.find(uuid);
    return id !== NONE && this.#has(id, PRESENT);
  }

  /** `again` is a record whose id was asked for before: the same line twice. */
  placeOf(uuid: string): "live" | "dead" | "again" {
    const id = this.#ids.find(uuid);
    if (id === NONE) return "dead";
    if (this.#has(id, TAKEN)) return "again";
    this.#mark(id, TAKEN);
    return this.#has(id, LIVE) ? "live" : "dead";
  }

  // When the parent's record is lost, what stood before in the file is the best guess: otherwise one torn line
  // would hide everything before it.
  #above(id: IdNumber): IdNumber {
    const parent = this.#parents[id] ?? NONE;
    if (parent === NONE || this.#has(parent, PRESENT)) return parent;
    let before = id - 1;
    while (before >= 0 && !this.#isMain(before)) before--;
    return before;
  }

  #isMain(id: IdNumber): boolean {
    return ((this.#flags[id] ?? 0) & (PRESENT | SIDECHAIN)) === PRESENT;
  }

  #has(id: IdNumber, flag: number): boolean {
    return ((this.#flags[id] ?? 0) & flag) !== 0;
  }

  #mark(id: IdNumber, flag: number): void {
    this.#flags[id] = (this.#flags[id] ?? 0) | flag;
  }

  #grow(): void {
    const parents = new Int32Array(this.#parents.length * 2);
    parents.set(this.#parents);
    this.#parents = parents;
    const flags = new Uint8Array(parents.length);
    flags.set(this.#flags);
    this.#flags = flags;
  }
}
