import { type JsonObject, objectOf, stringOf } from "../../base/json.ts";

/** One part of a message's content: `{text}`, `{functionCall}`, `{functionResponse}`, `{inlineData}`… */
export type Part = JsonObject;

const CONTEXT = /^\s*<(session_context|hook_context)>/;
const SNAPSHOT = /^\s*<state_snapshot>/;
const REFERENCED = /^\s*--- Content from referenced files ---/;
const NUDGE = /^\s*(System: )?Please continue\.\s*$/;
const ACKNOWLEDGED = "Got it. Thanks for the additional context!";

/** Content is a string, a part, or a list of either. */
export function partsOf(content: unknown): Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ text: content }];
  if (Array.isArray(content)) return content.flatMap(partsOf);
  const part = objectOf(content);
  return Object.keys(part).length === 0 ? [] : [part];
}

/** What is said in the content, without thoughts; null when nothing is. */
export function textOf(content: unknown): string | null {
  const texts = partsOf(content).flatMap(({ text, thought }) =>
    typeof text === "string" && thought !== true ? [text] : [],
  );
  return stringOf(texts.join(""));
}

/** What the client put there by itself: the environment, what hooks said, its own nudge to go on. */
export function isInjected(text: string): boolean {
  return CONTEXT.test(text) || NUDGE.test(text);
}

/** Where the contents of files begin that the person only named. */
export function isReferenced(text: string): boolean {
  return REFERENCED.test(text);
}

/** Whether the message only sets the scene: no one said anything. */
export function isContext(message: JsonObject): boolean {
  return message.type === "user" && CONTEXT.test(textOf(message.content) ?? "");
}

/**
 * Where in a new history the summary of the old one stands, -1 when there is none: what the person seems to say first,
 * in the client's own form of a summary or acknowledged in the model's name with the client's own words.
 */
export function summaryIn(messages: readonly JsonObject[]): number {
  const at = messages.findIndex((message) => !isContext(message));
  const text = textOf(messages[at]?.content);
  if (messages[at]?.type !== "user" || text === null) return -1;
  return SNAPSHOT.test(text) || isAcknowledgement(messages[at + 1]) ? at : -1;
}

export function isAcknowledgement(message: JsonObject | undefined): boolean {
  return message?.type === "gemini" && textOf(message.content) === ACKNOWLEDGED;
}

/** The image in a part, or null. */
export function imageIn(
  part: Part,
): { mediaType: string; data: string | null; source: string | null } | null {
  const inline = objectOf(part.inlineData);
  const file = objectOf(part.fileData);
  const mediaType = stringOf(inline.mimeType) ?? stringOf(file.mimeType);
  if (mediaType === null || !mediaType.startsWith("image/")) return null;
  return { mediaType, data: stringOf(inline.data), source: stringOf(file.fileUri) };
}

/** What a tool answered, from the responses in `result` that belong to the call; null when there is none. */
export function answerIn(result: unknown, callId: string): { output: string; failed: boolean } | null {
  const responses = partsOf(result).flatMap((part) =>
    part.functionResponse ? [objectOf(part.functionResponse)] : [],
  );
  const own = responses.filter(({ id }) => id === callId);
  const found = own.length > 0 ? own : responses.filter(({ id }) => id === undefined);
  if (found.length === 0) return null;
  const bodies = found.map(({ response }) => response);
  return {
    output: bodies.map(outputOf).join("\n"),
    failed: bodies.some((body) => stringOf(objectOf(body).error) !== null),
  };
}

const ENVELOPE = /^<untrusted_context>\n([\s\S]*)\n<\/untrusted_context>$/;

function outputOf(response: unknown): string {
  const body = objectOf(response);
  const texts = [body.output, body.error, body.content].filter((text) => typeof text === "string");
  const text = texts.find((candidate) => candidate !== "") ?? texts[0];
  if (text === undefined) return Object.keys(body).length === 0 ? "" : JSON.stringify(body);
  return ENVELOPE.exec(text)?.[1] ?? text;
}
