import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SessionSummary } from "../../../schema/transcript.ts";
import type { FileStamp, SummaryCache } from "../../agents/adapter.ts";
import { readTextIfExists, writeFileAtomic } from "../../base/files.ts";

/** Grows with the shape of a summary: what an older version wrote is not read. */
const VERSION = 1;

interface Entry extends FileStamp {
  summary: SessionSummary | null;
}

export interface StoredSummaryCache extends SummaryCache {
  /** Writes what is new. The cache may be deleted at any time, so a place that cannot be written is no fault. */
  save(): Promise<void>;
}

/**
 * What earlier listings found out about session files, under the person's cache folder. An entry counts only while
 * its file has the same size and time; entries that were not asked for in this run go.
 */
export async function openSummaryCache(
  home: string,
  env: Record<string, string | undefined>,
): Promise<StoredSummaryCache> {
  const path = join(cacheFolder(home, env), "sessions.json");
  const known = parse(await readTextIfExists(path).catch(() => null));
  const used = new Map<string, Entry>();
  let isChanged = false;
  return {
    get(file, stamp) {
      const entry = known.get(file);
      if (entry === undefined || entry.size !== stamp.size || entry.mtimeMs !== stamp.mtimeMs)
        return undefined;
      used.set(file, entry);
      return entry.summary;
    },
    set(file, stamp, summary) {
      used.set(file, { ...stamp, summary });
      isChanged = true;
    },
    async save() {
      if (!isChanged && used.size === known.size) return;
      try {
        await mkdir(cacheFolder(home, env), { recursive: true, mode: 0o700 });
        await writeFileAtomic(path, JSON.stringify({ version: VERSION, files: [...used] }), { mode: 0o600 });
      } catch {
        // A listing without its cache is only slower the next time.
      }
    },
  };
}

function cacheFolder(home: string, env: Record<string, string | undefined>): string {
  const folder = env.XDG_CACHE_HOME;
  return join(folder === undefined || folder === "" ? join(home, ".cache") : folder, "baton");
}

function parse(text: string | null): Map<string, Entry> {
  if (text === null) return new Map();
  try {
    const stored = JSON.parse(text) as { version?: unknown; files?: [string, Entry][] };
    return new Map(stored.version === VERSION ? stored.files : []);
  } catch {
    // A broken cache is an empty one: it is written anew.
    return new Map();
  }
}
