const MOST = 20_000;

/**
 * Tells whether an id was met before, among the last twenty thousand: a writer that repeats a record does so soon, and
 * the ids of a file of one gigabyte would need more memory than its reader may have.
 */
export class RecentIds {
  readonly #ids = new Set<string>();

  /** False when the id was there already. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > MOST) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}
