// Bundles the command line into dist/. Commands stay separate files, so that one command loads only what it needs.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { baton: "scripts/baton.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20.12",
  // ES modules first: they bundle smaller, and some packages' CommonJS forms cannot be bundled at all.
  mainFields: ["module", "main"],
  // It looks for its WebAssembly file beside itself; and a Node with SQLite of its own does not need it.
  external: ["node-sqlite3-wasm"],
  minify: true,
  // Stack traces in a report of a fault must say where.
  keepNames: true,
  chunkNames: "chunks/[name]-[hash]",
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: "warning",
});
refuseLostNames(metafile);
chmodSync("dist/baton.js", 0o755);
writeFileSync("dist/THIRD-PARTY-LICENSES.txt", licences(bundledPackages(Object.keys(metafile.inputs))));

/** A CommonJS package that is imported dynamically keeps only its `default` in a chunk: its other names are undefined. */
function refuseLostNames({ inputs }) {
  for (const [from, { imports }] of Object.entries(inputs)) {
    const names = /const \{(?! default: \w+ \}).*\} = await import\("([^"]+)"\)/g;
    const lost = [...readFileSync(from, "utf8").matchAll(names)].map((match) => match[1]);
    for (const { kind, original, path } of imports) {
      if (kind === "dynamic-import" && inputs[path]?.format === "cjs" && lost.includes(original)) {
        throw new Error(`${from}: take the default of import("${original}"), which is CommonJS`);
      }
    }
  }
}

/** Folders of the packages that ended up in the bundle. */
function bundledPackages(inputs) {
  const folders = inputs.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Their licences ask to travel with the code. */
function licences(folders) {
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
