import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CLIENTS, type ClientName } from "./clients.ts";
import { isolation } from "./isolation.ts";
import type { ClientJob, ClientRun } from "./job.ts";
import type { Turn } from "./script.ts";
import type { Workplace } from "./workplace.ts";

const LAUNCHER = fileURLToPath(new URL("./launcher.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

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
      aside: options.aside ?? "A greeting",
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

// Everything that the client sees of the machine. A proxy that leads nowhere stops what looks past loopback.
async function environment(home: string): Promise<Record<string, string>> {
  const folders = {
    TMPDIR: join(home, "tmp"),
    XDG_CACHE_HOME: join(home, ".cache"),
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_DATA_HOME: join(home, ".local", "share"),
    XDG_RUNTIME_DIR: join(home, "run"),
    XDG_STATE_HOME: join(home, ".local", "state"),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  const nowhere = "http://127.0.0.1:9";
  return {
    ...folders,
    HOME: home,
    PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    SHELL: "/bin/sh",
    USER: "dev",
    LANG: "C.UTF-8",
    TERM: "dumb",
    CI: "1",
    NO_COLOR: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost",
  };
}
