import type { SessionFacts } from "../../../schema/transcript.ts";
import { type JsonObject, numberOf, objectOf, stringOf } from "../../base/json.ts";
import { historyBase } from "./lineage.ts";

const CWD = /<cwd>([^<]+)<\/cwd>|^Current working directory: (.+)$/m;

/** Gathers, record by record, what stands beside the conversation, into the object that the transcript shows. */
export class FactsGatherer {
  readonly #facts: SessionFacts;
  readonly #isNamed: boolean;
  #model: string | null = null;

  constructor(facts: SessionFacts, isNamed = false) {
    this.#facts = facts;
    this.#isNamed = isNamed;
  }

  /** The model of the turn at hand. */
  get model(): string | null {
    return this.#model;
  }

  /** A file may repeat the head of the session that it was made from: only the session's own counts. */
  head(payload: JsonObject): void {
    const own = stringOf(payload.id);
    if (own !== null && own !== this.#facts.id) return;
    for (const id of [stringOf(payload.forked_from_id), stringOf(historyBase(payload)?.thread_id)]) {
      if (id !== null && id !== this.#facts.id)
        this.#facts.continues = [...new Set([...(this.#facts.continues ?? []), id])];
    }
    this.#facts.cwd ??= stringOf(payload.cwd);
    const git = objectOf(payload.git);
    this.#facts.branch ??= stringOf(git.branch);
    this.#facts.head ??= stringOf(git.commit_hash);
    this.#facts.provider ??= stringOf(payload.model_provider);
    this.#facts.clientVersion = stringOf(payload.cli_version) ?? this.#facts.clientVersion;
  }

  turn(context: JsonObject): void {
    this.#model = stringOf(context.model) ?? this.#model;
    this.#facts.model = this.#model;
    this.#facts.cwd ??= stringOf(context.cwd);
  }

  /** The client's index of names, if it has this session, is asked first. */
  named(name: unknown): void {
    if (!this.#isNamed) this.#facts.titles.custom = stringOf(name);
  }

  /** The first clients named the folder only in a text for the model. */
  environment(text: string): void {
    this.#facts.cwd ??= cwdIn(text);
  }

  /** Totals are of the whole session: the last ones count. */
  tokens(usage: unknown): void {
    const { input_tokens, output_tokens, total_tokens } = objectOf(usage);
    const input = numberOf(input_tokens);
    const output = numberOf(output_tokens);
    if (input === null || output === null) return;
    this.#facts.tokens = { input, output, total: numberOf(total_tokens) ?? input + output };
  }
}

function cwdIn(text: string): string | null {
  const match = CWD.exec(text);
  return match?.[1]?.trim() ?? match?.[2]?.trim() ?? null;
}
