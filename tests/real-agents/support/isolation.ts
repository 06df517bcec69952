import { spawnSync } from "node:child_process";

// A process namespace beside the network one: nothing that a client starts outlives it.
const PROCESSES = ["--pid", "--fork", "--kill-child", "--mount-proc"];

const CANDIDATES = [
  ["unshare", "--net", ...PROCESSES],
  ["unshare", "--map-root-user", "--net", ...PROCESSES],
  ["unshare", "--map-root-user", "--net"],
];

const WITH_LOOPBACK = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

let found: string[] | null = null;

/**
 * The start of a command line that runs the rest of it with loopback as its only network.
 * Empty where the machine allows no namespaces: then only the clients' settings keep them offline.
 */
export function isolation(): readonly string[] {
  found ??= CANDIDATES.map((candidate) => [...candidate, ...WITH_LOOPBACK]).find(works) ?? [];
  return found;
}

function works([command = "", ...args]: string[]): boolean {
  return spawnSync(command, [...args, "true"], { stdio: "ignore" }).status === 0;
}
