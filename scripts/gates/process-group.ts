import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { errorCode } from "../base/errors.ts";
import { isProcessAlive } from "../base/files.ts";

type Signal = "SIGTERM" | "SIGKILL";

/** The variable by which a command and all that it starts can be recognised: ids of runs, with commas between them. */
export const RUN_MARK = "BATON_RUN";

/**
 * A process that leads a group of its own, together with everything that it has started.
 * As long as it is not forgotten, it ends with this process, however that comes to exit.
 */
export class ProcessGroup {
  readonly #leader: number | undefined;
  readonly #run: string;
  /** Its own group, and those that its descendants have made. */
  readonly #groups = new Set<number>();
  readonly #onExit = () => {
    this.kill("SIGKILL");
    this.killMarked("SIGKILL");
  };

  /**
   * `leader` is undefined for a process that could not be started: then there is nothing to do. `run` is the id that
   * stands in `RUN_MARK` in its environment.
   */
  constructor(leader: number | undefined, run: string) {
    this.#leader = leader;
    this.#run = run;
    if (leader !== undefined) this.#groups.add(leader);
    process.once("exit", this.#onExit);
  }

  /** What has left the group is reached too, if the leader still runs: afterwards nothing says where it came from. */
  kill(signal: Signal): void {
    if (this.#leader === undefined) return;
    if (process.platform === "win32") {
      // There are no groups to signal; the tree is followed as far as it still hangs together.
      spawnSync("taskkill", ["/pid", String(this.#leader), "/T", "/F"], { windowsHide: true });
      return;
    }
    if (isProcessAlive(this.#leader)) {
      for (const group of groupsBelow(this.#leader)) this.#groups.add(group);
    }
    for (const group of this.#groups) send(signal, -group);
  }

  /**
   * Reaches what has made itself a daemon, by the mark in its environment. What was started without that environment
   * (`env -i`, `sudo`, a service that was asked to start it) is not found; on Windows nothing is.
   */
  killMarked(signal: Signal): void {
    if (this.#leader === undefined) return;
    // What starts others while it is looked for is found the next time.
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found = markedProcesses(this.#run);
      for (const pid of found) send(signal, pid);
      if (found.length === 0 || signal !== "SIGKILL") return;
    }
  }

  forget(): void {
    process.off("exit", this.#onExit);
  }
}

/** The groups of everything that descends from a process; none where there is no `ps` that could tell. */
function groupsBelow(leader: number): Set<number> {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,pgid="], { encoding: "utf8" });
  const processes = (stdout ?? "").split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const groups = new Set<number>();
  const parents = [leader];
  for (const parent of parents) {
    for (const [pid, above, group] of processes) {
      if (pid === undefined || group === undefined || above !== parent) continue;
      parents.push(pid);
      groups.add(group);
    }
  }
  return groups;
}

const MAX_ROUNDS = 5;

function markedProcesses(run: string): number[] {
  if (process.platform === "win32") return [];
  if (process.platform === "linux") return processIds().filter((pid) => environmentOf(pid).includes(run));
  // Options before which there is no dash: with one, `e` means something else.
  const { stdout } = spawnSync("ps", ["axeww", "-o", "pid=,command="], {
    encoding: "utf8",
    maxBuffer: MAX_PS_BYTES,
  });
  return (stdout ?? "")
    .split("\n")
    .filter((line) => line.includes(run))
    .map((line) => Number.parseInt(line, 10));
}

const MAX_PS_BYTES = 64 * 1024 * 1024;

function processIds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Empty for processes of others, and for those that have just ended. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

/** Signals a process, or a group by its negated id. */
function send(signal: Signal, target: number): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    // All of them are gone already. macOS says EPERM where only zombies are left.
    if (errorCode(error) !== "ESRCH" && errorCode(error) !== "EPERM") throw error;
  }
}
