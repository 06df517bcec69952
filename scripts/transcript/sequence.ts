import type { Entry, ToolResultEntry } from "../../schema/transcript.ts";
import { pairCalls } from "./pairing.ts";

/**
 * What every reader does last: each call gets one result, and each entry the one before it as its parent. The live
 * branch is a line, whatever tree the store keeps.
 */
export async function* inSequence(
  entries: AsyncIterable<Entry>,
  onLeftOut: (result: ToolResultEntry) => void,
): AsyncGenerator<Entry> {
  let parent: string | null = null;
  for await (const entry of pairCalls(entries, onLeftOut)) {
    entry.parent = parent;
    parent = entry.id;
    yield entry;
  }
}
