import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "./repo.ts";

/** A program that is run with `faults.mjs` in it: a script with its arguments. */
export interface Program {
  args: readonly string[];
  cwd: string;
  env: Record<string, string | undefined>;
}

export interface Spoiled {
  code: number | null;
  signal: string | null;
  err: string;
  /** The change that went wrong, such as `rename /path`; null when the program made fewer changes. */
  hit: string | null;
}

/** Runs a program whose `at`-th change of a file goes wrong: it is killed there, or the disk is full from there on. */
export async function spoiled(program: Program, fault: "kill" | "full", at: number): Promise<Spoiled> {
  const { hits, ...ended } = await runWith(program, { FAULT: fault, FAULT_AT: String(at) });
  return { ...ended, hit: hits[0] ?? null };
}

/**
 * What a kill at each change of a file would leave of `folder`: a process that is killed leaves what is on the disk at
 * that moment. The program itself runs to its end. Throws when it fails.
 */
export async function leftByKills(
  program: Program,
  folder: string,
): Promise<{ hit: string; left: string }[]> {
  const copies = temporaryFolder();
  const settings = { FAULT: "copy", FAULT_HOME: folder, FAULT_COPIES: copies };
  const { code, err, hits } = await runWith(program, settings);
  if (code !== 0) throw new Error(`exit ${code}: ${err}`);
  return hits.map((hit, i) => ({ hit, left: join(copies, String(i + 1)) }));
}

async function runWith({ args, cwd, env }: Program, settings: Record<string, string>) {
  const log = join(temporaryFolder(), "log");
  const faults = pathToFileURL(join(import.meta.dirname, "faults.mjs")).href;
  const child = spawn(process.execPath, ["--import", faults, ...args], {
    cwd,
    env: { ...env, ...settings, FAULT_ROOT: tmpdir(), FAULT_LOG: log },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...ended) => resolve(ended));
  });
  const hits = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  return { code, signal, err, hits };
}
