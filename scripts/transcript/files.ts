import type { Action } from "./tools.ts";

const MOST_TOUCHED = 5000;
const MOST_COUNTED = 5000;
const MOST_READ_LISTED = 10;

/** Which files a session touched and read, by the paths that the agent wrote down. */
export class Files {
  readonly #touched = new Set<string>();
  readonly #reads = new Map<string, number>();

  add({ reads, writes }: Action): void {
    for (const path of writes) {
      if (this.#touched.size < MOST_TOUCHED) this.#touched.add(path);
    }
    for (const path of reads) {
      const times = this.#reads.get(path);
      if (times !== undefined || this.#reads.size < MOST_COUNTED) this.#reads.set(path, (times ?? 0) + 1);
    }
  }

  /** In the order in which they were first touched. */
  get touched(): string[] {
    return [...this.#touched];
  }

  /** The ten that were read most, most read first. */
  get read(): string[] {
    const byTimes = [...this.#reads].sort(([, a], [, b]) => b - a);
    return byTimes.slice(0, MOST_READ_LISTED).map(([path]) => path);
  }
}
