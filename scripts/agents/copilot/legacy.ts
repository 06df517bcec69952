import type { Entry, ReadStats, Role } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, parseJson, stringOf, timeOf, wordOf } from "../../base/json.ts";
import { countSkip, unknownType } from "../../base/read-stats.ts";
import { EntryMaker } from "../../transcript/entry-maker.ts";
import { causeOf } from "../limits.ts";

const SILENT = new Set(["info", "warning", "tool_call_requested"]);

/**
 * The one JSON document that a session was before it became a log of events: `timeline` is what was shown, with times;
 * `chatMessages` is what went to the model, without.
 */
export function* legacyEntries(document: JsonObject, stats: ReadStats): Generator<Entry> {
  const timeline = arrayOf(document.timeline).map(objectOf);
  const isSpoken = timeline.some(({ type }) => type === "user");
  const records = isSpoken ? timeline : arrayOf(document.chatMessages).map(objectOf);
  for (const [index, record] of records.entries()) {
    const make = new EntryMaker(stringOf(record.id) ?? `record-${index}`, timeOf(record.timestamp));
    const known = isSpoken ? addShown(make, record) : addSent(make, record);
    if (known) stats.records += 1;
    else countSkip(stats, unknownType(record.type ?? record.role));
    yield* make.made;
  }
}

/** What the person asked first, or null. */
export function legacyAsk(document: JsonObject): string | null {
  const records = [...arrayOf(document.timeline), ...arrayOf(document.chatMessages)].map(objectOf);
  const first = records.find(({ type, role }) => type === "user" || role === "user");
  return stringOf(first?.text) ?? stringOf(first?.content);
}

function addShown(make: EntryMaker, record: JsonObject): boolean {
  switch (record.type) {
    case "user":
      addText(make, "user", record.text);
      return true;
    case "copilot":
      addText(make, "assistant", record.text);
      return true;
    case "tool_call_completed":
      addCompleted(make, record);
      return true;
    case "error": {
      const text = stringOf(record.text) ?? "The client reported an error.";
      make.add("system", { type: "interruption", cause: causeOf(text), text });
      return true;
    }
    default:
      return SILENT.has(wordOf(record.type));
  }
}

function addCompleted(make: EntryMaker, record: JsonObject): void {
  const callId = stringOf(record.callId) ?? stringOf(record.id) ?? "";
  const result = objectOf(record.result);
  const input = objectOf(record.arguments);
  make.add("assistant", { type: "tool_call", callId, tool: stringOf(record.name) ?? "unknown", input });
  const output = stringOf(result.log) ?? "";
  const ok = result.type === "success";
  make.add("user", { type: "tool_result", callId, output, ok, exitCode: null, interrupted: false });
}

function addSent(make: EntryMaker, record: JsonObject): boolean {
  if (record.role === "system") return true;
  if (record.role === "tool") {
    const callId = stringOf(record.tool_call_id) ?? "";
    const output = stringOf(record.content) ?? "";
    make.add("user", { type: "tool_result", callId, output, ok: null, exitCode: null, interrupted: false });
    return true;
  }
  if (record.role !== "user" && record.role !== "assistant") return false;
  addText(make, record.role, record.content);
  for (const call of arrayOf(record.tool_calls).map(objectOf)) {
    const { name, arguments: args } = objectOf(call.function);
    const input = objectOf(typeof args === "string" ? parseJson(args) : args);
    const callId = stringOf(call.id) ?? "";
    make.add("assistant", { type: "tool_call", callId, tool: stringOf(name) ?? "unknown", input });
  }
  return true;
}

function addText(make: EntryMaker, role: Role, value: unknown): void {
  const text = stringOf(value);
  if (text !== null) make.add(role, { type: "text", text, injected: false });
}
