import { spawnSync } from "node:child_process";

export interface Run {
  name: string;
  argv: readonly [string, ...string[]];
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

/**
 * Runs the commands in turn, `rounds` times over, and answers with each one's median time in ms.
 * Interleaved, so that whatever else the machine is doing hits all of them alike.
 */
export function medians(runs: readonly Run[], rounds: number): number[] {
  const times = runs.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    runs.forEach((run, i) => {
      times[i]?.push(timeOf(run));
    });
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN);
}

function timeOf({ name, argv: [program, ...args], cwd, env }: Run): number {
  const start = process.hrtime.bigint();
  const result = spawnSync(program, args, {
    cwd,
    env: env ?? process.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== 0) throw new Error(`${name} failed: ${result.stderr}`);
  return ms;
}
