import { randomBytes } from "node:crypto";
import { link, mkdir, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, errorCode, UserError } from "./errors.ts";
import { explainWriteFailure } from "./file-errors.ts";
import { isProcessAlive, readTextIfExists, sweepTemporaries } from "./files.ts";
import { parseJson } from "./json.ts";
import { shellLine } from "./text.ts";

interface Holder {
  pid: number;
  host: string;
  time: string;
  token: string;
}

// A process that died may have had the very id that this one has now, as the first one of a container always has.
const held = new Set<string>();

/**
 * Runs `work` while holding the lock file at `path`; others on this machine wait for their turn.
 * A lock whose process is dead is taken over. Gives up after `timeoutMs` (default 30 s) with a `UserError`
 * that names the holder. The lock is released whether `work` succeeds or throws.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, timeoutMs = 30_000): Promise<T> {
  const token = await acquire(path, timeoutMs);
  try {
    return await work();
  } finally {
    await release(path, token);
  }
}

async function acquire(path: string, timeoutMs: number): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw explainWriteFailure(dirname(path), error);
  }
  const token = newToken();
  const deadline = Date.now() + timeoutMs;
  let wait = 2;
  while (!(await tryCreate(path, token))) {
    const holder = await readHolder(path);
    if (holder !== null && isDead(holder)) {
      await removeStale(path, holder);
      continue;
    }
    if (Date.now() > deadline) throw busy(path, holder);
    // Jitter keeps a crowd of waiters from knocking in step.
    await sleep(wait * (0.5 + Math.random()));
    wait = Math.min(wait * 1.5, 40);
  }
  await sweepTemporaries(path);
  return token;
}

function newToken(): string {
  const token = randomBytes(8).toString("hex");
  held.add(token);
  return token;
}

// A hard link appears with its content in it; a file opened with O_EXCL would be empty for a moment,
// and for ever if its writer were killed in that moment.
async function tryCreate(path: string, token: string): Promise<boolean> {
  const draft = `${path}.tmp-${process.pid}-${token}`;
  const holder: Holder = { pid: process.pid, host: hostname(), time: new Date().toISOString(), token };
  try {
    await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw explainWriteFailure(path, error);
  } finally {
    await unlink(draft).catch(() => {});
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  const text = await readTextIfExists(path);
  return text === null ? null : (parseJson(text) as Holder | null);
}

function isDead(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  return holder.pid === process.pid ? !held.has(holder.token) : !isProcessAlive(holder.pid);
}

// Two waiters may both see the same dead holder. Only the one that holds the `.takeover` link removes the lock,
// and only if it is still the dead one's: otherwise the slower waiter would remove the faster one's fresh lock.
async function removeStale(path: string, dead: Holder): Promise<void> {
  const takeover = `${path}.takeover`;
  const token = newToken();
  if (!(await tryCreate(takeover, token))) {
    const holder = await readHolder(takeover);
    if (holder !== null && isDead(holder)) await unlink(takeover).catch(() => {});
    await sleep(5);
    return;
  }
  try {
    if ((await readHolder(path))?.token === dead.token) await unlink(path).catch(() => {});
  } finally {
    await unlink(takeover).catch(() => {});
    held.delete(token);
  }
}

async function release(path: string, token: string): Promise<void> {
  if ((await readHolder(path))?.token === token) await unlink(path).catch(() => {});
  held.delete(token);
}

function busy(path: string, holder: Holder | null): UserError {
  const who =
    holder === null ? "another process" : `process ${holder.pid} on ${holder.host}, since ${holder.time}`;
  return new UserError(
    `Another Baton command is still working here (${who}).`,
    `Wait for it to end, or stop it. If you are sure that it is gone: ${shellLine(["rm", path])}`,
    EXIT.failed,
  );
}
