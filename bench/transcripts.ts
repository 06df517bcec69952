import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claudeReader } from "../scripts/agents/claude/reader.ts";
import type { BenchRow } from "./row.ts";
import { AGENTS, type Agent, CWD, uuidOf, writeSession } from "./transcript-files.ts";

const MIB = 1024 * 1024;
const SIZES = { "1MB": MIB, "100MB": 100 * MIB, "1GB": 1024 * MIB } as const;
const ROUNDS = { "1MB": 15, "100MB": 3, "1GB": 1 } as const;
type Size = keyof typeof SIZES;

/** At least 60 % of the bare loop's speed. */
const SLOWEST = 1 / 0.6;
const MOST_MEMORY = 250 * MIB;
const MOST_FOR_LISTING = 10;
const SESSIONS = 10_000;

/**
 * Reading sessions of each JSONL format against a bare loop of readline and `JSON.parse` over the same file, with the
 * peak of resident memory; and listing 10,000 sessions against bare reads of their ends. Everything is made for it in
 * the system's temporary folder and removed.
 */
export async function bench(
  options: { sizes: readonly Size[] } = { sizes: ["1MB", "100MB", "1GB"] },
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of options.sizes) {
    for (const agent of AGENTS) rows.push(...(await inTemporaryHome((home) => readRows(agent, size, home))));
  }
  // As many bytes as the largest transcript asked for, twice.
  const bytes = 2 * Math.max(...options.sizes.map((size) => SIZES[size]));
  rows.push(await inTemporaryHome((home) => listRow(home, bytes)));
  return rows;
}

async function readRows(agent: Agent, size: Size, home: string): Promise<BenchRow[]> {
  const path = await writeSession(agent, home, SIZES[size]);
  const rounds = String(ROUNDS[size]);
  const bare = inChild("bare", agent, home, path, rounds);
  const read = inChild("read", agent, home, path, rounds);
  const digest = inChild("digest", agent, home, path, rounds);
  const name = `${agent} ${size}`;
  const figure = (ms: number) => `${(ms / 1000).toFixed(3)} s against ${(bare.ms / 1000).toFixed(3)} s`;
  return [
    { name: `${name}: read`, figure: figure(read.ms), ratio: read.ms / bare.ms, limit: SLOWEST },
    { name: `${name}: read and digest`, figure: figure(digest.ms), ratio: digest.ms / bare.ms, limit: null },
    {
      name: `${name}: memory of 250 MiB`,
      figure: `${(digest.peakBytes / MIB).toFixed(0)} MiB (bare: ${(bare.peakBytes / MIB).toFixed(0)} MiB)`,
      ratio: Math.max(read.peakBytes, digest.peakBytes) / MOST_MEMORY,
      limit: 1,
    },
  ];
}

function inChild(...args: [work: string, ...string[]]): { ms: number; count: number; peakBytes: number } {
  const child = fileURLToPath(new URL("transcripts-child.ts", import.meta.url));
  const result = spawnSync(process.execPath, ["--import", "tsx", child, ...args], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${args.join(" ")} failed: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

async function listRow(home: string, bytes: number): Promise<BenchRow> {
  const folder = join(home, ".claude/projects/-home-dev-repo");
  for (let n = 0; n < SESSIONS; n++) await writeSession("claude", home, bytes / SESSIONS, uuidOf(n, n));
  bareListing(folder);
  const start = performance.now();
  bareListing(folder);
  const bare = performance.now() - start;
  let listed = 0;
  for await (const _ of claudeReader.sessions({ home, env: {} }, { roots: [CWD] })) listed += 1;
  const ms = performance.now() - start - bare;
  if (listed !== SESSIONS) throw new Error(`${listed} of ${SESSIONS} sessions were listed`);
  const figure = `${(ms / 1000).toFixed(2)} s against ${(bare / 1000).toFixed(2)} s for ${(bytes / 1e9).toFixed(1)} GB`;
  return { name: `claude: list ${SESSIONS} sessions`, figure, ratio: ms / bare, limit: MOST_FOR_LISTING };
}

/** Names, sizes, and the first and last bytes: the least that a listing can do. */
function bareListing(folder: string): void {
  const bytes = Buffer.alloc(64 * 1024);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    statSync(path);
    const file = openSync(path, "r");
    const { size } = fstatSync(file);
    readSync(file, bytes, 0, 32 * 1024, 0);
    readSync(file, bytes, 0, bytes.length, Math.max(0, size - bytes.length));
    closeSync(file);
  }
}

async function inTemporaryHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), "baton-bench-"));
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = process.argv.slice(2).filter((word): word is Size => word in SIZES);
  for (const { name, figure, ratio, limit } of await bench(sizes.length > 0 ? { sizes } : undefined)) {
    const missed = ratio !== null && limit !== null && ratio > limit;
    const verdict = limit === null ? "" : ` (limit ×${limit.toFixed(2)}${missed ? ", MISSED" : ""})`;
    process.stdout.write(`${name.padEnd(32)} ${figure}  ×${ratio?.toFixed(2)}${verdict}\n`);
  }
}
