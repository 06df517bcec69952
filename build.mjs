// Bundles the command line into dist/. Commands stay separate files, so that one command loads only what it needs.
import { chmodSync, rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: { baton: "scripts/baton.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.12",
  // ES modules first: they bundle smaller, and some packages' CommonJS forms cannot be bundled at all.
  mainFields: ["module", "main"],
  minify: true,
  // Stack traces in a report of a fault must say where.
  keepNames: true,
  chunkNames: "chunks/[name]-[hash]",
  banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
  logLevel: "warning",
});
chmodSync("dist/baton.js", 0o755);
