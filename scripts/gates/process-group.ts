import { spawnSync } from "node:child_process";
import { errorCode } from "../base/errors.ts";

/**
 * A process that leads a group of its own, together with everything that it has started.
 * As long as it is not forgotten, it ends with this process, however that comes to exit.
 */
export class ProcessGroup {
  readonly #leader: number | undefined;
  readonly #onExit = () => this.kill("SIGKILL");

  /** `leader` is undefined for a process that could not be started: then there is nothing to do. */
  constructor(leader: number | undefined) {
    this.#leader = leader;
    process.once("exit", this.#onExit);
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    if (this.#leader === undefined) return;
    if (process.platform === "win32") {
      // There are no groups to signal; the tree is followed as far as it still hangs together.
      spawnSync("taskkill", ["/pid", String(this.#leader), "/T", "/F"], { windowsHide: true });
      return;
    }
    try {
      process.kill(-this.#leader, signal);
    } catch (error) {
      // All of them are gone already. macOS says EPERM where only zombies are left.
      if (errorCode(error) !== "ESRCH" && errorCode(error) !== "EPERM") throw error;
    }
  }

  forget(): void {
    process.off("exit", this.#onExit);
  }
}
