import type { Entry, InterruptionEntry, ReadStats, Role } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, parseJson, stringOf, timeOf } from "../../base/json.ts";
import { countSkip, unknownType } from "../../base/read-stats.ts";
import type { Row } from "../sqlite/engine.ts";

/**
 * One message of the Go-era database: its `parts` are JSON, `[{type, data}]`, and the answers of tools stand in
 * messages of the role `tool`.
 */
export function* goEntries(row: Row, isSummary: boolean, stats: ReadStats): Generator<Entry> {
  const parts = parseJson(stringOf(row.parts) ?? "[]");
  if (parts === null) {
    countSkip(stats, "torn");
    return;
  }
  stats.records += 1;
  const role: Role = row.role === "user" || row.role === "tool" ? "user" : "assistant";
  const model = role === "assistant" ? stringOf(row.model) : null;
  const base = { parent: null, role, at: timeOf(row.created_at), model };
  for (const [index, part] of arrayOf(parts).entries()) {
    const { type, data } = objectOf(part);
    const entry = goEntry(type, objectOf(data), { ...base, id: `${row.id}#${index}` }, isSummary);
    if (entry === undefined) countSkip(stats, unknownType(type));
    else if (entry !== null) yield entry;
  }
}

type Base = { id: string; parent: null; role: Role; at: string | null; model: string | null };

/** Null for a part that says nothing, undefined for one of an unknown type. */
function goEntry(type: unknown, data: JsonObject, base: Base, isSummary: boolean): Entry | null | undefined {
  switch (type) {
    case "text": {
      const text = stringOf(data.text);
      if (text === null) return null;
      if (isSummary) return { ...base, type: "compaction", summary: text };
      return { ...base, type: "text", text, injected: false };
    }
    case "reasoning": {
      const text = stringOf(data.thinking);
      return text === null ? null : { ...base, type: "reasoning", text };
    }
    case "tool_call": {
      const input = objectOf(parseJson(stringOf(data.input) ?? "{}"));
      const tool = stringOf(data.name) ?? "unknown";
      return { ...base, type: "tool_call", callId: stringOf(data.id) ?? base.id, tool, input };
    }
    case "tool_result":
      return {
        ...base,
        type: "tool_result",
        callId: stringOf(data.tool_call_id) ?? base.id,
        output: stringOf(data.content) ?? "",
        ok: data.is_error !== true,
        exitCode: null,
        interrupted: false,
      };
    case "image_url":
      return { ...base, type: "image", mediaType: "image/*", data: null, source: stringOf(data.url) };
    case "binary":
      return {
        ...base,
        type: "image",
        mediaType: stringOf(data.MIMEType) ?? "application/octet-stream",
        data: stringOf(data.Data),
        source: stringOf(data.Path),
      };
    case "finish":
      return interruption(stringOf(data.reason), base);
    default:
      return undefined;
  }
}

function interruption(reason: string | null, base: Base): InterruptionEntry | null {
  if (reason !== "canceled" && reason !== "error" && reason !== "permission_denied") return null;
  const cause = reason === "error" ? "error" : "user";
  return { ...base, type: "interruption", cause, text: `The answer ended with "${reason}".` };
}
