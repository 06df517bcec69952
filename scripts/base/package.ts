import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * How Baton, or a newer one, gets into a project. It is not in the npm registry: whoever is sent there for it might get a
 * stranger's package of that name.
 */
export const HOW_TO_INSTALL =
  "In an up-to-date checkout of Baton: npm ci && npm pack; then here: npm install --save-dev <absolute path of the .tgz file that it made>";

/** The folder of the package that this code is part of: from the sources and from `dist/` alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isPackageRoot(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("package.json of agent-baton not found above the running code");
    folder = parent;
  }
  return folder;
}

function isPackageRoot(folder: string): boolean {
  try {
    return manifest(folder).name === "agent-baton";
  } catch {
    // No package.json here, or not a readable one: look further up.
    return false;
  }
}

function manifest(folder: string): { name?: unknown; version?: unknown } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

export function packageVersion(): string {
  return String(manifest(packageRoot()).version);
}
