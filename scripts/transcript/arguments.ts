import { type JsonObject, numberOf, stringOf } from "../base/json.ts";

/** Arguments that say how a call was made, and change nothing about what it did. */
const BESIDE_THE_POINT = new Set([
  "activeForm",
  "delay_ms",
  "description",
  "explanation",
  "forceReadLargeFiles",
  "format",
  "initial_wait",
  "instruction",
  "justification",
  "login",
  "max_output_tokens",
  "prefix_rule",
  "sandbox_permissions",
  "shell",
  "shellId",
  "timeout",
  "timeout_ms",
  "wait_for_previous",
  "with_escalated_permissions",
  "yield_time_ms",
]);

/** The arguments of a tool call, taken one by one, so that none which matters is lost unseen. */
export class Arguments {
  readonly #left: Map<string, unknown>;

  constructor(input: JsonObject) {
    this.#left = new Map(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));
  }

  peek(key: string): unknown {
    return this.#left.get(key);
  }

  /** The first of these that is there. */
  take(...keys: readonly string[]): unknown {
    const key = keys.find((candidate) => this.#left.has(candidate));
    if (key === undefined) return undefined;
    const value = this.#left.get(key);
    this.#left.delete(key);
    return value;
  }

  /** The first that is a text; one of another kind stays, and with it what it says. */
  text(...keys: readonly string[]): string | null {
    return stringOf(this.take(...keys.filter((key) => stringOf(this.#left.get(key)) !== null)));
  }

  number(...keys: readonly string[]): number | null {
    return numberOf(this.take(...keys.filter((key) => numberOf(this.#left.get(key)) !== null)));
  }

  flag(...keys: readonly string[]): boolean {
    return this.take(...keys) === true;
  }

  /** Whether everything was taken. */
  get isEmpty(): boolean {
    return this.#left.size === 0;
  }

  /** Whether everything that matters was taken. What is switched off or empty does not matter. */
  get isSpent(): boolean {
    return [...this.#left].every(
      ([key, value]) => BESIDE_THE_POINT.has(key) || value === false || value === "",
    );
  }
}
