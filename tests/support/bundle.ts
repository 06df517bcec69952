import { chmodSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { inject } from "vitest";
import { PACKAGE } from "./package.ts";

const built = new Map<string, Promise<string>>();

/**
 * Bundles programs of the package as they are published, each as `<name>.mjs` in the folder whose path it gives: what
 * is started a few hundred times has to start fast. Done once in each worker, and removed after the last test.
 */
export function bundle(...entryPoints: string[]): Promise<string> {
  const key = JSON.stringify(entryPoints);
  const known = built.get(key) ?? buildAll(entryPoints);
  built.set(key, known);
  return known;
}

async function buildAll(entryPoints: string[]): Promise<string> {
  const folder = mkdtempSync(join(inject("bundles"), "of-"));
  chmodSync(folder, 0o755);
  await build({
    absWorkingDir: PACKAGE,
    entryPoints,
    outdir: folder,
    entryNames: "[name]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20.12",
    mainFields: ["module", "main"],
    external: ["node-sqlite3-wasm"],
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: "error",
  });
  return folder;
}
