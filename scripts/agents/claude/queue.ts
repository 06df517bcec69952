import type { Entry } from "../../../schema/transcript.ts";
import { type JsonObject, stringOf, timeOf } from "../../base/json.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { tellApart } from "./noise.ts";

/** More than a person types ahead. */
const MOST = 100;

interface Waiting {
  text: string;
  at: string | null;
}

/**
 * What the person typed while the agent was at work, as the client's `queue-operation` records tell of it. What is
 * sent becomes a record of its own; what still waits when the session ends stands nowhere else.
 */
export class Queue {
  #waiting: Waiting[] = [];
  /** How many were taken out without a word which; the record that follows names it. */
  #taken = 0;
  #made = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  see(record: JsonObject): void {
    const text = stringOf(record.content)?.trim() ?? null;
    if (record.operation === "enqueue") {
      if (text !== null && this.#waiting.length < MOST)
        this.#waiting.push({ text, at: timeOf(record.timestamp) });
    } else if (text !== null) {
      // Back into the person's hands, maybe several as one text.
      this.#waiting = this.#waiting.filter((waiting) => !text.includes(waiting.text));
    } else if (record.operation === "popAll") this.#clear();
    else if (this.#waiting.length > this.#taken) this.#taken += 1;
  }

  /**
   * The person's words have reached the agent. Gives what was lost: where they typed anew while something still
   * waited, the client had been started again in between.
   */
  sent(texts: readonly string[]): Entry[] {
    for (const text of texts) {
      const at = this.#waiting.findIndex((waiting) => waiting.text === text.trim());
      if (at !== -1) this.#waiting.splice(at, 1);
      // Sent in another form, such as a command: the oldest goes first.
      else if (this.#taken > 0) this.#waiting.shift();
      else return this.unsent();
      this.#taken = Math.max(0, this.#taken - 1);
    }
    return [];
  }

  /** What was never sent, in the order in which it was typed. The queue is empty then. */
  unsent(): Entry[] {
    const waiting = this.#waiting.slice(this.#taken);
    this.#clear();
    return waiting.flatMap(({ text, at }) => {
      this.#made += 1;
      const make = new EntryMaker(`queued-${this.#made}`, at);
      for (const piece of tellApart(text)) {
        if (!piece.injected && !isCommand(text)) make.add("user", { type: "text", ...piece, unsent: true });
      }
      return make.made;
    });
  }

  #clear(): void {
    this.#waiting = [];
    this.#taken = 0;
  }
}

/** A command of the client's own, such as `/clear` or `/model opus`: nothing about the task. */
function isCommand(text: string): boolean {
  return /^\/\S+(?:\s+\S+)?$/.test(text);
}
