import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, UserError } from "../base/errors.ts";
import { exists, isInside, readTextIfExists } from "../base/files.ts";
import { isObject, type JsonObject, parseJson } from "../base/json.ts";

/**
 * The file that a package in the node_modules of `root` is imported by, or null where it is not installed there. Read
 * from its package.json, since Node itself would also look into the folders above.
 */
export async function findPlugin(root: string, packageName: string): Promise<string | null> {
  const link = join(root, "node_modules", packageName);
  const text = await readTextIfExists(join(link, "package.json"));
  if (text === null) return null;
  const folder = await realpath(link);
  const manifest = parseJson(text);
  const entry = isObject(manifest) ? entryOf(manifest) : null;
  const path = typeof entry === "string" ? join(folder, entry) : null;
  if (path !== null && isInside(folder, path) && (await exists(path))) return path;
  throw new UserError(
    `The plugin ${packageName} names no file to import: its package.json needs "exports" or "main".`,
    `Look at ${join(link, "package.json")}`,
    EXIT.unknownFormat,
  );
}

// What a bare import of the package means: https://nodejs.org/api/packages.html#package-entry-points
function entryOf({ exports, main = "index.js" }: JsonObject): unknown {
  return exports === undefined ? main : fromExports(exports);
}

function fromExports(exports: unknown): unknown {
  if (!isObject(exports)) return exports;
  const main = exports["."] ?? exports;
  return isObject(main) ? (fromExports(main.node) ?? fromExports(main.import) ?? main.default) : main;
}
