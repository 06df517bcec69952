import { open } from "node:fs/promises";

const CHUNK = 512 * 1024;

/**
 * The bytes `[from, to)` of a file, read only, in chunks. Each chunk is valid until the next is asked for: its memory
 * is used again. What a writer adds meanwhile is left for the next read: `to` defaults to the size when it is opened.
 */
export async function* readChunks(path: string, from = 0, to?: number): AsyncGenerator<Buffer> {
  const file = await open(path, "r");
  try {
    const end = to ?? (await file.stat()).size;
    const chunk = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK, end - from)));
    let position = from;
    while (position < end) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, end - position), position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
