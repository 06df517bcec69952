/**
 * Runs one client together with its model server, so that both are in the same network namespace:
 * `launcher.ts <job.json> <result.json>`. Ends, and ends the client, when its stdin is closed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { watch } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { CLIENTS } from "./clients.ts";
import type { ClientJob, ClientRun } from "./job.ts";
import { startModelServer } from "./model-server.ts";

const [, , jobFile = "", resultFile = ""] = process.argv;
const job = JSON.parse(await readFile(jobFile, "utf8")) as ClientJob;
const client = CLIENTS[job.agent];

let running: ChildProcess | null = null;
let timedOut = false;
const server = await startModelServer(job.script, () => signalGroup(job.interrupt));

for (const [path, content] of Object.entries(client.settings(server.url))) {
  await mkdir(dirname(join(job.home, path)), { recursive: true });
  await writeFile(join(job.home, path), content);
}

watch(dirname(job.stopFile), (_event, name) => {
  if (name === basename(job.stopFile)) signalGroup(job.interrupt);
});

running = spawn(job.program, job.args, {
  cwd: job.cwd,
  env: { ...job.environment, ...client.environment(server.url, job.home) },
  stdio: ["ignore", "pipe", "pipe"],
  // A process group of its own, so that whatever the client starts can be ended with it.
  detached: true,
});
const limit = setTimeout(() => {
  timedOut = true;
  signalGroup("SIGKILL");
}, job.timeLimitMs);
process.stdin.resume().on("end", () => {
  signalGroup("SIGKILL");
  process.exit(1);
});

const result = await outcome(running);
clearTimeout(limit);
signalGroup("SIGKILL");
await writeFile(resultFile, JSON.stringify(result));
process.exit(0);

async function outcome(child: ChildProcess): Promise<ClientRun> {
  const exit = new Promise<Pick<ClientRun, "code" | "signal">>((resolve, reject) => {
    child.on("error", reject).on("exit", (code, signal) => resolve({ code, signal }));
  });
  const [{ code, signal }, stdout, stderr] = await Promise.all([
    exit,
    output(child.stdout),
    output(child.stderr),
  ]);
  const { requests } = server;
  const [unplayed, unscripted] = [server.unplayed(), server.unscripted()];
  return { code, signal, timedOut, stdout, stderr, requests, unplayed, unscripted };
}

async function output(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? "" : text(stream);
}

function signalGroup(signal: NodeJS.Signals): void {
  if (running?.pid === undefined) return;
  try {
    process.kill(-running.pid, signal);
  } catch (error) {
    // Nobody is left in the group.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
