import { join } from "node:path";
import type { StoreEnvironment } from "../adapter.ts";

/** The longest project key that the client writes as it is; a longer one is cut there and gets a hash behind it. */
const LONGEST_KEY = 200;

/** The folder of all projects: `CLAUDE_CONFIG_DIR`, else `~/.claude`. */
export function projectsFolder({ home, env }: StoreEnvironment): string {
  return join(env.CLAUDE_CONFIG_DIR || join(home, ".claude"), "projects");
}

/**
 * The name of a project's folder: the real path with each UTF-16 unit that is no ASCII letter or digit as `-`. Two
 * folders can have the same one. Whole also beyond 200 characters, where the client's own ends in a hash.
 */
export function projectKey(realPath: string): string {
  return realPath.replace(/[^A-Za-z0-9]/g, "-");
}

/** The name under which the client makes the folder: the key, cut after 200 characters with a hash of the path behind it. */
export function projectFolderName(realPath: string): string {
  const key = projectKey(realPath);
  return key.length <= LONGEST_KEY ? key : `${key.slice(0, LONGEST_KEY)}-${hashOf(realPath)}`;
}

// The 32-bit hash that Java has for strings, without its sign.
function hashOf(text: string): string {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return Math.abs(hash).toString(36);
}

/** The forms of a path that a project may be named for: as it is (Linux, 2.1.197), or in NFC. */
export function formsOf(realPath: string): string[] {
  return [...new Set([realPath, realPath.normalize("NFC")])];
}

/**
 * Whether the sessions of a folder at or below `root` may be in the project folder of this name. It may hold others
 * too: what decides is the folder that the records name.
 */
export function mayHold(name: string, root: string): boolean {
  return formsOf(root).some((form) => {
    const key = projectKey(form);
    if (key.length > LONGEST_KEY) return name.startsWith(key.slice(0, LONGEST_KEY));
    return name === key || name.startsWith(key.endsWith("-") ? key : `${key}-`);
  });
}

/** Whether `root` itself is what the project folder is named for. */
export function isKeyOf(name: string, root: string): boolean {
  return formsOf(root).some((form) => name === projectFolderName(form));
}
