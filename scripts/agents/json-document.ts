import { statSync } from "node:fs";
import { type Node, parseTree } from "jsonc-parser";
import { MAX_DOCUMENT_BYTES, readTextSync } from "../base/files.ts";
import { isObject, type JsonObject, parseJson } from "../base/json.ts";

/** A JSON document, as much of it as is whole. */
export interface JsonDocument {
  value: JsonObject;
  /** Items of its lists that are not. */
  torn: number;
}

/**
 * Reads a document that is a session of its own. When it is torn, the items of its lists before that are still whole.
 * Null when it is no object.
 */
export function readDocument(path: string): JsonDocument | null {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return null;
  const text = readTextSync(path, { maxBytes: MAX_DOCUMENT_BYTES });
  if (text === null) return null;
  const value = parseJson(text);
  if (value !== null) return isObject(value) ? { value, torn: 0 } : null;
  return salvage(text);
}

function salvage(text: string): JsonDocument | null {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  if (tree?.type !== "object") return null;
  const value: JsonObject = {};
  let torn = 0;
  for (const { children: [name, item] = [] } of tree.children ?? []) {
    if (typeof name?.value !== "string" || item === undefined) continue;
    if (item.type !== "array") {
      value[name.value] = item.value;
      continue;
    }
    const items = (item.children ?? []).map((child) => wholeItem(text, child));
    value[name.value] = items.filter((child) => child !== null);
    torn += items.filter((child) => child === null).length;
  }
  return { value, torn };
}

function wholeItem(text: string, { offset, length }: Node): JsonObject | null {
  const value = parseJson(text.slice(offset, offset + length));
  return isObject(value) ? value : null;
}
