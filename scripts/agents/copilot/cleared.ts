import { readChunks } from "../../base/chunks.ts";

const NEEDLE = Buffer.from('"type":"session.context_cleared"');

/**
 * Where in the file the context was last cleared, in bytes; -1 when it never was. What was said before is no longer part
 * of the conversation. Looks for the client's own spelling, which cannot stand within a string of JSON.
 */
export async function lastCleared(path: string, size: number): Promise<number> {
  let found = -1;
  let offset = 0;
  let end = Buffer.alloc(0);
  for await (const chunk of readChunks(path, 0, size)) {
    // The needle may lie across two chunks.
    const seam = Buffer.concat([end, chunk.subarray(0, NEEDLE.length - 1)]);
    const inSeam = seam.lastIndexOf(NEEDLE);
    if (inSeam !== -1) found = offset - end.length + inSeam;
    const inChunk = chunk.lastIndexOf(NEEDLE);
    if (inChunk !== -1) found = offset + inChunk;
    offset += chunk.length;
    end = Buffer.from(chunk.subarray(Math.max(0, chunk.length - NEEDLE.length + 1)));
  }
  return found;
}
