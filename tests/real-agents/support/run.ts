import { spawn } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CLIENTS, type ClientName } from "./clients.ts";
import { environment } from "./environment.ts";
import { isolation } from "./isolation.ts";
import type { ClientJob, ClientRun } from "./job.ts";
import type { Turn } from "./script.ts";
import type { Workplace } from "./workplace.ts";

/** The answer to a request for a title. */
export const TITLE = "A greeting";

const LAUNCHER = fileURLToPath(new URL("./launcher.ts", import.meta.url));
/** The loader that lets Node run TypeScript. */
export const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

export interface RunOptions {
  args: string[];
  ask?: string;
  turns?: Turn[];
  helper?: Turn[];
  /** The answer to requests that offer no tools. Clients take it as a title. */
  aside?: string;
  environment?: Record<string, string>;
  /** Sent to the client when the script comes to a hang. Default: SIGKILL. */
  interrupt?: NodeJS.Signals;
  cwd?: string;
  timeLimitMs?: number;
}

/** Runs a client's program to its end, offline, against a model server that plays `turns`. */
export async function runClient(
  agent: ClientName,
  program: string,
  place: Workplace,
  options: RunOptions,
): Promise<ClientRun> {
  const job: ClientJob = {
    agent,
    program,
    args: options.args,
    cwd: options.cwd ?? place.repo,
    home: place.home,
    environment: { ...(await environment(place.home)), ...options.environment },
    script: {
      ask: options.ask ?? "",
      turns: options.turns ?? [],
      helper: options.helper ?? [],
      aside: options.aside ?? TITLE,
      limitHeaders: CLIENTS[agent].limitHeaders ?? {},
    },
    interrupt: options.interrupt ?? "SIGKILL",
    stopFile: place.stopFile,
    timeLimitMs: options.timeLimitMs ?? 90_000,
  };
  const folder = await mkdtemp(join(place.folder, "run-"));
  const [jobFile, resultFile] = [join(folder, "job.json"), join(folder, "result.json")];
  await writeFile(jobFile, JSON.stringify(job));
  await launch([jobFile, resultFile]);
  return JSON.parse(await readFile(resultFile, "utf8")) as ClientRun;
}

function launch(args: string[]): Promise<void> {
  const line = [...isolation(), process.execPath, "--import", TSX, LAUNCHER, ...args];
  const [command = "", ...rest] = line;
  return new Promise((resolve, reject) => {
    // The open stdin is the launcher's life line: it ends when this process does.
    const child = spawn(command, rest, { stdio: ["pipe", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    child.on("error", reject).on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The launcher failed (${code}): ${complaint}`));
    });
  });
}
