import { createHash } from "node:crypto";
import { readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type CachedFacts, type CacheFile, type KeptAnswer, readCacheFile } from "../../schema/github-api.ts";
import { errorCode, isUserError } from "../base/errors.ts";
import { exists, fileStamp, readTextIfExists, sweepTemporaries, writeFileAtomic } from "../base/files.ts";
import type { GitHubRepository } from "./repository.ts";

const MAX_FILE_BYTES = 512 * 1024;
/** Branches that are remembered, over all repositories that share the folder. */
const MAX_FILES = 50;
const OURS = /^[0-9a-f]{32}\.json(?:\.corrupt-.*)?$/;

export interface Cache {
  path: string;
  kept: CacheFile | null;
  /** Where an unreadable cache file was put, or null. */
  setAside: string | null;
}

/** What is remembered for this repository and branch. A damaged file is set aside; one that can't be read is none. */
export async function openCache(
  folder: string,
  repository: GitHubRepository,
  branch: string | null,
  now: Date,
): Promise<Cache> {
  const origin = originOf(repository);
  const key = createHash("sha256")
    .update(JSON.stringify([repository.apiUrl, origin, branch]))
    .digest("hex");
  const path = join(folder, `${key.slice(0, 32)}.json`);
  const empty = { path, kept: null, setAside: null };
  try {
    const stamp = await fileStamp(path);
    if (stamp === null) return empty;
    const text = stamp.size > MAX_FILE_BYTES ? null : await readTextIfExists(path);
    const kept = text === null ? null : parse(text);
    if (kept !== null && kept.origin === origin && kept.branch === branch) return { ...empty, kept };
    const setAside = `${path}.corrupt-${now.toISOString().replace(/[:.]/g, "-")}`;
    await rename(path, setAside);
    return { ...empty, setAside };
  } catch (error) {
    if (isDenied(error)) return empty;
    throw error;
  }
}

/** Remembers facts, and the answers that they were made of. Throws `UserError` when the place cannot be written. */
export async function writeCache(
  cache: Cache,
  about: { repository: GitHubRepository; branch: string | null },
  facts: CachedFacts,
  answers: Record<string, KeptAnswer>,
): Promise<void> {
  const { branch } = about;
  const file: CacheFile = { version: 1, origin: originOf(about.repository), branch, facts, answers };
  const whole = JSON.stringify(file);
  // Without the answers the next run only asks for everything again.
  const text = whole.length * 3 <= MAX_FILE_BYTES ? whole : JSON.stringify({ ...file, answers: {} });
  await writeFileAtomic(cache.path, text, { mode: 0o600 });
  await sweepTemporaries(cache.path);
  await prune(join(cache.path, ".."));
}

const SAID = "no-token-said";

/** True the first time, and again after a token was there for a while. */
export async function isNewsThatTokenIsMissing(folder: string): Promise<boolean> {
  const path = join(folder, SAID);
  if (await exists(path)) return false;
  await writeFileAtomic(path, "", { mode: 0o600 });
  return true;
}

export async function forgetThatTokenWasMissing(folder: string): Promise<void> {
  await remove(join(folder, SAID));
}

function originOf({ host, owner, name }: GitHubRepository): string {
  return `${host}/${owner}/${name}`.toLowerCase();
}

function parse(text: string): CacheFile | null {
  try {
    return readCacheFile(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => OURS.test(name));
  const files = await Promise.all(names.map((name) => withTime(join(folder, name))));
  files.sort((a, b) => b.mtimeMs - a.mtimeMs);
  await Promise.all(files.slice(MAX_FILES).map(({ path }) => remove(path)));
}

async function withTime(path: string): Promise<{ path: string; mtimeMs: number }> {
  return { path, mtimeMs: (await fileStamp(path))?.mtimeMs ?? 0 };
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isDenied(error)) throw error;
  }
}

// A cache must never be the reason why a state is not saved.
function isDenied(error: unknown): boolean {
  return (
    isUserError(error) || ["EACCES", "EPERM", "EROFS", "EISDIR", "ENOENT"].includes(errorCode(error) ?? "")
  );
}
