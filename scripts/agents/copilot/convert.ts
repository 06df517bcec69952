import type { Entry, Role } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, numberOf, objectOf, stringOf, timeOf } from "../../base/json.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { causeOf } from "../limits.ts";
import { addAttachment, addBinary } from "./attachments.ts";
import { exitCodeIn } from "./exit-note.ts";
import { todosOf } from "./todos.ts";

/** Messages that the client itself sends in the person's place, by what they name as their source. */
const NOT_TYPED = /^(skill|agent|system|autopilot|hook|schedule|workflow|extension|mcp)\b/;
const GIVEN_UP = /^(abort|interrupt|cancel)/i;

/** Turns events of the person's own session into entries. Remembers calls that are open, and what was thought last. */
export class Converter {
  readonly #tools = new Map<string, { tool: string; input: JsonObject }>();
  #thought: string | null = null;

  entriesOf(id: string, event: JsonObject): Entry[] {
    const data = objectOf(event.data);
    const make = new EntryMaker(id, timeOf(event.timestamp));
    switch (event.type) {
      case "user.message":
        this.#said(make, data);
        break;
      case "assistant.reasoning":
        this.#think(make, stringOf(data.content), null);
        break;
      case "assistant.message":
        this.#answer(make, data);
        break;
      case "tool.user_requested":
        this.#call(make, "user", data.toolCallId, data.toolName, data.arguments, null);
        break;
      case "tool.execution_start":
        // Known already from the answer that asked for it, unless that was lost.
        this.#call(make, "assistant", data.toolCallId, data.toolName, data.arguments, stringOf(data.model));
        break;
      case "tool.execution_complete":
        this.#result(make, data);
        break;
      case "system.notification":
        addText(make, "user", data.content, true);
        break;
      case "session.compaction_complete":
        if (data.success === true) addSummary(make, data.summaryContent);
        break;
      case "session.handoff":
        addSummary(make, data.summary);
        break;
      case "abort":
        make.add("system", { type: "interruption", cause: "user", text: stringOf(data.reason) ?? "aborted" });
        break;
      case "session.error":
        make.add("system", { type: "interruption", ...failureOf(data) });
        break;
      case "session.shutdown":
        if (data.shutdownType === "error") {
          const text = stringOf(data.errorReason) ?? "The client ended with an error.";
          make.add("system", { type: "interruption", cause: causeOf(text), text });
        }
    }
    return make.made;
  }

  #said(make: EntryMaker, data: JsonObject): void {
    const injected = data.isAutopilotContinuation === true || NOT_TYPED.test(stringOf(data.source) ?? "");
    addText(make, "user", data.content, injected);
    for (const attachment of arrayOf(data.attachments)) addAttachment(make, objectOf(attachment));
  }

  #answer(make: EntryMaker, data: JsonObject): void {
    const model = stringOf(data.model);
    const thought = stringOf(data.reasoningText);
    // Some clients record a thought by itself and once more with the answer.
    if (thought !== this.#thought) this.#think(make, thought, model);
    this.#thought = null;
    addText(make, "assistant", data.content, false, model);
    for (const request of arrayOf(data.toolRequests).map(objectOf)) {
      this.#call(make, "assistant", request.toolCallId, request.name, request.arguments, model);
    }
  }

  #think(make: EntryMaker, text: string | null, model: string | null): void {
    if (text === null) return;
    make.add("assistant", { type: "reasoning", text }, model);
    this.#thought = text;
  }

  #call(make: EntryMaker, role: Role, id: unknown, name: unknown, args: unknown, model: string | null): void {
    const callId = stringOf(id);
    if (callId === null || this.#tools.has(callId)) return;
    const tool = stringOf(name) ?? "unknown";
    const input = typeof args === "string" ? { input: args } : objectOf(args);
    this.#tools.set(callId, { tool, input });
    make.add(role, { type: "tool_call", callId, tool, input }, model);
  }

  #result(make: EntryMaker, data: JsonObject): void {
    const callId = stringOf(data.toolCallId) ?? "";
    const result = objectOf(data.result);
    const error = objectOf(data.error);
    const output = stringOf(result.content) ?? stringOf(error.message) ?? "";
    const exitCode = numberOf(objectOf(data.shellExecution).exitCode) ?? exitCodeIn(output);
    const interrupted = data.success !== true && GIVEN_UP.test(stringOf(error.code) ?? "");
    const ok = data.success === true && (exitCode ?? 0) === 0;
    make.add("user", { type: "tool_result", callId, output, ok, exitCode, interrupted });
    for (const binary of arrayOf(result.binaryResultsForLlm)) addBinary(make, objectOf(binary));
    const call = this.#tools.get(callId);
    this.#tools.delete(callId);
    if (call?.tool !== "update_todo" || data.success !== true) return;
    make.add("assistant", { type: "todos", todos: todosOf(call.input.todos) });
  }
}

function addText(
  make: EntryMaker,
  role: Role,
  value: unknown,
  injected: boolean,
  model: string | null = null,
) {
  const text = stringOf(value);
  if (text !== null) make.add(role, { type: "text", text, injected }, model);
}

function addSummary(make: EntryMaker, value: unknown): void {
  const summary = stringOf(value);
  if (summary !== null) make.add("user", { type: "compaction", summary });
}

function failureOf(data: JsonObject) {
  const text = stringOf(data.message) ?? "The client reported an error.";
  const isLimit = data.errorType === "rate_limit" || data.errorType === "quota" || data.statusCode === 429;
  return { cause: isLimit ? ("rate_limit" as const) : causeOf(text), text };
}
