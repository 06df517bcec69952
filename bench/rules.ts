import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleConfig } from "../schema/config.ts";
import { checkRules } from "../scripts/gates/check-rules.ts";
import { readRules } from "../scripts/gates/rule-set.ts";
import { openRepository, type Repository } from "../scripts/git/repository.ts";
import { filesMatching, listFiles } from "../scripts/git/search.ts";
import type { BenchRow } from "./row.ts";

const FILES = 100_000;
const FILE_BYTES = 4096;
const PER_FOLDER = 200;
/** One file in so many has a violation. */
const BAD_EVERY = 100;
const ROUNDS = 5;
const LIMIT = 1.5;

/** How long rules take on all files of a large repository, beside `git grep` for the same patterns. */
export async function bench(): Promise<BenchRow[]> {
  const root = makePages();
  try {
    const repository = await openRepository(root, process.env);
    const samples = ["design-tokens", "deep-import", "page-layout"].map(sample);
    const forbidding = samples.filter((rule) => rule.forbid !== undefined);
    return [
      await row("rules that forbid", "-nP", repository, forbidding),
      // Where something is required, it is the file that counts, not the line.
      await row("rules that forbid and require", "-lP", repository, samples),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function row(
  name: string,
  how: string,
  repository: Repository,
  rules: readonly RuleConfig[],
): Promise<BenchRow> {
  const patterns = rules.map((rule) => rule.forbid ?? rule.require ?? "");
  const grep = () =>
    spawnSync("git", ["grep", how, ...patterns.flatMap((pattern) => ["-e", pattern])], {
      cwd: repository.root,
      stdio: ["ignore", "ignore", "inherit"],
    });
  const [bare, own] = await medians([
    () => grep(),
    async () => {
      const { violations, violationTotals } = await check(repository, rules);
      const found = violationTotals?.STRICT ?? violations?.length ?? 0;
      if (found < FILES / BAD_EVERY) throw new Error(`${name}: only ${found} violations were found`);
    },
  ]);
  return {
    name: `${name}, ${FILES.toLocaleString("en")} files`,
    figure: `${own.toFixed(0)} ms (git grep -P ${bare.toFixed(0)} ms)`,
    ratio: own / bare,
    limit: LIMIT,
  };
}

function check(repository: Repository, rules: readonly RuleConfig[]) {
  const setting = {
    rules,
    scope: "all files",
    files: () => listFiles(repository),
    filesWith: (patterns: readonly string[], signal: AbortSignal) =>
      filesMatching(repository, patterns, signal),
  };
  return checkRules(repository.root, readRules(rules), setting, new AbortController().signal);
}

/** Each one's median time in ms; in turn, so that whatever else the machine does hits both alike. */
async function medians(works: readonly [() => unknown, () => unknown]): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, work] of works.entries()) {
      const start = performance.now();
      await work();
      times[i]?.push(performance.now() - start);
    }
  }
  const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  return [median(times[0]), median(times[1])];
}

function sample(name: string): RuleConfig {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../templates/rules", `${name}.json`), "utf8"));
}

/** A repository of pages as they are in a web application. Its objects are not needed, only its index. */
function makePages(): string {
  const root = mkdtempSync(join(tmpdir(), "baton-bench-"));
  execFileSync("git", ["init", "-q", root]);
  const paths: string[] = [];
  for (let i = 0; i < FILES; i++) {
    const folder = `app/feature-${Math.floor(i / PER_FOLDER)}`;
    if (i % PER_FOLDER === 0) mkdirSync(join(root, folder), { recursive: true });
    // One page each folder, the rest are its parts.
    const path = `${folder}/${i % PER_FOLDER === 0 ? "page" : `part-${i}`}.tsx`;
    writeFileSync(join(root, path), page(i));
    paths.push(path);
  }
  execFileSync("git", ["update-index", "--add", "--info-only", "-z", "--stdin"], {
    cwd: root,
    input: paths.map((path) => `${path}\0`).join(""),
  });
  return root;
}

const IMPORTS = `import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { PageLayout } from "@/components/layout";
import type { Order } from "../../lib/orders";
import tokens from '@/design-system/tokens';
`;

function page(i: number): string {
  let text = IMPORTS;
  if (i % BAD_EVERY === 1) text += `\nexport const Bad = () => <div className="px-8 bg-blue-500" />;\n`;
  for (let part = 0; text.length < FILE_BYTES; part++) {
    text += `
export function Part${i}x${part}({ items, onSelect }: { items: Order[]; onSelect: (id: string) => void }) {
  const [open, setOpen] = useState(false);
  const total = useMemo(() => items.reduce((sum, item) => sum + item.price * item.count, 0), [items]);
  return (
    <PageLayout className="flex items-center gap-section px-gutter text-muted bg-surface rounded-card">
      <h2 className="text-heading font-semibold tracking-tight">{tokens.label} {total.toFixed(2)} – {open}</h2>
      {items.map((item) => <Button key={item.id} onClick={() => onSelect(item.id)}>{item.name}</Button>)}
    </PageLayout>
  );
}
`;
  }
  return text.slice(0, FILE_BYTES);
}
