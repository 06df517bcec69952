import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchRow } from "./row.ts";
import { AGENTS, type Agent, writeSession } from "./transcript-files.ts";

const MIB = 1024 * 1024;
const SIZES = { "1MB": MIB, "100MB": 100 * MIB, "1GB": 1024 * MIB } as const;
/** Rounds within a process, to leave its warming up behind, and processes in turn, of which the fastest counts. */
const ROUNDS = { "1MB": [100, 3], "100MB": [3, 3], "1GB": [1, 3] } as const;
type Size = keyof typeof SIZES;

/** At least 60 % of the bare loop's speed. */
const SLOWEST = 1 / 0.6;
const MOST_MEMORY = 250 * MIB;

/**
 * Reading sessions of each JSONL format against a bare loop of readline and `JSON.parse` over the same file, with the
 * peak of resident memory. Everything is made for it in the system's temporary folder and removed.
 */
export async function bench(
  options: { sizes: readonly Size[] } = { sizes: ["1MB", "100MB", "1GB"] },
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of options.sizes) {
    for (const agent of AGENTS) rows.push(...(await inTemporaryHome((home) => readRows(agent, size, home))));
  }
  return rows;
}

async function readRows(agent: Agent, size: Size, home: string): Promise<BenchRow[]> {
  const path = await writeSession(agent, home, SIZES[size]);
  const [within, processes] = ROUNDS[size];
  const runs: Record<"bare" | "read" | "digest", Run[]> = { bare: [], read: [], digest: [] };
  // In turn, so that whatever else the machine does hits all of them alike.
  for (let round = 0; round < processes; round++) {
    for (const work of ["bare", "read"] as const) {
      runs[work].push(inChild(work, agent, home, path, String(within)));
    }
  }
  runs.digest.push(inChild("digest", agent, home, path, String(within)));
  const [bare, read, digest] = [best(runs.bare), best(runs.read), best(runs.digest)];
  const figure = (ms: number) => `${(ms / 1000).toFixed(3)} s against ${(bare.ms / 1000).toFixed(3)} s`;
  return [
    { name: `${agent} ${size}: read`, figure: figure(read.ms), ratio: read.ms / bare.ms, limit: SLOWEST },
    {
      name: `${agent} ${size}: read and digest`,
      figure: figure(digest.ms),
      ratio: digest.ms / bare.ms,
      limit: null,
    },
    {
      name: `${agent} ${size}: memory of 250 MiB`,
      figure: `${(digest.peakBytes / MIB).toFixed(0)} MiB (bare: ${(bare.peakBytes / MIB).toFixed(0)} MiB)`,
      ratio: Math.max(read.peakBytes, digest.peakBytes) / MOST_MEMORY,
      limit: 1,
    },
  ];
}

interface Run {
  ms: number;
  peakBytes: number;
}

/** The shortest time and the largest memory of all runs. */
function best(runs: readonly Run[]): Run {
  return {
    ms: Math.min(...runs.map(({ ms }) => ms)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
  };
}

function inChild(...args: [work: string, ...string[]]): Run {
  const child = fileURLToPath(new URL("transcripts-child.ts", import.meta.url));
  const result = spawnSync(process.execPath, ["--import", "tsx", child, ...args], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${args.join(" ")} failed: ${result.stderr}`);
  return JSON.parse(result.stdout);
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
