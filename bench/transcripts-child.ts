/** What the bench of the readers runs in a process of its own, so that its memory is nobody else's. Prints JSON. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { SessionSummary } from "../schema/transcript.ts";
import { agentNamed, knownAgents } from "../scripts/agents/index.ts";
import { digest } from "../scripts/transcript/digest.ts";

const [work = "", agent = "", home = "", path = "", rounds = "1"] = process.argv.slice(2);

const { reader } = agentNamed(agent, knownAgents());

const WORKS: Record<string, (session: SessionSummary) => Promise<unknown>> = {
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
  async read(session) {
    let entries = 0;
    const transcript = await reader?.open({ home, env: {} }, session);
    for await (const _ of transcript?.entries() ?? []) entries += 1;
    return entries;
  },
  async digest(session) {
    const transcript = await reader?.open({ home, env: {} }, session);
    return transcript === undefined ? null : digest(transcript);
  },
};

// That the reader's code is loaded and the session found is no part of reading it.
async function theSession(): Promise<SessionSummary> {
  for await (const session of reader?.sessions({ home, env: {} }, { roots: null }) ?? []) {
    if (session.path === path) return session;
  }
  throw new Error(`${agent} does not list ${path}`);
}

const run = WORKS[work];
if (run === undefined) throw new Error(`There is no work ${work}.`);
const session = await theSession();
const times: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  await run(session);
  times.push(performance.now() - start);
}
const ms = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
process.stdout.write(JSON.stringify({ ms, peakBytes: process.resourceUsage().maxRSS * 1024 }));
