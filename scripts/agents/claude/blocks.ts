import type { ImageEntry } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, stringOf } from "../../base/json.ts";

/** The text of a message's or a result's content: a string, or blocks of which some are text. */
export function blockText(content: unknown): string {
  if (typeof content === "string") return content;
  return arrayOf(content)
    .flatMap((item) => {
      const block = objectOf(item);
      return stringOf(block.text) ?? stringOf(objectOf(block.content).text) ?? linkOf(block) ?? [];
    })
    .join("\n");
}

/** Inline images carry their data; others only say where they are. Documents are told like images. */
export function imageOf(block: JsonObject): Pick<ImageEntry, "type" | "mediaType" | "data" | "source"> {
  const source = objectOf(block.source);
  return {
    type: "image",
    mediaType: stringOf(source.media_type) ?? (block.type === "document" ? "application/pdf" : "image/png"),
    data: source.type === "base64" ? stringOf(source.data) : null,
    source: stringOf(source.url) ?? stringOf(source.file_id),
  };
}

// What a web search found.
function linkOf({ title, url }: JsonObject): string | null {
  return typeof url === "string" ? `${typeof title === "string" ? `${title} ` : ""}${url}` : null;
}
