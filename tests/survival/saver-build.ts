import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import { PACKAGE } from "../support/package.ts";

/** Bundles a program of this folder: started a few hundred times, it has to start fast. Gives the path; it goes when the test ends. */
export async function buildSaver(program = "saver.ts"): Promise<string> {
  // Below the package, because that is where it finds its templates.
  const caches = join(PACKAGE, "node_modules", ".cache");
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, "baton-saver-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, program.replace(/\.ts$/, ".mjs"));
  await build({
    entryPoints: [join(import.meta.dirname, program)],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    external: ["node-sqlite3-wasm"],
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: "error",
  });
  return path;
}

export interface Saver {
  /** Resolves with the exit code, or null when it was killed; rejects with what it said when it failed by itself. */
  ended: Promise<number | null>;
  /** Resolves after the first save. */
  begun: Promise<void>;
  kill(): void;
}

export function startSaver(
  path: string,
  env: Record<string, string | undefined>,
  words: readonly string[],
): Saver {
  const child = spawn(process.execPath, [path, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("close", (code) => (code === 0 || code === null ? resolve(code) : reject(new Error(said))));
  });
  const begun = new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => resolve());
    ended.then(() => resolve(), reject);
  });
  return { ended, begun, kill: () => child.kill("SIGKILL") };
}
