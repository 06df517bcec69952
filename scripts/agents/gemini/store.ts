import { createHash } from "node:crypto";
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../base/errors.ts";
import { readTextSync } from "../../base/files.ts";
import { objectOf, parseJson } from "../../base/json.ts";
import type { StoreEnvironment } from "../adapter.ts";

/** The folder of one project's sessions. */
export interface Project {
  /** Named by a short name or, in older clients, by the hash of the project's path. */
  name: string;
  chats: string;
  /** The project's own folder; null when the store only has its hash. */
  folder: string | null;
}

/** `GEMINI_CLI_HOME` stands for the home folder, not for the folder in it (0.61.0). */
export function geminiHome({ home, env }: StoreEnvironment): string {
  return join(env.GEMINI_CLI_HOME || home, ".gemini");
}

export function projectsFolder(store: StoreEnvironment): string {
  return join(geminiHome(store), "tmp");
}

/** All projects that have sessions. `roots` are folders whose hash is tried for those that are named by one. */
export function projects(store: StoreEnvironment, roots: readonly string[]): Project[] {
  const tmp = projectsFolder(store);
  const named = registeredFolders(join(geminiHome(store), "projects.json"));
  const hashed = new Map([...named.values(), ...roots].map((folder) => [hashOf(folder), folder]));
  return list(tmp).flatMap(({ name }) => {
    const chats = join(tmp, name, "chats");
    if (list(chats).length === 0) return [];
    const root = readTextSync(join(tmp, name, ".project_root"))?.trim();
    return [{ name, chats, folder: root || (named.get(name) ?? hashed.get(name) ?? null) }];
  });
}

/** The files that may be sessions of the person; a subagent's lie in folders of their own. */
export function sessionFiles({ chats }: Project): string[] {
  return list(chats)
    .filter((entry) => entry.isFile() && /^session-.*\.jsonl?$/.test(entry.name))
    .map(({ name }) => join(chats, name));
}

/** Files beside which no session lies: they may be sessions of another form. */
export function strangersIn(project: Project): string[] {
  if (sessionFiles(project).length > 0) return [];
  return list(project.chats).flatMap((entry) =>
    entry.isFile() && !/^\.|\.tmp/.test(entry.name) ? [entry.name] : [],
  );
}

/** What the client calls a project by its path. */
export function hashOf(folder: string): string {
  return createHash("sha256").update(folder).digest("hex");
}

/** Short name → folder. */
function registeredFolders(path: string): Map<string, string> {
  const registered = objectOf(objectOf(parseJson(readTextSync(path) ?? "{}")).projects);
  const pairs = Object.entries(registered);
  return new Map(pairs.flatMap(([folder, name]) => (typeof name === "string" ? [[name, folder]] : [])));
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return nullIfAbsent(error) ?? [];
  }
}

function nullIfAbsent(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return null;
  throw error;
}
