import type { SessionFacts } from "../../../schema/transcript.ts";
import { type JsonObject, numberOf, objectOf, stringOf } from "../../base/json.ts";

/** Gathers from the events what stands beside the conversation. The folder is where the session began, as they tell it. */
export class FactsGatherer {
  readonly #facts: SessionFacts;
  #input = 0;
  #output = 0;
  #isPlaced = false;

  constructor(facts: SessionFacts) {
    this.#facts = facts;
  }

  see(type: unknown, data: JsonObject): void {
    const facts = this.#facts;
    switch (type) {
      case "session.start":
        facts.clientVersion = stringOf(data.copilotVersion) ?? facts.clientVersion;
        this.#place(objectOf(data.context));
        this.#model(data.selectedModel);
        return;
      case "session.resume":
        this.#place(objectOf(data.context));
        this.#model(data.selectedModel);
        return;
      case "session.context_changed":
        this.#place(data);
        return;
      case "session.model_change":
        this.#model(data.newModel);
        facts.provider = stringOf(data.providerId) ?? facts.provider;
        return;
      case "session.usage_record":
        this.#usage(objectOf(data.usage));
        return;
      case "session.shutdown":
        this.#totals(objectOf(data.modelMetrics));
        return;
      case "assistant.message":
        this.#model(data.model);
    }
  }

  #place(context: JsonObject): void {
    const cwd = stringOf(context.cwd);
    if (cwd !== null && !this.#isPlaced) this.#facts.cwd = cwd;
    this.#isPlaced ||= cwd !== null;
    this.#facts.branch = stringOf(context.branch) ?? this.#facts.branch;
  }

  #model(model: unknown): void {
    this.#facts.model = stringOf(model) ?? this.#facts.model;
  }

  #usage(usage: JsonObject): void {
    this.#input += numberOf(usage.inputTokens) ?? 0;
    this.#output += numberOf(usage.outputTokens) ?? 0;
    // "other" is how the client calls any that it does not know by name.
    if (usage.modelProvider !== "other") {
      this.#facts.provider = stringOf(usage.modelProvider) ?? this.#facts.provider;
    }
    this.#setTokens(this.#input, this.#output);
  }

  // Clients that do not record each request leave the sums of the whole session when they end.
  #totals(metrics: JsonObject): void {
    if (this.#input + this.#output > 0) return;
    const usages = Object.values(metrics).map((model) => objectOf(objectOf(model).usage));
    const sum = (key: string) => usages.reduce((total, usage) => total + (numberOf(usage[key]) ?? 0), 0);
    this.#setTokens(sum("inputTokens"), sum("outputTokens"));
  }

  #setTokens(input: number, output: number): void {
    if (input + output > 0) this.#facts.tokens = { input, output, total: input + output };
  }
}
