import type { ImageEntry } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, stringOf } from "../../base/json.ts";
import { type Piece, tellApart } from "./noise.ts";

export interface Message {
  pieces: Piece[];
  images: Pick<ImageEntry, "type" | "mediaType" | "data" | "source">[];
  /** What the speaker said, without what the client added: tells the same message in its other records. */
  said: string;
}

/** A message item, of whichever role. Newer clients note beside it what each part of the content is. */
export function messageOf(item: JsonObject): Message {
  const kinds = arrayOf(objectOf(item.internal_chat_message_metadata_passthrough).content_item_kinds);
  const parts = partsOf(item.content);
  const pieces = parts.flatMap((part, index) => {
    const text = stringOf(part.text);
    if (text === null) return [];
    if (item.role === "assistant") return { text, injected: false };
    return tellApart(text, kinds.length === parts.length ? stringOf(kinds[index]) : null);
  });
  const said = pieces.filter(({ injected }) => !injected).map(({ text }) => text);
  return { pieces, images: parts.flatMap((part) => imageOf(part) ?? []), said: said.join("") };
}

export function partsOf(content: unknown): JsonObject[] {
  return typeof content === "string" ? [{ text: content }] : arrayOf(content).map(objectOf);
}

/** Images are data URLs, or point elsewhere; null for a part that is none. */
export function imageOf({ type, image_url }: JsonObject): Message["images"][number] | null {
  if (type !== "input_image" || typeof image_url !== "string") return null;
  const inline = /^data:([^;,]+);base64,/.exec(image_url);
  if (inline === null) return { type: "image", mediaType: "image/png", data: null, source: image_url };
  const data = image_url.slice(inline[0].length);
  return { type: "image", mediaType: inline[1] ?? "image/png", data, source: null };
}
