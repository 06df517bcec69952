import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { medians } from "./measure.ts";
import type { BenchRow } from "./row.ts";

const BATON = join(import.meta.dirname, "..", "dist", "baton.js");
const ROUNDS = 15;

/** How long the built command takes beside what nothing can do without: Node's own start and one `git status`. */
export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const files of [1_000, 100_000]) {
    const root = makeRepository(files);
    try {
      rows.push(...measureIn(root, files));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
  return rows;
}

function measureIn(root: string, files: number): BenchRow[] {
  const runs = [
    { name: "node -e 0", argv: ["node", "-e", "0"], cwd: root },
    { name: "git status", argv: ["git", "status", "--porcelain=v2", "--branch", "-z", "-uall"], cwd: root },
    { name: "baton --version", argv: ["node", BATON, "--version"], cwd: root },
    { name: "baton save", argv: ["node", BATON, "save", "claude", "--quiet"], cwd: root },
  ] as const;
  const [node = 0, status = 0, version = 0, save = 0] = medians(runs, ROUNDS);
  const label = `${files.toLocaleString("en")} files`;
  return [
    {
      name: `floor, ${label}`,
      figure: `node ${ms(node)} + git status ${ms(status)}`,
      ratio: null,
      limit: null,
    },
    { name: `baton --version, ${label}`, figure: ms(version), ratio: version / node, limit: 1.3 },
    {
      name: `baton save, ${label}`,
      figure: ms(save),
      ratio: save / (node + status),
      limit: files === 100_000 ? 1.6 : null,
    },
  ];
}

function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}

/** A committed repository of small files, a few of them changed. */
export function makeRepository(files: number): string {
  const root = mkdtempSync(join(tmpdir(), "baton-bench-"));
  const perFolder = 500;
  for (let i = 0; i < files; i++) {
    const folder = join(root, `folder-${Math.floor(i / perFolder)}`);
    if (i % perFolder === 0) mkdirSync(folder);
    writeFileSync(join(folder, `file-${i}.ts`), `export const value${i} = ${i};\n`);
  }
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, stdio: "ignore" });
  git("init", "-q", "-b", "main");
  git("config", "user.name", "bench");
  git("config", "user.email", "bench@example.com");
  git("config", "gc.auto", "0");
  git("add", "-A");
  git("commit", "-qm", "start");
  for (let i = 0; i < 20; i++)
    writeFileSync(join(root, `folder-${i % 2}`, `changed-${i}.ts`), "export {};\n");
  return root;
}
