import { readFileSync } from "node:fs";
import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import { isObject, type JsonObject, parseJson } from "../../base/json.ts";

/** A JSON document, as much of it as is whole. */
export interface Document {
  value: JsonObject;
  /** Items of the list that are not. */
  torn: number;
}

/**
 * Reads a document that has its records in the list `key`. When it is torn, the records before that are still whole. Null
 * when it is no object with such a list.
 */
export function readDocument(path: string, key: string): Document | null {
  const text = readFileSync(path, "utf8");
  const value = parseJson(text);
  if (value !== null) return isObject(value) && Array.isArray(value[key]) ? { value, torn: 0 } : null;
  return salvage(text, key);
}

function salvage(text: string, key: string): Document | null {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const list = tree === undefined ? undefined : findNodeAtLocation(tree, [key]);
  if (tree === undefined || list?.type !== "array") return null;
  const value: JsonObject = {};
  for (const { children: [name, item] = [] } of tree.children ?? []) {
    if (typeof name?.value === "string" && item !== undefined && item !== list)
      value[name.value] = item.value;
  }
  const items = (list.children ?? []).map((item) => wholeItem(text, item));
  value[key] = items.filter((item) => item !== null);
  return { value, torn: items.filter((item) => item === null).length };
}

function wholeItem(text: string, { offset, length }: Node): JsonObject | null {
  const value = parseJson(text.slice(offset, offset + length));
  return isObject(value) ? value : null;
}
