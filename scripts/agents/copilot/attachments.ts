import { type JsonObject, stringOf } from "../../base/json.ts";
import type { EntryMaker } from "../../transcript/entry-maker.ts";

/** What the person attached to a message: an image, or something that is named. */
export function addAttachment(make: EntryMaker, attachment: JsonObject): void {
  const mediaType = stringOf(attachment.mimeType) ?? "";
  const path = stringOf(attachment.path) ?? stringOf(attachment.filePath);
  const name =
    path ?? stringOf(attachment.displayName) ?? stringOf(attachment.url) ?? stringOf(attachment.assetId);
  if (mediaType.startsWith("image/")) {
    make.add("user", { type: "image", mediaType, data: stringOf(attachment.data), source: name });
  } else if (name !== null) {
    make.add("user", {
      type: "text",
      text: `[attached ${stringOf(attachment.type) ?? "file"}: ${name}]`,
      injected: true,
    });
  }
}

/** An image that a tool answered with. */
export function addBinary(make: EntryMaker, binary: JsonObject): void {
  const mediaType = stringOf(binary.mimeType) ?? "";
  if (!mediaType.startsWith("image/")) return;
  const source = stringOf(binary.description) ?? stringOf(binary.assetId);
  make.add("user", { type: "image", mediaType, data: stringOf(binary.data), source });
}
