import { join, resolve } from "node:path";
import { readTextIfExists } from "../../base/files.ts";
import { isObject } from "../../base/json.ts";
import type { Repository } from "../../git/repository.ts";
import { git, tryGit } from "../../git/run.ts";

/** What `init` has to know about a repository before it decides anything. */
export interface Place {
  repository: Repository;
  root: string;
  commonDir: string;
  /** The folder that git runs hooks from, absolute. */
  hooksFolder: string;
  /** Whether `core.hooksPath` says so, in whichever config. */
  isHooksPathSet: boolean;
  /** What package.json says, or null where there is none that can be read. */
  manifest: Manifest | null;
}

export interface Manifest {
  name?: unknown;
  scripts?: unknown;
  dependencies?: unknown;
  devDependencies?: unknown;
  husky?: unknown;
  baton?: unknown;
  "simple-git-hooks"?: unknown;
}

export async function readPlace(repository: Repository): Promise<Place> {
  const call = { cwd: repository.root, env: repository.env };
  const [folder, configured, manifest] = await Promise.all([
    git(["rev-parse", "--git-path", "hooks"], call),
    tryGit(["config", "--get", "core.hooksPath"], call),
    readManifest(repository.root),
  ]);
  return {
    repository,
    root: repository.root,
    commonDir: repository.commonDir,
    hooksFolder: resolve(repository.root, folder.replace(/\n$/, "")),
    isHooksPathSet: configured.code === 0,
    manifest,
  };
}

async function readManifest(root: string): Promise<Manifest | null> {
  const text = await readTextIfExists(join(root, "package.json"), { within: root });
  if (text === null) return null;
  try {
    const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isObject(manifest) ? manifest : null;
  } catch (error) {
    // Whoever edits package.json tells about it; the rest goes on without.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function dependsOn({ manifest }: Place, name: string): boolean {
  return [manifest?.dependencies, manifest?.devDependencies].some(
    (list) => isObject(list) && Object.hasOwn(list, name),
  );
}

/** How to call a program that the repository may bring along itself. */
export function runnable(place: Place, name: string): string {
  return dependsOn(place, name) ? `npx ${name}` : name;
}
