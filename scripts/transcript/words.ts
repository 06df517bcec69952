import type { Entry } from "../../schema/transcript.ts";
import { isObject } from "../base/json.ts";

/** The lines of text in an entry, for whoever looks for words in it: what was said and done, nothing of the entry's form. */
export function linesOf(entry: Entry): string[] {
  return textsOf(entry).flatMap((text) => text.split(/\r?\n/));
}

/** The lines of text in any value: the names and values of a tool call's arguments. */
export function linesIn(value: unknown): string[] {
  if (typeof value === "string") return value.split(/\r?\n/);
  if (Array.isArray(value)) return value.flatMap(linesIn);
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => [key, ...linesIn(item)]);
  return value === null || value === undefined ? [] : [String(value)];
}

function textsOf(entry: Entry): string[] {
  switch (entry.type) {
    case "tool_call":
      return [entry.tool, ...linesIn(entry.input)];
    case "tool_result":
      return [entry.output];
    case "compaction":
      return [entry.summary];
    case "todos":
      return entry.todos.map(({ text }) => text);
    case "image":
      return [entry.source ?? ""];
    default:
      return [entry.text];
  }
}
