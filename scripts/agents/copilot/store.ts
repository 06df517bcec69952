import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../../base/errors.ts";
import type { StoreEnvironment } from "../adapter.ts";

/** The files of one session. */
export interface SessionFiles {
  generation: "jsonl" | "json";
  id: string;
  /** What was said and done. */
  path: string;
  /** The session's own description, and its todo list; null where that generation has none. */
  workspace: string | null;
  database: string | null;
}

const EVENTS = "events.jsonl";

/** `COPILOT_HOME`, else `~/.copilot`. */
export function copilotHome({ home, env }: StoreEnvironment): string {
  return env.COPILOT_HOME || join(home, ".copilot");
}

export function currentFolder(store: StoreEnvironment): string {
  return join(copilotHome(store), "session-state");
}

/** Where sessions were kept before they became event logs. */
export function olderFolder(store: StoreEnvironment): string {
  return join(copilotHome(store), "history-session-state");
}

/**
 * A session is a folder with `events.jsonl`; before that it was one file of events, and before that one JSON document,
 * which may lie in either folder.
 */
export function sessionFiles(store: StoreEnvironment): SessionFiles[] {
  const current = currentFolder(store);
  const older = olderFolder(store);
  return [
    ...list(current).flatMap((name) => filesOf(current, name)),
    ...list(older)
      .filter((name) => name.endsWith(".json"))
      .map((name) => filesAt(join(older, name))),
  ];
}

/** The files of the session that has its events, or everything, at `path`. */
export function filesAt(path: string): SessionFiles {
  const folder = dirname(path);
  const name = basename(path);
  if (name !== EVENTS) {
    const generation = name.endsWith(".json") ? "json" : "jsonl";
    return { generation, id: name.replace(/\.jsonl?$/, ""), path, workspace: null, database: null };
  }
  const workspace = join(folder, "workspace.yaml");
  const database = join(folder, "session.db");
  return { generation: "jsonl", id: basename(folder), path, workspace, database };
}

function filesOf(folder: string, name: string): SessionFiles[] {
  if (name.startsWith(".")) return [];
  if (/\.jsonl?$/.test(name)) return [filesAt(join(folder, name))];
  const path = join(folder, name, EVENTS);
  return isFile(path) ? [filesAt(path)] : [];
}

/**
 * What lies in the folder that may be sessions of another form: files of unknown names where no session is. Null when there
 * are sessions, or nothing.
 */
export function strangersIn(folder: string): string[] | null {
  const names = list(folder).filter((name) => !name.startsWith("."));
  if (names.some((name) => filesOf(folder, name).length > 0)) return null;
  const strange = names
    .flatMap((name) => (isFile(join(folder, name)) ? [name] : list(join(folder, name))))
    .filter(isStrange);
  return strange.length === 0 ? null : [...new Set(strange)];
}

// What is beside the events of a session is there before anything was said in it.
function isStrange(name: string): boolean {
  return !/^\.|^(workspace\.yaml|session\.db.*|checkpoints|files|research|rewind-file-snapshots|plan\.md)$|\.(lock|tmp)$/.test(
    name,
  );
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
