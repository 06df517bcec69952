import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a terminal does for these keys by itself, unless it hands over each key as it is pressed. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  "\u0003": "SIGINT",
  "\u001a": "SIGTSTP",
  "\u001c": "SIGQUIT",
};

/**
 * Calls `handler` with each key that is pressed, until the answered function is called. Ctrl-C, Ctrl-Z and Ctrl-\ do what
 * they always do. Whatever ends the process, the terminal is as it was. A process in the background takes no keys.
 */
export function onKeys(handler: (key: string) => void): () => void {
  const { stdin } = process;
  let isOn = false;

  function on(): void {
    // A terminal stops a process that touches it from the background.
    if (isOn || !isInForeground()) return;
    isOn = true;
    stdin.setRawMode(true);
    stdin.on("data", take);
    stdin.resume();
  }

  function off(): void {
    if (!isOn) return;
    isOn = false;
    stdin.off("data", take);
    stdin.pause();
    stdin.setRawMode(false);
  }

  function take(chunk: Buffer | string): void {
    for (const key of chunk.toString()) {
      const signal = SIGNALS[key];
      if (signal === undefined) handler(key);
      else {
        if (signal !== "SIGINT") off();
        // To the whole group, as the terminal would: whatever waits for us, such as npx, has to hear it too.
        process.kill(0, signal);
      }
    }
  }

  on();
  process.on("SIGCONT", on);
  process.on("exit", off);
  return () => {
    process.off("SIGCONT", on);
    process.off("exit", off);
    off();
  };
}

/** Whether the terminal belongs to this process's group now. Where nobody can say, it does not. */
function isInForeground(): boolean {
  try {
    // After the name in brackets: state, parent, group, session, terminal, the terminal's group.
    const [, , group, , , ofTerminal] =
      readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return group !== undefined && group === ofTerminal;
  } catch {
    const { stdout } = spawnSync("ps", ["-o", "pgid=,tpgid=", "-p", String(process.pid)], {
      encoding: "utf8",
    });
    const [group, ofTerminal] = (stdout ?? "").trim().split(/\s+/);
    return group !== undefined && group !== "" && group === ofTerminal;
  }
}
