/** What the bench of the readers runs in a process of its own, so that its memory is nobody else's. Prints JSON. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { agentNamed, knownAgents } from "../scripts/agents/index.ts";
import { digest } from "../scripts/transcript/digest.ts";

const [work = "", agent = "", home = "", path = "", rounds = "1"] = process.argv.slice(2);

const WORKS: Record<string, () => Promise<number>> = {
  /** What everybody would write first: the measure for all others. */
  async bare() {
    let records = 0;
    for await (const line of createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      if (typeof JSON.parse(line) === "object") records += 1;
    }
    return records;
  },
  async read() {
    let entries = 0;
    for await (const _ of (await theSession()).entries()) entries += 1;
    return entries;
  },
  async digest() {
    return (await digest(await theSession())).turns;
  },
};

async function theSession() {
  const { reader } = agentNamed(agent, knownAgents());
  if (reader === undefined) throw new Error(`${agent} has no reader`);
  for await (const session of reader.sessions({ home, env: {} }, { roots: null })) {
    if (session.path === path) return reader.open({ home, env: {} }, session);
  }
  throw new Error(`${agent} does not list ${path}`);
}

const run = WORKS[work];
if (run === undefined) throw new Error(`There is no work ${work}.`);
// Its code is loaded when it is first asked, and that is no part of reading.
await agentNamed(agent, knownAgents()).reader?.places({ home, env: {} });
const times: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  await run();
  times.push(performance.now() - start);
}
const ms = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
process.stdout.write(JSON.stringify({ ms, peakBytes: process.resourceUsage().maxRSS * 1024 }));
