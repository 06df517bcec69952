import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { apply } from "../scripts/commands/init/draft.ts";
import { HOOKS } from "../scripts/commands/init/hook-text.ts";
import { readPlace } from "../scripts/commands/init/place.ts";
import { planInit } from "../scripts/commands/init/plan.ts";
import { openRepository } from "../scripts/git/repository.ts";
import type { BenchRow } from "./row.ts";
import { makeRepository } from "./startup.ts";

const HUSKY = join(import.meta.dirname, "..", "node_modules", "husky", "bin.js");
const FILES = 100_000;
const ROUNDS = 25;

/** A way of committing: what git takes its hooks from, and whether the saved state is fresh or was told of before. */
interface Way {
  hooks: string;
  save: "fresh" | "told" | "none";
}

const WAYS = {
  bare: { hooks: "no-hooks", save: "none" },
  empty: { hooks: "empty-hooks", save: "none" },
  plain: { hooks: ".git/hooks", save: "told" },
  plainFirst: { hooks: ".git/hooks", save: "fresh" },
  husky: { hooks: ".husky-empty/_", save: "none" },
  huskyOurs: { hooks: ".husky/_", save: "told" },
  huskyFirst: { hooks: ".husky/_", save: "fresh" },
} as const satisfies Record<string, Way>;
type Name = keyof typeof WAYS;

/** What our hooks add to a commit of one changed file, as plain git hooks and under husky. */
export async function bench(): Promise<BenchRow[]> {
  const root = makeRepository(FILES);
  try {
    await arrange(root);
    return rows(measure(root));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Our hooks as `init` makes them, once in `.git/hooks` and once under husky, and beside each the same without us. */
async function arrange(root: string): Promise<void> {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root });
  writeFileSync(join(root, "package.json"), '{ "scripts": { "prepare": "husky" } }\n');
  const place = async () => readPlace(await openRepository(root, process.env));
  git("config", "core.hooksPath", ".git/hooks");
  await apply((await planInit(await place(), [])).edits);
  for (const folder of [".husky-empty", ".husky"]) execFileSync("node", [HUSKY, folder], { cwd: root });
  for (const hook of HOOKS) writeFileSync(join(root, ".husky-empty", hook), "");
  await apply((await planInit(await place(), [])).edits);
  mkdirSync(join(root, "empty-hooks"));
  for (const hook of HOOKS) writeFileSync(join(root, "empty-hooks", hook), "#!/bin/sh\n", { mode: 0o755 });
  mkdirSync(join(root, ".claude"));
  writeFileSync(join(root, ".claude", ".session-state.json"), "{}\n");
  git("add", "-A");
  git("-c", "core.hooksPath=no-hooks", "commit", "-qm", "hooks");
}

type Times = Record<Name, number[]>;

/** In turn, and every other time in the other order, so that whatever else the machine does hits all alike. */
function measure(root: string): Times {
  const names = Object.keys(WAYS) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Times;
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed())
      times[name].push(timeCommit(root, WAYS[name]));
  }
  return times;
}

function timeCommit(root: string, { hooks, save }: Way): number {
  const path = "folder-1/file-500.ts";
  const head = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  writeFileSync(join(root, path), `${process.hrtime.bigint()}\n`);
  execFileSync("git", ["add", path], { cwd: root });
  writeSave(join(root, ".git", "baton", "saved"), head, save);
  const start = process.hrtime.bigint();
  const result = spawnSync("git", ["-c", `core.hooksPath=${hooks}`, "commit", "-qm", "one"], { cwd: root });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== 0) throw new Error(`a commit with ${hooks} failed: ${result.stderr}`);
  return ms;
}

/** The marker that a save leaves. Of a fresh one the commit makes an old one, and post-commit tells so. */
function writeSave(folder: string, head: string, save: Way["save"]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "claude"), `.claude/.session-state.json\nmain\n${head}\n\n`);
  if (save === "told") writeFileSync(join(folder, "claude.said"), " commits commits\n");
}

function rows(times: Times): BenchRow[] {
  const row = (name: string, way: Name, base: Name, limit: number | null): BenchRow => ({
    name,
    figure: `${median(times[way]).toFixed(1)} ms`,
    // Each against its neighbour of the same round: the machine's slow minutes cancel out.
    ratio: way === base ? null : median(times[way].map((time, i) => time / (times[base][i] ?? Number.NaN))),
    limit,
  });
  return [
    row("bare commit, 100,000 files", "bare", "bare", null),
    row("with empty git hooks", "empty", "bare", null),
    row("with our git hooks", "plain", "bare", 1.15),
    row("with our git hooks, first after a save", "plainFirst", "bare", null),
    row("husky with empty hook files", "husky", "husky", null),
    row("husky with our hooks", "huskyOurs", "husky", 1.2),
    row("husky with our hooks, first after a save", "huskyFirst", "husky", null),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { name, figure, ratio, limit } of await bench()) {
    const against =
      ratio === null ? "" : `  ×${ratio.toFixed(3)}${limit === null ? "" : ` (limit ×${limit})`}`;
    process.stdout.write(`${name.padEnd(44)} ${figure}${against}\n`);
  }
}
