import type { ToolResultEntry } from "../../schema/transcript.ts";
import { truncate } from "../base/text.ts";
import { isAnswer, saysExpected } from "./expected.ts";

const MOST = 10;
const LONGEST = 300;

/** A command that failed, and the end of what it said. */
export interface Tried {
  what: string;
  said: string;
  at: string | null;
}

/**
 * The last ten commands that failed, so that the next agent does not repeat them. One that failed more than once is
 * listed once; one that succeeded later is no longer a failure, and one that was to fail is none.
 */
export class Failures {
  readonly #running = new Map<string, { command: string; announcement: string }>();
  readonly #failed = new Map<string, Tried>();
  /** Commands that failed since the assistant last said something. */
  #uncommented: string[] = [];
  /** What the assistant said last. It is looked into only where a command fails, which is seldom. */
  #announcement = "";

  started(callId: string, command: string): void {
    this.#running.set(callId, { command, announcement: this.#announcement });
  }

  /** The assistant said something: about what failed before it, and about what it does next. */
  said(text: string): void {
    this.#announcement = text;
    if (this.#uncommented.length === 0) return;
    if (saysExpected(text)) for (const command of this.#uncommented) this.#failed.delete(command);
    this.#uncommented = [];
  }

  ended(result: ToolResultEntry): void {
    const running = this.#running.get(result.callId);
    if (running === undefined) return;
    this.#running.delete(result.callId);
    if (result.interrupted) return;
    const { command, announcement } = running;
    const failed = result.exitCode === null ? result.ok === false : result.exitCode !== 0;
    // Deleted first, so that it moves to the end of the list.
    this.#failed.delete(command);
    if (!failed || (result.exitCode === 1 && isAnswer(command)) || saysExpected(announcement)) return;
    this.#failed.set(command, { what: truncate(command, LONGEST), said: tail(result.output), at: result.at });
    this.#uncommented.push(command);
    for (const oldest of this.#failed.keys()) {
      if (this.#failed.size <= MOST) break;
      this.#failed.delete(oldest);
    }
  }

  get list(): Tried[] {
    return [...this.#failed.values()];
  }
}

// The end of an output is where it says what went wrong.
function tail(output: string): string {
  const text = output.slice(-4 * LONGEST).trim();
  if (text.length <= LONGEST) return text;
  const end = text.slice(-LONGEST + 1);
  const line = end.search(/[\n ]/);
  return `…${line >= 0 && line < LONGEST / 3 ? end.slice(line + 1) : end.replace(/^[\udc00-\udfff]/, "")}`;
}
