const MOST_REMEMBERED = 500;
const BEGINNING = 200;
const END = 60;

/** Which of the client's records of a text this is. */
export type Telling = "item" | "event" | "completed";

/**
 * Clients record the same text up to three times: as an item of the model's context, as an event for the screen and
 * as a completed item. Which of them there are, and in what order, depends on the version. Each text is taken as often
 * as the record that tells it most often does.
 */
export class Once {
  readonly #told = new Map<string, { taken: number } & Record<Telling, number>>();

  /** Whether this telling of the text is the first. `kind` keeps texts of different speakers apart. */
  isNew(kind: string, text: string, telling: Telling): boolean {
    const trimmed = text.trim();
    const key = `${kind} ${trimmed.length} ${trimmed.slice(0, BEGINNING)} ${trimmed.slice(-END)}`;
    const told = this.#told.get(key) ?? { taken: 0, item: 0, event: 0, completed: 0 };
    told[telling] += 1;
    const isNew = told[telling] > told.taken;
    if (isNew) told.taken += 1;
    this.#remember(key, told);
    return isNew;
  }

  #remember(key: string, told: { taken: number } & Record<Telling, number>): void {
    this.#told.delete(key);
    this.#told.set(key, told);
    const oldest = this.#told.keys().next().value;
    if (this.#told.size > MOST_REMEMBERED && oldest !== undefined) this.#told.delete(oldest);
  }
}
