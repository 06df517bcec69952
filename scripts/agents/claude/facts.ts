import { basename } from "node:path";
import type { SessionFacts, SessionSummary } from "../../../schema/transcript.ts";
import { type JsonObject, objectOf, stringOf } from "../../base/json.ts";
import { initialFacts } from "../facts.ts";
import { Usage } from "./usage.ts";

/** Gathers, record by record, what stands beside the conversation, into the object that the transcript shows. */
export class FactsGatherer {
  readonly #facts: SessionFacts;
  readonly #usage = new Usage();

  constructor(facts: SessionFacts) {
    this.#facts = facts;
    facts.titles = { custom: null, generated: null, summary: null };
  }

  /** The last title of each kind counts. A summary of another session, which older clients wrote too, does not. */
  title(record: JsonObject, isOwn: (uuid: string) => boolean): void {
    const { titles } = this.#facts;
    if (record.type === "custom-title") titles.custom = stringOf(record.customTitle);
    else if (record.type === "ai-title") titles.generated = stringOf(record.aiTitle) ?? titles.generated;
    else if (record.type === "summary") {
      const leaf = stringOf(record.leafUuid);
      if (leaf === null || isOwn(leaf)) titles.summary = stringOf(record.summary) ?? titles.summary;
    }
  }

  /** `cwd` is where the session began; the other facts are as they were last. */
  record(record: JsonObject): void {
    const facts = this.#facts;
    facts.cwd ??= stringOf(record.cwd);
    facts.branch = branchOf(record) ?? facts.branch;
    facts.clientVersion = stringOf(record.version) ?? facts.clientVersion;
    this.#continues(stringOf(record.sessionId));
    this.#continues(stringOf(objectOf(record.forkedFrom).sessionId));
  }

  /** A resumed or forked session begins with records of the one before, which keep its id or name it. */
  #continues(id: string | null): void {
    if (id === null || id === this.#facts.id || this.#facts.continues?.includes(id)) return;
    this.#facts.continues = [...(this.#facts.continues ?? []), id];
  }

  reply(record: JsonObject): void {
    const message = objectOf(record.message);
    this.#usage.add(stringOf(message.id), message.usage);
    this.#facts.tokens = this.#usage.total;
    const model = modelOf(message);
    if (model !== null && record.isSidechain !== true) this.#facts.model = model;
  }
}

export function factsOf({ path, cwd, branch }: SessionSummary): SessionFacts {
  return initialFacts(basename(path, ".jsonl"), { cwd, branch });
}

/** Null also for what the client itself says in the model's place. */
export function modelOf(message: JsonObject): string | null {
  return isSynthetic(message) ? null : stringOf(message.model);
}

/** Whether the client itself speaks, in the model's place: it then gives `<synthetic>` as the model. */
export function isSynthetic({ model }: JsonObject): boolean {
  return typeof model === "string" && model.startsWith("<");
}

/** The client writes `HEAD` when none is checked out. */
export function branchOf(record: JsonObject): string | null {
  return record.gitBranch === "HEAD" ? null : stringOf(record.gitBranch);
}
