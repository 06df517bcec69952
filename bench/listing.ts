import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claudeReader } from "../scripts/agents/claude/reader.ts";
import { projectFolderName } from "../scripts/agents/claude/store.ts";
import type { BenchRow } from "./row.ts";
import { CWD, SESSION, uuidOf, writeSession } from "./transcript-files.ts";

const BATON = join(import.meta.dirname, "..", "dist", "baton.js");
const SESSIONS = 10_000;
const ROUNDS = 3;
/** Bytes of all sessions together. */
const SMALL = 0.2e9;
const LARGE = 2e9;
/** As often as the bare reads of the same files. */
const MOST_COLD = 10;
const MOST_WARM_MS = 1000;

/**
 * Listing 10,000 sessions of one repository, against bare reads of their ends; and the built `baton list` with and
 * without what it remembers. Small sessions are read whole, larger ones at both ends.
 */
export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const bytes of [SMALL, LARGE]) {
    const place = mkdtempSync(join(realpathSync(tmpdir()), "baton-bench-"));
    try {
      rows.push(...(await measureIn(place, bytes)));
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }
  return rows;
}

async function measureIn(home: string, bytes: number): Promise<BenchRow[]> {
  const root = join(home, "repo");
  mkdirSync(root);
  execFileSync("git", ["init", "-q", "-b", "main"], { cwd: root });
  const folder = join(home, ".claude/projects", projectFolderName(root));
  await makeSessions(home, folder, root, bytes / SESSIONS);
  const bare: number[] = [];
  const reader: number[] = [];
  const cold: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await timeOf(() => bareListing(folder)));
    reader.push(await timeOf(() => list(home, root)));
    rmSync(join(home, ".cache"), { recursive: true, force: true });
    cold.push(await timeOf(() => command(home, root, "list", "--json")));
  }
  const warm: number[] = [];
  const table: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    warm.push(await timeOf(() => command(home, root, "list", "--json")));
    table.push(await timeOf(() => command(home, root, "list")));
  }
  const of = `${SESSIONS} sessions, ${bytes / 1e9} GB`;
  const least = Math.min(...bare);
  const against = (name: string, times: readonly number[], limit: number | null): BenchRow => {
    const ms = Math.min(...times);
    const first = seconds(times[0] ?? Number.NaN);
    return {
      name: `${name}, ${of}`,
      figure: `${seconds(ms)} (first time ${first}) against ${seconds(least)}`,
      ratio: ms / least,
      limit,
    };
  };
  const remembered = (name: string, times: readonly number[]): BenchRow => ({
    name: `${name}, ${of}`,
    figure: `${seconds(Math.min(...times))} of 1 s`,
    ratio: Math.min(...times) / MOST_WARM_MS,
    limit: 1,
  });
  return [
    against("claude reader", reader, MOST_COLD),
    // The aim is for large sessions: of small ones, Node's start and the redaction of titles are most of the time.
    against("list, cold", cold, bytes === LARGE ? MOST_COLD : null),
    remembered("list --json, warm", warm),
    remembered("list, warm", table),
  ];
}

/** One session is made, and the others are as it is but for their ids, their times and what was asked first. */
async function makeSessions(home: string, folder: string, root: string, bytes: number): Promise<void> {
  const model = join(home, "model");
  const text = readFileSync(await writeSession("claude", model, bytes), "utf8").replaceAll(CWD, root);
  rmSync(model, { recursive: true });
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < SESSIONS; n++) {
    const id = uuidOf(n, n);
    const hour = new Date(Date.UTC(2025, 0, 1, n)).toISOString().slice(0, 14);
    const session = text
      .replaceAll(SESSION, id)
      .replaceAll("2026-01-05T00:", hour)
      .replace("Step 0:", `Session ${n}:`);
    writeFileSync(join(folder, `${id}.jsonl`), session);
  }
}

async function list(home: string, root: string): Promise<void> {
  let listed = 0;
  for await (const _ of claudeReader.sessions({ home, env: {} }, { roots: [root] })) listed += 1;
  if (listed !== SESSIONS) throw new Error(`${listed} of ${SESSIONS} sessions were listed`);
}

function command(home: string, root: string, ...args: string[]): void {
  const { PATH } = process.env;
  const result = spawnSync(process.execPath, [BATON, ...args], {
    cwd: root,
    env: { PATH, HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`baton ${args.join(" ")} failed: ${result.stderr}`);
  const listed = result.stdout.split(uuidOf(0, 0).slice(-8)).length;
  if (listed < 2) throw new Error(`baton ${args.join(" ")} did not list the sessions`);
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

async function timeOf(work: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
