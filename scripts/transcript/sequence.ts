import type { Entry, ToolResultEntry } from "../../schema/transcript.ts";
import { Pairing } from "./pairing.ts";

/**
 * What every reader does last: each call gets one result, and each entry the one before it as its parent. The live
 * branch is a line, whatever tree the store keeps.
 */
export function inSequence(
  entries: AsyncIterable<Entry>,
  onLeftOut: (result: ToolResultEntry) => void,
): AsyncGenerator<Entry> {
  return batchesInSequence(singly(entries), onLeftOut);
}

/** `inSequence` for entries that come in batches, which is several times faster for long sessions. */
export async function* batchesInSequence(
  batches: AsyncIterable<readonly Entry[]>,
  onLeftOut: (result: ToolResultEntry) => void,
): AsyncGenerator<Entry> {
  const pairing = new Pairing(onLeftOut);
  let parent: string | null = null;
  const link = (entry: Entry): Entry => {
    entry.parent = parent;
    parent = entry.id;
    return entry;
  };
  for await (const batch of batches) {
    for (const entry of batch) pairing.push(entry);
    for (const entry of pairing.take()) yield link(entry);
  }
  pairing.end();
  for (const entry of pairing.take()) yield link(entry);
}

async function* singly(entries: AsyncIterable<Entry>): AsyncGenerator<Entry[]> {
  for await (const entry of entries) yield [entry];
}
