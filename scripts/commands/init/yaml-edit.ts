import { isDeepStrictEqual } from "node:util";
import { type Document, type Node, parseDocument } from "yaml";
import { insertBlock } from "./marks.ts";

/** A piece of text to go in as a marked block, above the line that `offset` is on. */
export interface Insertion {
  offset: number;
  lines: string[];
}

/** The one document in a YAML text, or null when it has several, or a fault. */
export function readYaml(text: string): Document | null {
  const document = parseDocument(text);
  return document.errors.length === 0 ? document : null;
}

/**
 * `text` with the insertions as marked blocks, each indented like the line that it goes above; everything else to
 * the byte as it was. Null when the result would not say exactly `wanted`: then the text is not written in a way
 * that can be added to.
 */
export function insertYaml(text: string, insertions: readonly Insertion[], wanted: unknown): string | null {
  let result = text;
  // From the end, so that the offsets before stay true.
  for (const { offset, lines } of [...insertions].sort((a, b) => b.offset - a.offset)) {
    const start = offset >= result.length ? result.length : result.lastIndexOf("\n", offset - 1) + 1;
    const indent = offset >= result.length ? "" : (/^[ \t]*/.exec(result.slice(start))?.[0] ?? "");
    result = insertBlock(result, start, lines, indent);
  }
  const document = readYaml(result);
  return document !== null && isDeepStrictEqual(document.toJS(), wanted) ? result : null;
}

/** Where a node's text begins. */
export function startOf(node: Node | null | undefined): number | null {
  return node?.range?.[0] ?? null;
}
