const MOST = 20_000;

/**
 * Tells whether an id was met before, among the last twenty thousand at least: a writer that repeats a record does so
 * soon, and the ids of a file of one gigabyte would need more memory than its reader may have.
 */
export class RecentIds {
  #newer = new Set<string>();
  #older = new Set<string>();

  /** False when the id was there already. */
  add(id: string): boolean {
    if (this.#newer.has(id) || this.#older.has(id)) return false;
    this.#newer.add(id);
    if (this.#newer.size >= MOST) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    return true;
  }
}
