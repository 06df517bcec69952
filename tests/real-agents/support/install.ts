import { execFile } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { exists } from "../../../scripts/base/files.ts";
import { withLock } from "../../../scripts/base/lock.ts";
import type { Client } from "./client.ts";
import { textAt } from "./json.ts";

const run = promisify(execFile);

/** Half an hour: 400 MB over a slow line. */
const PATIENCE_MS = 30 * 60_000;

const NPM_OPTIONS = [
  // Only the one script that is named in `setUp` is run, whatever this npm's own rule for scripts is.
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
  // Without a network the reason is wanted soon.
  "--fetch-retries=1",
  "--fetch-retry-mintimeout=1000",
];

export type Installed = { program: string } | { missing: string };

/**
 * Installs the client at its pinned version into the cache, unless it is there already, and gives its program.
 * `missing` says in one line why it could not be installed.
 */
export async function install(client: Client, say: (line: string) => void = () => {}): Promise<Installed> {
  const folder = join(cacheFolder(), `${client.agent}-${client.version}`);
  const program = join(folder, "node_modules", ".bin", client.agent);
  try {
    if (!(await exists(folder))) {
      await withLock(`${folder}.lock`, () => installInto(folder, client, say), PATIENCE_MS);
    }
    return { program };
  } catch (error) {
    return { missing: `${client.package}@${client.version} could not be installed: ${reasonOf(error)}` };
  }
}

function cacheFolder(): string {
  const { BATON_AGENTS_CACHE, XDG_CACHE_HOME } = process.env;
  return BATON_AGENTS_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "baton-agents");
}

async function installInto(folder: string, client: Client, say: (line: string) => void): Promise<void> {
  if (await exists(folder)) return;
  say(`Installing ${client.package}@${client.version} into ${folder}, once.`);
  // The folder appears whole or not at all: a killed installation leaves only a draft.
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  try {
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, "package.json"), JSON.stringify({ private: true }));
    await run("npm", ["install", ...NPM_OPTIONS, `${client.package}@${client.version}`], { cwd: draft });
    if (client.setUp !== undefined) {
      const script = join(draft, "node_modules", client.setUp);
      await run(process.execPath, [script], { cwd: dirname(script) });
    }
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** npm's own words where there are any: `network request to … failed, reason: …`. */
function reasonOf(error: unknown): string {
  const told = /^npm error (?!code |errno |syscall )(.+)$/m.exec(textAt(error, "stderr"));
  return told?.[1] ?? (error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error));
}
