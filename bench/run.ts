/** `npm run bench [name…]`: measures what the project promises about speed. Build first: the built command is measured. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BenchRow } from "./row.ts";

const BENCHES: Record<string, () => Promise<BenchRow[]>> = {
  startup: async () => (await import("./startup.ts")).bench(),
  hooks: async () => (await import("./hooks.ts")).bench(),
  redaction: async () => (await import("./redaction.ts")).bench(),
  rules: async () => (await import("./rules.ts")).bench(),
  transcripts: async () => (await import("./transcripts.ts")).bench(),
  listing: async () => (await import("./listing.ts")).bench(),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench ${unknown.join(", ")}. There are: ${Object.keys(BENCHES).join(", ")}\n`,
  );
  process.exit(2);
}
if (!existsSync(join(import.meta.dirname, "..", "dist", "baton.js"))) {
  process.stderr.write("Nothing is built yet. First: npm run build\n");
  process.exit(1);
}

let missed = 0;
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  for (const row of await bench()) {
    const ratio = row.ratio === null ? "" : `  ×${row.ratio.toFixed(2)}`;
    const isMissed = row.ratio !== null && row.limit !== null && row.ratio > row.limit;
    const limit = row.limit === null ? "" : `  (limit ×${row.limit}${isMissed ? ", MISSED" : ""})`;
    if (isMissed) missed++;
    process.stdout.write(`  ${row.name.padEnd(44)} ${row.figure}${ratio}${limit}\n`);
  }
}
process.exitCode = missed === 0 ? 0 : 1;
