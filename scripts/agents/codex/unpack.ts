import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { stat } from "node:fs/promises";
import type { Transform } from "node:stream";
import { Decompress } from "fzstd";

const CHUNK = 256 * 1024;
/** Small, because the portable decoder calls itself for each frame that begins in a chunk. */
const PORTABLE_CHUNK = 32 * 1024;
/** Packed bytes that are looked at for the beginning: one block holds up to 128 KiB, which may hardly be packed at all. */
const MOST_PACKED = 1024 * 1024;

/** What is wrong with an archive: it is damaged, or wants more memory than a reader has. */
export class DamagedArchive extends Error {}

/** The content of a zstd archive, of all its frames, in chunks. Throws `DamagedArchive` after what comes before the damage. */
export async function* unpack(path: string): AsyncGenerator<Buffer> {
  const zlib: object = await import("node:zlib");
  yield* hasZstd(zlib) ? unpackNative(path, () => zlib.createZstdDecompress()) : unpackPortable(path);
}

/** The beginning of an archive's content, about `bytes` of it or less; empty when even that is damaged. */
export function unpackStart(path: string, bytes: number): Buffer {
  const file = openSync(path, "r");
  try {
    const decoder = new PortableDecoder();
    const parts: Buffer[] = [];
    let length = 0;
    for (let at = 0; at < MOST_PACKED && length < bytes && decoder.damage === null; at += PORTABLE_CHUNK) {
      // The decoder keeps what it was given until it has a whole block.
      const packed = Buffer.alloc(PORTABLE_CHUNK);
      const read = readSync(file, packed, 0, packed.length, at);
      if (read === 0) break;
      for (const part of decoder.push(packed.subarray(0, read))) {
        parts.push(part);
        length += part.length;
      }
    }
    return Buffer.concat(parts).subarray(0, bytes * 2);
  } finally {
    closeSync(file);
  }
}

// Node has had zstd of its own since 22.15.
function hasZstd(zlib: object): zlib is { createZstdDecompress(): NativeDecoder } {
  return "createZstdDecompress" in zlib;
}

type NativeDecoder = Transform & { bytesWritten: number };

async function* unpackNative(path: string, newDecoder: () => NativeDecoder): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  // A decoder ends in silence behind a frame that ends within a chunk: the next frame takes another one.
  for (let from = 0; from < size; ) {
    const decoder = newDecoder();
    const file = createReadStream(path, { start: from, end: size - 1, highWaterMark: CHUNK });
    file.on("error", (error) => decoder.destroy(error));
    try {
      yield* file.pipe(decoder);
    } catch (error) {
      throw isNativeDamage(error) ? new DamagedArchive(error.message, { cause: error }) : error;
    } finally {
      file.destroy();
    }
    if (decoder.bytesWritten === 0) return;
    from += decoder.bytesWritten;
  }
}

function isNativeDamage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && /^(ZSTD_|Z_|ERR_ZLIB)/.test(String(error.code));
}

async function* unpackPortable(path: string): AsyncGenerator<Buffer> {
  const decoder = new PortableDecoder();
  for await (const chunk of createReadStream(path, { highWaterMark: PORTABLE_CHUNK })) {
    yield* decoder.push(chunk);
    if (decoder.damage !== null) throw decoder.damage;
  }
  yield* decoder.push(new Uint8Array(0), true);
  if (decoder.damage !== null) throw decoder.damage;
}

/** Gives what comes before the damage, and then says what that is. */
class PortableDecoder {
  #ready: Buffer[] = [];
  readonly #decoder = new Decompress((part) => this.#ready.push(Buffer.from(part)));
  damage: DamagedArchive | null = null;

  push(chunk: Uint8Array, isLast = false): Buffer[] {
    try {
      this.#decoder.push(chunk, isLast);
    } catch (error) {
      // The decoder has errors of its own for some damage only; what it does not foresee comes from what it calls.
      if (!(error instanceof Error)) throw error;
      this.damage = new DamagedArchive(error.message, { cause: error });
    }
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}
