import { unlink } from "node:fs/promises";
import { errorCode } from "../base/errors.ts";
import { readTextIfExists, writeFileAtomic } from "../base/files.ts";
import { arrayOf, objectOf, parseJson, stringOf } from "../base/json.ts";

/** A write that belongs together with others. `text` has been redacted. */
export interface PendingWrite {
  place: { agent: string; file: string };
  text: string;
}

/**
 * Notes down, before the first of several files is written, what all of them will be. From then on the whole
 * counts as decided: if this process dies, whoever holds the lock next finishes it.
 */
export async function recordPending(path: string, writes: readonly PendingWrite[]): Promise<void> {
  await writeFileAtomic(path, JSON.stringify(writes), { mode: 0o600 });
}

/** Finishes what a dead process had decided. Call it with the lock held. */
export async function finishPending(
  path: string,
  apply: (place: PendingWrite["place"], text: string) => Promise<void>,
): Promise<void> {
  const text = await readTextIfExists(path);
  if (text === null) return;
  // It was written in one step: what cannot be read is no decision of ours, and must not stand in the way for ever.
  for (const { place, text: content } of pendingWrites(text)) await apply(place, content);
  await forgetPending(path);
}

function pendingWrites(text: string): PendingWrite[] {
  return arrayOf(parseJson(text)).flatMap((item) => {
    const { place, text: content } = objectOf(item);
    const [agent, file] = [stringOf(objectOf(place).agent), stringOf(objectOf(place).file)];
    return agent === null || file === null || typeof content !== "string"
      ? []
      : [{ place: { agent, file }, text: content }];
  });
}

export async function forgetPending(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error;
  });
}
