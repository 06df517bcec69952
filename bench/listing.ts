import { execFileSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claudeReader } from "../scripts/agents/claude/reader.ts";
import { medians } from "./measure.ts";
import type { BenchRow } from "./row.ts";
import { CWD, uuidOf, writeSession } from "./transcript-files.ts";

const SESSIONS = 10_000;
const BYTES = 2e9;
const MOST_COLD = 10;
/** Milliseconds. */
const MOST_WARM = 1000;
const BATON = join(import.meta.dirname, "..", "dist", "baton.js");

/**
 * Listing 10,000 sessions of 2 GB: what the reader does against bare reads of the same files' ends, and how long the
 * built command takes when it has listed them before.
 */
export async function bench(): Promise<BenchRow[]> {
  const home = await mkdtemp(join(tmpdir(), "baton-bench-"));
  try {
    for (let n = 0; n < SESSIONS; n++) await writeSession("claude", home, BYTES / SESSIONS, uuidOf(n, n));
    return [await coldRow(home), warmRow(home)];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function coldRow(home: string): Promise<BenchRow> {
  const folder = join(home, ".claude/projects/-home-dev-repo");
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < 3; round++) {
    bare.push(await timeOf(async () => bareListing(folder)));
    ours.push(await timeOf(() => list(home)));
  }
  const ms = { bare: Math.min(...bare), first: ours[0] ?? Number.NaN, ours: Math.min(...ours) };
  const [first, fastest, least] = [ms.first, ms.ours, ms.bare].map((time) => `${(time / 1000).toFixed(2)} s`);
  return {
    name: `list ${SESSIONS.toLocaleString("en")} sessions, 2 GB`,
    figure: `${fastest} (first time ${first}) against ${least}`,
    ratio: ms.ours / ms.bare,
    limit: MOST_COLD,
  };
}

function warmRow(home: string): BenchRow {
  execFileSync("git", ["init", "-q", home]);
  const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, ".cache"), CLAUDE_CONFIG_DIR: "" };
  const argv = ["node", BATON, "list", "--all", "--agent", "claude"] as const;
  execFileSync(argv[0], argv.slice(1), { cwd: home, env, stdio: "ignore" });
  const [ms = Number.NaN] = medians([{ name: "baton list", argv, cwd: home, env }], 5);
  return {
    name: "baton list of them, listed before",
    figure: `${ms.toFixed(0)} ms of ${MOST_WARM}`,
    ratio: ms / MOST_WARM,
    limit: 1,
  };
}

async function list(home: string): Promise<void> {
  let listed = 0;
  for await (const _ of claudeReader.sessions({ home, env: {} }, { roots: [CWD] })) listed += 1;
  if (listed !== SESSIONS) throw new Error(`${listed} of ${SESSIONS} sessions were listed`);
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
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
