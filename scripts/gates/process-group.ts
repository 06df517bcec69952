import { spawnSync } from "node:child_process";
import { errorCode } from "../base/errors.ts";
import { isProcessAlive } from "../base/files.ts";

type Signal = "SIGTERM" | "SIGKILL";

/**
 * A process that leads a group of its own, together with everything that it has started.
 * As long as it is not forgotten, it ends with this process, however that comes to exit.
 */
export class ProcessGroup {
  readonly #leader: number | undefined;
  /** Its own group, and those that its descendants have made. */
  readonly #groups = new Set<number>();
  readonly #onExit = () => this.kill("SIGKILL");

  /** `leader` is undefined for a process that could not be started: then there is nothing to do. */
  constructor(leader: number | undefined) {
    this.#leader = leader;
    if (leader !== undefined) this.#groups.add(leader);
    process.once("exit", this.#onExit);
  }

  /** What has left the group is reached too, if the leader still runs: afterwards nobody can tell where it came from. */
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
    for (const group of this.#groups) send(signal, group);
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

function send(signal: Signal, group: number): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // All of them are gone already. macOS says EPERM where only zombies are left.
    if (errorCode(error) !== "ESRCH" && errorCode(error) !== "EPERM") throw error;
  }
}
