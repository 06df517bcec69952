import { arrayOf, type JsonObject, objectOf } from "../../base/json.ts";
import { isInterruption, isTyped, tellApart } from "./noise.ts";

/** What the person says in this record; empty for results, reminders and the like. */
export function typedIn(record: JsonObject): string[] {
  const { type, isSidechain, isMeta, isCompactSummary } = record;
  if (isSidechain === true || isMeta === true || isCompactSummary === true) return [];
  const attachment = objectOf(record.attachment);
  if (attachment.type === "queued_command" && isTyped(attachment)) return typedTexts(attachment.prompt);
  return type === "user" ? typedTexts(objectOf(record.message).content) : [];
}

function typedTexts(content: unknown): string[] {
  const texts =
    typeof content === "string" ? [content] : arrayOf(content).map((block) => objectOf(block).text);
  return texts
    .flatMap((text) => (typeof text === "string" ? tellApart(text) : []))
    .flatMap(({ text, injected }) => (injected || isInterruption(text) ? [] : text));
}
