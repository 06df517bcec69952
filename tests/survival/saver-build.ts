import { spawn } from "node:child_process";
import { join } from "node:path";
import { bundle } from "../support/bundle.ts";

/** Bundles a program of this folder, and gives its path. */
export async function buildSaver(program = "saver.ts"): Promise<string> {
  const folder = await bundle(join(import.meta.dirname, program));
  return join(folder, program.replace(/\.ts$/, ".mjs"));
}

export interface Saver {
  /** Resolves with the exit code, or null when it was killed; rejects with what it said when it failed by itself. */
  ended: Promise<number | null>;
  /** Resolves after the first save. */
  begun: Promise<void>;
  kill(): void;
}

export function startSaver(
  path: string,
  env: Record<string, string | undefined>,
  words: readonly string[],
): Saver {
  const child = spawn(process.execPath, [path, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("close", (code) => (code === 0 || code === null ? resolve(code) : reject(new Error(said))));
  });
  const begun = new Promise<void>((resolve, reject) => {
    child.stdout.on("data", () => resolve());
    ended.then(() => resolve(), reject);
  });
  return { ended, begun, kill: () => child.kill("SIGKILL") };
}
