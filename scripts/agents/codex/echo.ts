import type { Entry, TextEntry } from "../../../schema/transcript.ts";

/** The model writes the summary of a compaction as an answer first. It is told once: as the summary. */
export class Echoes {
  #answer: TextEntry | null = null;

  /** The entries that are certain now: an answer is held back until the next entry shows what it was. */
  without(entries: readonly Entry[]): Entry[] {
    const certain: Entry[] = [];
    for (const entry of entries) {
      const answer = this.#answer;
      const isEcho = answer !== null && entry.type === "compaction" && entry.summary.endsWith(answer.text);
      if (answer !== null && !isEcho) certain.push(answer);
      this.#answer = entry.type === "text" && entry.role === "assistant" ? entry : null;
      if (this.#answer === null) certain.push(entry);
    }
    return certain;
  }

  end(): Entry[] {
    return this.#answer === null ? [] : [this.#answer];
  }
}
