import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../base/errors.ts";
import { exists, readTextIfExists } from "../../base/files.ts";
import { objectOf, parseJson, stringOf } from "../../base/json.ts";
import type { StoreEnvironment } from "../adapter.ts";
import { plainName } from "../add-file.ts";
import { geminiHome, hashOf, projectsFolder } from "./store.ts";

/**
 * The folder that the client looks into for the sessions of this working tree: the one that it has registered or marked
 * as the project's, else one named for the hash of the path, which the client takes over when it first starts
 * there. Only that can't be another project's of the same name.
 */
export async function projectFolder(store: StoreEnvironment, cwd: string): Promise<string> {
  const projects = projectsFolder(store);
  const registered = await registeredName(join(geminiHome(store), "projects.json"), cwd);
  if (registered !== null && (await exists(join(projects, registered)))) return join(projects, registered);
  const marked = await markedName(projects, cwd);
  return join(projects, marked ?? hashOf(cwd));
}

async function registeredName(path: string, cwd: string): Promise<string | null> {
  const registered = objectOf(parseJson((await readTextIfExists(path)) ?? "{}"));
  const name = stringOf(objectOf(registered.projects)[cwd]);
  return name === null ? null : plainName(name, path);
}

async function markedName(projects: string, cwd: string): Promise<string | null> {
  for (const name of await namesIn(projects)) {
    const root = await readTextIfExists(join(projects, name, ".project_root"));
    if (root?.trim() === cwd) return name;
  }
  return null;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // What is in the way is told when the session is written.
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
