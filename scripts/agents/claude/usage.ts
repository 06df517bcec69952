import { type JsonObject, numberOf, objectOf } from "../../base/json.ts";

/** Replies whose usage may still be repeated: their records stand close together. */
const MOST_REMEMBERED = 64;

interface Tokens {
  input: number;
  output: number;
}

/**
 * Adds up the tokens of all replies. One reply is several records of one `message.id`, each with the usage so far:
 * the last one counts, once. What was read from or written to the cache is input too.
 */
export class Usage {
  readonly #counted = new Map<string, Tokens>();
  readonly #sum: Tokens = { input: 0, output: 0 };
  #any = false;

  add(messageId: string | null, usage: unknown): void {
    const now = tokensOf(objectOf(usage));
    if (now === null) return;
    this.#any = true;
    const before = messageId === null ? undefined : this.#counted.get(messageId);
    this.#sum.input += now.input - (before?.input ?? 0);
    this.#sum.output += now.output - (before?.output ?? 0);
    if (messageId === null) return;
    this.#counted.delete(messageId);
    this.#counted.set(messageId, now);
    const oldest = this.#counted.keys().next().value;
    if (this.#counted.size > MOST_REMEMBERED && oldest !== undefined) this.#counted.delete(oldest);
  }

  get total(): { input: number; output: number; total: number } | null {
    const { input, output } = this.#sum;
    return this.#any ? { input, output, total: input + output } : null;
  }
}

function tokensOf(usage: JsonObject): Tokens | null {
  const input = numberOf(usage.input_tokens);
  const output = numberOf(usage.output_tokens);
  if (input === null && output === null) return null;
  const cached =
    (numberOf(usage.cache_creation_input_tokens) ?? 0) + (numberOf(usage.cache_read_input_tokens) ?? 0);
  return { input: (input ?? 0) + cached, output: output ?? 0 };
}
