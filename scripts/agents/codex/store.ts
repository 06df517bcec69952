import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../base/errors.ts";
import { isTemporary } from "../../base/files.ts";
import type { StoreEnvironment } from "../adapter.ts";

export type Packing = "jsonl" | "zst" | "json";

/** A file that the client recorded a session, or a part of one, into. */
export interface Rollout {
  path: string;
  /** When it was begun, as the name says it: sorts by time. */
  begun: string;
  /** The session that it belongs to. */
  thread: string;
  /** The file's own id: the session's, except for files that continue an earlier one. */
  id: string;
  packing: Packing;
}

const UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
const NAME = new RegExp(`^rollout-(.+?)-(${UUID})(?:_(${UUID}))?\\.(jsonl|jsonl\\.zst|json)$`);
/** `sessions/YYYY/MM/DD/`. */
const DEEPEST = 3;

export function codexHome({ home, env }: StoreEnvironment): string {
  return env.CODEX_HOME || join(home, ".codex");
}

/** Where the client keeps sessions: by day, and, once archived, in one folder. The first wins where both have one. */
export function sessionFolders(store: StoreEnvironment): string[] {
  return [join(codexHome(store), "sessions"), join(codexHome(store), "archived_sessions")];
}

/** What the name of a file says, or null when it is no rollout's: `rollout-<time>-<session>[_<file>].jsonl[.zst]`. */
export function rolloutOf(path: string, name: string): Rollout | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const [, begun = "", thread = "", id = thread, ending] = match;
  return {
    path,
    begun,
    thread,
    id,
    packing: ending === "jsonl.zst" ? "zst" : ending === "json" ? "json" : "jsonl",
  };
}

export interface Found {
  rollouts: Rollout[];
  /** Names of files that are none, for the case that there are no others. */
  strange: string[];
}

/** All rollouts in a folder, or null when there is no such folder. */
export async function findRollouts(folder: string, depth = 0): Promise<Found | null> {
  const entries = await listFolder(folder);
  if (entries === null) return null;
  const found: Found = { rollouts: [], strange: [] };
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const rollout = rolloutOf(path, entry.name);
    if (rollout !== null) found.rollouts.push(rollout);
    else if (entry.isDirectory() && depth < DEEPEST) {
      const below = await findRollouts(path, depth + 1);
      found.rollouts.push(...(below?.rollouts ?? []));
      found.strange.push(...(below?.strange ?? []));
    } else if (entry.isFile() && !isTemporary(entry.name) && !/^\.|\.(lock|tmp|md)$/.test(entry.name)) {
      found.strange.push(entry.name);
    }
  }
  return found;
}

async function listFolder(path: string): Promise<Dirent[] | null> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
