import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SessionSummary } from "../../../schema/transcript.ts";
import type { FileStamp, SummaryCache } from "../../agents/adapter.ts";
import { readTextSync, writeFileAtomic } from "../../base/files.ts";
import type { Redactor } from "../../privacy/redact.ts";

/** Grows with the shape of a summary and of the file: what an older version wrote is not read. */
const VERSION = 3;
/** Entries that are kept at most, the newest ones. */
const MOST = 50_000;
const MAX_CACHE_BYTES = 256 * 1024 * 1024;

interface Entry extends FileStamp {
  summary: SessionSummary | null;
}

export interface StoredSummaryCache extends SummaryCache {
  /** How many files were looked into that it did not know. */
  readonly added: number;
  /** Writes what is new, redacted like everything that is written. The cache may be deleted at any time, so a place that cannot be written is no fault. */
  save(redactor: Redactor): Promise<void>;
}

/**
 * What earlier listings found out about session files, under the person's cache folder. An entry counts only while
 * its file has the same size and time.
 */
export async function openSummaryCache(
  home: string,
  env: Record<string, string | undefined>,
): Promise<StoredSummaryCache> {
  const path = join(cacheFolder(home, env), "sessions.json");
  const known = parse(readIfPossible(path));
  const fresh = new Map<string, Entry>();
  return {
    get(file, stamp) {
      const entry = known.get(file);
      return entry?.size === stamp.size && entry.mtimeMs === stamp.mtimeMs ? entry.summary : undefined;
    },
    set(file, stamp, summary) {
      fresh.set(file, { ...stamp, summary });
    },
    get added() {
      return fresh.size;
    },
    async save(redactor) {
      if (fresh.size === 0) return;
      const files = [...known, ...(await redacted(fresh, redactor))];
      const kept = new Map(files.slice(-MOST));
      try {
        await mkdir(cacheFolder(home, env), { recursive: true, mode: 0o700 });
        const text = inAscii(JSON.stringify({ version: VERSION, files: [...kept] }));
        await writeFileAtomic(path, text, { mode: 0o600 });
      } catch {
        // A listing without its cache is only slower the next time.
      }
    },
  };
}

/** What people wrote is redacted; paths and ids stay, because the sessions are found by them. */
async function redacted(fresh: ReadonlyMap<string, Entry>, redactor: Redactor): Promise<[string, Entry][]> {
  const entries = [...fresh];
  const clean = await redactor.redact(
    entries.map(([, { summary }]) => [summary?.title ?? null, summary?.branch ?? null]),
  );
  return entries.map(([file, entry], i) => {
    if (entry.summary === null) return [file, entry];
    const [title = null, branch = null] = clean[i] ?? [];
    return [file, { ...entry, summary: { ...entry.summary, title, branch } }];
  });
}

function cacheFolder(home: string, env: Record<string, string | undefined>): string {
  const folder = env.XDG_CACHE_HOME;
  return join(folder === undefined || folder === "" ? join(home, ".cache") : folder, "baton");
}

// Of many sessions it is megabytes long, and read several times faster where it need not be decoded.
function inAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function readIfPossible(path: string): string | null {
  try {
    return readTextSync(path, { maxBytes: MAX_CACHE_BYTES, encoding: "latin1" });
  } catch {
    return null;
  }
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
