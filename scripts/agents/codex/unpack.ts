import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import type { Transform } from "node:stream";
import { Decompress } from "fzstd";

const CHUNK = 256 * 1024;

/** The content of a zstd archive, in chunks. Throws where the archive is damaged, after what comes before. */
export async function* unpack(path: string): AsyncGenerator<Buffer> {
  const zlib: object = await import("node:zlib");
  yield* hasZstd(zlib) ? unpackNative(path, zlib.createZstdDecompress()) : unpackPortable(path);
}

/** The beginning of an archive's content, about `bytes` of it or less; empty when even that is damaged. */
export function unpackStart(path: string, bytes: number): Buffer {
  const file = openSync(path, "r");
  try {
    const packed = Buffer.alloc(bytes);
    const length = readSync(file, packed, 0, bytes, 0);
    const parts: Uint8Array[] = [];
    try {
      new Decompress((part) => parts.push(part.slice())).push(packed.subarray(0, length));
    } catch (error) {
      // What came out before the damage is all that there is.
      if (!isDamage(error)) throw error;
    }
    return Buffer.concat(parts).subarray(0, bytes * 2);
  } finally {
    closeSync(file);
  }
}

// Node has had zstd of its own since 22.15.
function hasZstd(zlib: object): zlib is { createZstdDecompress(): Transform } {
  return "createZstdDecompress" in zlib;
}

async function* unpackNative(path: string, decoder: Transform): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  file.on("error", (error) => decoder.destroy(error));
  yield* file.pipe(decoder);
}

async function* unpackPortable(path: string): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  const decoder = new Decompress((part) => ready.push(Buffer.from(part)));
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    const damage = pushTo(decoder, chunk, false);
    yield* ready.splice(0);
    if (damage !== null) throw damage;
  }
  const damage = pushTo(decoder, new Uint8Array(0), true);
  yield* ready.splice(0);
  if (damage !== null) throw damage;
}

function pushTo(decoder: Decompress, chunk: Uint8Array, isLast: boolean): Error | null {
  try {
    decoder.push(chunk, isLast);
    return null;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error;
  }
}

/** Whether an archive was found to be damaged or cut off, and not something else went wrong. */
export function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return typeof error.code === "number" || /^(ZSTD_|Z_|ERR_ZLIB)/.test(String(error.code));
}
