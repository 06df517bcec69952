import type { Entry, ReadStats, Todo } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, numberOf, objectOf, stringOf, timeOf, wordOf } from "../../base/json.ts";
import { countSkip, unknownType } from "../../base/read-stats.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { causeOf } from "../limits.ts";
import { imported } from "../provenance.ts";
import type { FactsGatherer } from "./facts.ts";
import { imageOf, messageOf, partsOf } from "./message.ts";
import { Once } from "./once.ts";
import { inputOf, outputOf } from "./output.ts";
import { isBareItem, isKnownEvent, isKnownItem, isKnownRecord } from "./record-types.ts";

const STATUSES: ReadonlyMap<string, Todo["status"]> = new Map([
  ["pending", "pending"],
  ["in_progress", "in_progress"],
  ["completed", "completed"],
]);

/** Commands whose output is awaited at a time. */
const MOST_CALLS = 1000;

/** Turns the records of a session, in order, into entries. */
export class Converter {
  readonly #stats: ReadStats;
  readonly #facts: FactsGatherer;
  readonly #once = new Once();
  /** Exit codes that an event told before the call's output came, which may not say it. */
  readonly #exitCodes = new Map<string, number>();
  #number = 0;
  #hasEntries = false;
  #lastFailure: string | null = null;

  constructor(stats: ReadStats, facts: FactsGatherer) {
    this.#stats = stats;
    this.#facts = facts;
  }

  entriesOf(record: JsonObject): Entry[] {
    // Records have no ids of their own in most versions; files only grow, so their number is one.
    const make = new EntryMaker(`item-${this.#number++}`, timeOf(record.timestamp));
    if (isBareItem(record)) this.#item(make, record);
    // What Baton wrote for the screen repeats the item before it.
    else if (record.type === "event_msg" && record.baton !== undefined) return [];
    else if (record.type === undefined && typeof record.id === "string") this.#facts.head(record);
    else if (!isKnownRecord(record)) return this.#unknown(record.type);
    else this.#framed(make, record.type, objectOf(record.payload));
    this.#stats.records += 1;
    this.#hasEntries ||= make.made.length > 0;
    return imported(make.made, record.baton);
  }

  #unknown(type: unknown): Entry[] {
    countSkip(this.#stats, unknownType(type));
    return [];
  }

  #framed(make: EntryMaker, type: unknown, payload: JsonObject): void {
    if (type === "response_item") this.#item(make, payload);
    else if (type === "event_msg") this.#event(make, payload);
    else if (type === "compacted") this.#compacted(make, payload);
    else if (type === "session_meta") this.#facts.head(payload);
    else if (type === "turn_context") this.#facts.turn(payload);
    else if (type === "token_usage_record") this.#facts.tokens(payload.thread_token_usage);
  }

  #item(make: EntryMaker, item: JsonObject): void {
    const type = wordOf(item.type);
    if (type === "message") this.#message(make, item);
    else if (type === "reasoning")
      this.#reasoning(make, [...arrayOf(item.summary), ...arrayOf(item.content)], "item");
    else if (type.endsWith("output")) this.#output(make, item);
    else if (type.endsWith("_call")) this.#call(make, item);
    else if (!isKnownItem(type)) countSkip(this.#stats, unknownType(type));
  }

  #message(make: EntryMaker, item: JsonObject): void {
    const { pieces, images, said } = messageOf(item);
    if (item.role === "assistant") {
      this.#reply(make, said, "item");
    } else if (item.role === "user") {
      for (const { text, injected } of pieces) if (injected) this.#facts.environment(text);
      const isNew = said === "" || this.#once.isNew("user", said, "item");
      for (const piece of pieces) if (piece.injected || isNew) make.add("user", { type: "text", ...piece });
      for (const image of images) make.add("user", image);
    } else {
      for (const { text } of pieces) make.add("system", { type: "text", text, injected: true });
    }
  }

  #reply(make: EntryMaker, text: string, telling: "item" | "event" | "completed"): void {
    if (text.trim() === "" || !this.#once.isNew("assistant", text, telling)) return;
    make.add("assistant", { type: "text", text, injected: false }, this.#facts.model);
  }

  #reasoning(make: EntryMaker, parts: readonly unknown[], telling: "item" | "event" | "completed"): void {
    for (const part of parts) {
      const text = stringOf(part) ?? stringOf(objectOf(part).text);
      if (text === null || !this.#once.isNew("reasoning", text, telling)) continue;
      make.add("assistant", { type: "reasoning", text }, this.#facts.model);
    }
  }

  #call(make: EntryMaker, item: JsonObject): void {
    const tool = stringOf(item.name) ?? wordOf(item.type).replace(/_call$/, "");
    const input = inputOf(item);
    const callId = stringOf(item.call_id) ?? stringOf(item.id) ?? `call-${this.#number}`;
    make.add("assistant", { type: "tool_call", callId, tool, input }, this.#facts.model);
    if (tool === "update_plan")
      make.add("assistant", { type: "todos", todos: planOf(input) }, this.#facts.model);
    // What the provider runs itself has no record of its own for the result.
    if (item.call_id !== undefined || item.type === "local_shell_call") return;
    const output = stringOf(item.result) ?? "";
    const ok = item.status === undefined ? null : item.status === "completed";
    make.add("user", { type: "tool_result", callId, output, ok, exitCode: null, interrupted: false });
  }

  #output(make: EntryMaker, item: JsonObject): void {
    const callId = stringOf(item.call_id) ?? "";
    const { text, exitCode, ok, interrupted } = outputOf(item.output ?? item.tools);
    const told = this.#exitCodes.get(callId);
    this.#exitCodes.delete(callId);
    make.add("user", {
      type: "tool_result",
      callId,
      output: text,
      ok: ok ?? (told === undefined ? null : told === 0),
      exitCode: exitCode ?? told ?? null,
      interrupted,
    });
    for (const image of partsOf(item.output).flatMap((part) => imageOf(part) ?? [])) make.add("user", image);
  }

  #event(make: EntryMaker, event: JsonObject): void {
    const text = stringOf(event.message) ?? stringOf(event.text) ?? "";
    if (event.type === "user_message") this.#typed(make, text, "event");
    else if (event.type === "agent_message") this.#reply(make, text, "event");
    else if (event.type === "agent_reasoning") this.#reasoning(make, [text], "event");
    else if (event.type === "item_completed") this.#completed(make, objectOf(event.item));
    else if (event.type === "exec_command_end") this.#exited(event.call_id, event.exit_code);
    else if (event.type === "token_count") this.#facts.tokens(objectOf(event.info).total_token_usage);
    else if (event.type === "thread_name_updated") this.#facts.named(event.thread_name);
    else if (event.type === "task_started" || event.type === "turn_started") this.#lastFailure = null;
    else if (event.type === "turn_aborted") this.#aborted(make, event.reason);
    else if (event.type === "error") this.#failed(make, event);
    else if (event.type === "task_complete" || event.type === "turn_complete")
      this.#failed(make, objectOf(event.error));
    else if (!isKnownEvent(event.type)) countSkip(this.#stats, unknownType(event.type));
  }

  #typed(make: EntryMaker, message: string, telling: "event" | "completed"): void {
    const { pieces, said } = messageOf({ content: [{ text: message }] });
    if (said === "" || !this.#once.isNew("user", said, telling)) return;
    for (const piece of pieces) make.add("user", { type: "text", ...piece });
  }

  /** The screen's own record of what an item of the model's context says too, or of what became of a command. */
  #completed(make: EntryMaker, item: JsonObject): void {
    const text = partsOf(item.content).map((part) => stringOf(part.text) ?? "");
    if (item.type === "UserMessage") this.#typed(make, text.join(""), "completed");
    else if (item.type === "AgentMessage") this.#reply(make, text.join(""), "completed");
    else if (item.type === "Reasoning") this.#reasoning(make, arrayOf(item.summary_text), "completed");
    else if (item.type === "CommandExecution") this.#exited(item.id, item.exit_code);
  }

  #exited(callId: unknown, exitCode: unknown): void {
    const code = numberOf(exitCode);
    if (typeof callId !== "string" || code === null) return;
    if (this.#exitCodes.size >= MOST_CALLS) this.#exitCodes.clear();
    this.#exitCodes.set(callId, code);
  }

  #aborted(make: EntryMaker, reason: unknown): void {
    // What the person said next took its place: the session went on.
    if (reason === "replaced" || reason === "review_ended") return;
    const cause = reason === "budget_limited" ? "rate_limit" : "user";
    make.add("system", {
      type: "interruption",
      cause,
      text: `The turn was aborted: ${stringOf(reason) ?? "interrupted"}`,
    });
  }

  /** An error of a turn, which may be told twice: when it happens, and when the turn ends. */
  #failed(make: EntryMaker, error: JsonObject): void {
    const text = stringOf(error.message);
    if (text === null || text === this.#lastFailure) return;
    this.#lastFailure = text;
    const cause = causeOf(`${text} ${JSON.stringify(error.codex_error_info ?? "")}`);
    make.add("system", { type: "interruption", cause, text });
  }

  #compacted(make: EntryMaker, payload: JsonObject): void {
    const kept = arrayOf(payload.replacement_history).map(objectOf);
    const said = kept.map((item) => messageOf(item).said);
    const last = said.findLastIndex((text) => text !== "");
    const summary =
      stringOf(payload.message) ?? said[last] ?? "The summary is encrypted: only the provider can read it.";
    // What is kept was said before and has been told then, unless the file begins with it.
    const untold = this.#hasEntries ? [] : kept.filter((_, index) => !said[index]?.endsWith(summary));
    for (const item of untold) this.#item(make, item);
    make.add("user", { type: "compaction", summary });
  }
}

function planOf(input: JsonObject): Todo[] {
  return arrayOf(input.plan).flatMap((item) => {
    const { step, status } = objectOf(item);
    return typeof step === "string" ? { text: step, status: STATUSES.get(wordOf(status)) ?? "pending" } : [];
  });
}
