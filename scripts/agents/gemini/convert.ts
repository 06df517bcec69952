import type { Entry, ReadStats, SessionFacts, Todo } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, numberOf, objectOf, stringOf, timeOf, wordOf } from "../../base/json.ts";
import { countSkip, unknownType } from "../../base/read-stats.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { causeOf } from "../limits.ts";
import { imported } from "../provenance.ts";
import {
  answerIn,
  imageIn,
  isAcknowledgement,
  isInjected,
  isReferenced,
  type Part,
  partsOf,
  textOf,
} from "./content.ts";

const CANCELLED = /^\W*(request|user) cancell?ed/i;
const EXIT_CODE = /^Exit Code: (-?\d+)$/m;
const NOTICES = new Set(["info", "warning", "error"]);

/** Turns messages into entries, one after the other. Remembers which calls still wait for their result. */
export class Converter {
  readonly #stats: ReadStats;
  readonly #facts: SessionFacts;
  readonly #open = new Set<string>();
  #input = 0;
  #output = 0;

  constructor(facts: SessionFacts, stats: ReadStats) {
    this.#facts = facts;
    this.#stats = stats;
  }

  /** `isSummary`: the message stands for what was said before it. */
  entriesOf(message: JsonObject, isSummary: boolean): Entry[] {
    const make = new EntryMaker(wordOf(message.id), timeOf(message.timestamp));
    if (isSummary) {
      const summary = textOf(message.content);
      if (summary !== null) make.add("user", { type: "compaction", summary });
    } else if (message.type === "user") this.#user(make, message);
    else if (message.type === "gemini") this.#model(make, message);
    else if (NOTICES.has(wordOf(message.type))) addNotice(make, message);
    else countSkip(this.#stats, unknownType(message.type));
    return imported(make.made, message.baton);
  }

  #user(make: EntryMaker, message: JsonObject): void {
    const typed = textOf(message.displayContent);
    if (typed !== null) make.add("user", { type: "text", text: typed, injected: false });
    // What was sent besides, or instead of, what the person typed.
    let injected = typed !== null;
    for (const part of partsOf(message.content)) {
      const text = stringOf(part.text);
      const image = imageIn(part);
      if (image !== null) make.add("user", { type: "image", ...image });
      if (part.functionResponse !== undefined) this.#response(make, part);
      if (text === null || text === typed) continue;
      injected ||= isReferenced(text);
      make.add("user", { type: "text", text, injected: injected || isInjected(text) });
    }
  }

  #model(make: EntryMaker, message: JsonObject): void {
    const model = stringOf(message.model);
    this.#facts.model = model ?? this.#facts.model;
    this.#tokens(objectOf(message.tokens));
    for (const thought of arrayOf(message.thoughts).map(objectOf)) {
      addThought(make, [thought.subject, thought.description], model);
    }
    const injected = isAcknowledgement(message);
    const calls = arrayOf(message.toolCalls).map(objectOf);
    for (const part of partsOf(message.content)) {
      const text = stringOf(part.text);
      if (text !== null && part.thought === true) addThought(make, [text], model);
      else if (text !== null) make.add("assistant", { type: "text", text, injected }, model);
      const call = objectOf(part.functionCall);
      const isNamed = stringOf(call.name) !== null && !calls.some(({ id }) => id === call.id);
      if (isNamed) calls.push(call);
    }
    for (const [index, call] of calls.entries()) {
      this.#call(make, call, stringOf(call.id) ?? `${message.id}-call-${index}`, model);
    }
  }

  #call(make: EntryMaker, call: JsonObject, callId: string, model: string | null): void {
    const tool = stringOf(call.name) ?? "unknown";
    const input = objectOf(call.args);
    make.add("assistant", { type: "tool_call", callId, tool, input }, model);
    const answer = answerIn(call.result, callId);
    const interrupted = call.status === "cancelled";
    if (answer === null && !interrupted && call.status !== "error") {
      this.#open.add(callId);
      return;
    }
    const output = answer?.output ?? stringOf(call.resultDisplay) ?? "";
    const failed = call.status === "error" || interrupted || answer?.failed === true;
    addResult(make, callId, output, failed, interrupted, timeOf(call.timestamp));
    for (const part of partsOf(call.result)) {
      const image = imageIn(part);
      if (image !== null) make.add("user", { type: "image", ...image });
    }
    if (tool === "write_todos" && !failed)
      make.add("assistant", { type: "todos", todos: todosOf(input.todos) });
  }

  /** A result that is only in the message after the call's: most are in both. */
  #response(make: EntryMaker, part: Part): void {
    const callId = stringOf(objectOf(part.functionResponse).id) ?? "";
    const answer = this.#open.delete(callId) ? answerIn(part, callId) : null;
    if (answer !== null) addResult(make, callId, answer.output, answer.failed, false, null);
  }

  #tokens(tokens: JsonObject): void {
    this.#input += (numberOf(tokens.input) ?? 0) + (numberOf(tokens.tool) ?? 0);
    this.#output += (numberOf(tokens.output) ?? 0) + (numberOf(tokens.thoughts) ?? 0);
    const total = this.#input + this.#output;
    if (total > 0) this.#facts.tokens = { input: this.#input, output: this.#output, total };
  }
}

function addThought(make: EntryMaker, pieces: unknown[], model: string | null): void {
  const text = stringOf(pieces.flatMap((piece) => stringOf(piece) ?? []).join("\n"));
  if (text !== null) make.add("assistant", { type: "reasoning", text }, model);
}

function addResult(
  make: EntryMaker,
  callId: string,
  output: string,
  failed: boolean,
  interrupted: boolean,
  at: string | null,
): void {
  const code = EXIT_CODE.exec(output.slice(-300))?.[1];
  const exitCode = code === undefined ? null : Number(code);
  const ok = !failed && (exitCode ?? 0) === 0;
  make.add("user", { type: "tool_result", callId, output, ok, exitCode, interrupted });
  const entry = make.made.at(-1);
  if (at !== null && entry !== undefined) entry.at = at;
}

// Other notices are about the client: they are no part of the conversation.
function addNotice(make: EntryMaker, message: JsonObject): void {
  const text = textOf(message.content);
  if (text === null) return;
  const cause = CANCELLED.test(text) ? "user" : causeOf(text);
  if (message.type === "error" || cause !== "error")
    make.add("system", { type: "interruption", cause, text });
}

function todosOf(value: unknown): Todo[] {
  return arrayOf(value).flatMap((item) => {
    const { description, status } = objectOf(item);
    const text = stringOf(description);
    return text === null ? [] : [{ text, status: statusOf(status) }];
  });
}

function statusOf(status: unknown): Todo["status"] {
  if (status === "in_progress" || status === "completed" || status === "cancelled") return status;
  return "pending";
}
