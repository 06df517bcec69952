/** Longer pauses than this are not work. */
const LONGEST_PAUSE_MS = 10 * 60_000;

export interface Times {
  /** ISO 8601, UTC; null when no entry had a time. */
  startedAt: string | null;
  updatedAt: string | null;
  /** Milliseconds of activity: the pauses between entries, without those of more than 10 minutes. */
  activeMs: number;
}

/** Adds up the time that a session was worked on. Records that are older than one before them add nothing. */
export class Clock {
  #first = Number.NaN;
  #last = Number.NaN;
  #active = 0;

  tick(at: string | null): void {
    const time = at === null ? Number.NaN : Date.parse(at);
    if (Number.isNaN(time)) return;
    if (Number.isNaN(this.#last)) {
      this.#first = this.#last = time;
      return;
    }
    const pause = time - this.#last;
    if (pause > 0 && pause <= LONGEST_PAUSE_MS) this.#active += pause;
    this.#first = Math.min(this.#first, time);
    this.#last = Math.max(this.#last, time);
  }

  get times(): Times {
    return { startedAt: iso(this.#first), updatedAt: iso(this.#last), activeMs: this.#active };
  }
}

function iso(time: number): string | null {
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
