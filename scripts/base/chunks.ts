import { closeSync, fstatSync, readSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { openRegularFile } from "./files.ts";

// Small enough that what is made of one chunk is garbage before the collector moves it.
const CHUNK = 128 * 1024;

/**
 * The bytes `[from, to)` of a file, read only, in chunks. Each chunk is valid until the next is asked for: its memory
 * is used again. What a writer adds meanwhile is left for the next read: `to` defaults to the size when it is opened.
 */
export async function* readChunks(path: string, from = 0, to?: number): AsyncGenerator<Buffer> {
  // Synchronous, because the way through the thread pool and back costs more than the read itself.
  const file = openRegularFile(path);
  try {
    const end = Math.min(to ?? Number.POSITIVE_INFINITY, fstatSync(file).size);
    const chunk = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK, end - from)));
    let position = from;
    while (position < end) {
      const bytes = readSync(file, chunk, 0, Math.min(chunk.length, end - position), position);
      if (bytes === 0) return;
      position += bytes;
      yield chunk.subarray(0, bytes);
      // Whoever reads for seconds must still hear Ctrl-C.
      if (position < end) await turn();
    }
  } finally {
    closeSync(file);
  }
}
