import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { PACKAGE } from "./package.ts";

export interface Bundle {
  folder: string;
  remove(): void;
}

/**
 * Bundles programs of the package as they are published, each as `<name>.mjs`: what is started a few hundred times has
 * to start fast.
 */
export async function bundle(...entryPoints: string[]): Promise<Bundle> {
  // Below the package, because that is where they find its templates and its version.
  const caches = join(PACKAGE, "node_modules", ".cache");
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, "baton-tests-"));
  // Some tests start them as another user.
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
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
