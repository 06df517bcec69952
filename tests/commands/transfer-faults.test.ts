// @module-tag slow
import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Entry } from "../../schema/transcript.ts";
import { bundle } from "../support/bundle.ts";
import { run } from "../support/cli.ts";
import { leftByKills, type Program, spoiled } from "../support/faults.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";
import { snapshot } from "../support/snapshot.ts";

const TARGETS = ["claude", "codex", "copilot", "gemini"] as const;
type Agent = (typeof TARGETS)[number];

let built: string;
beforeAll(async () => {
  built = await bundle("scripts/session-transfer.ts");
});

interface Place {
  home: string;
  here: Repo;
}

function copyOf(place: Place): Place {
  const home = temporaryFolder();
  cpSync(place.home, home, { recursive: true });
  return { ...place, home };
}

function transfer({ here, home }: Place, from: Agent, to: Agent): Program {
  const script = join(built, "session-transfer.mjs");
  return { args: [script, from, to, "--again"], cwd: here.root, env: { ...here.env, HOME: home } };
}

/** What each session of the agent tells. */
async function tellings({ here, home }: Place, agent: Agent): Promise<string[][]> {
  const { data } = await run(here, ["list", "--agent", agent, "--all"], { home });
  const told: string[][] = [];
  for (const { id } of data.sessions as { id: string }[]) {
    const { out } = await run(here, ["show", id, "--format", "json"], { home });
    const { entries } = JSON.parse(out) as { entries: Entry[] };
    // When it was brought here differs.
    told.push(
      entries.map((entry) => (entry.type === "text" ? entry.text.replaceAll(/ on 20\S+/g, "") : entry.type)),
    );
  }
  return told;
}

describe.each(TARGETS)("a transfer into %s", (to) => {
  const from: Agent = to === "codex" ? "claude" : "codex";

  function begin() {
    const here = repo();
    return { here, home: homeWithSessions(from, here.root) };
  }

  it("that is killed at any step leaves no session or a whole one, and the next one works", async () => {
    const start = begin();
    const clean = copyOf(start);
    await run(start.here, ["transfer", from, to], { home: clean.home });
    const [whole = []] = await tellings(clean, to);
    expect(whole.length).toBeGreaterThan(2);
    const place = copyOf(start);
    const kills = await leftByKills(transfer(place, from, to), place.home);
    // One of them in earnest, in the middle of the changes.
    const killed = copyOf(start);
    const { signal, hit } = await spoiled(transfer(killed, from, to), "kill", Math.ceil(kills.length / 2));
    expect(signal).toBe("SIGKILL");
    const results = new Set<number>();
    for (const [i, { left: home }] of [...kills, { hit, left: killed.home }].entries()) {
      const left = { here: start.here, home };
      const told = await tellings(left, to);
      results.add(told.length);
      expect([[], [whole]]).toContainEqual(told);
      // A few of the steps suffice to tell whether what was left is in the way.
      if (i % 4 === 3 || home === killed.home) {
        await run(start.here, ["transfer", from, to, "--again"], { home });
        expect(await tellings(left, to)).toEqual([...told, whole]);
      }
    }
    const steps = kills.map((kill) => kill.hit.split(" ")[0]);
    expect(steps).toEqual(expect.arrayContaining(["mkdir", "open", "write", "sync", "rename"]));
    expect([...results].toSorted()).toEqual([0, 1]);
  });

  it("on a disk that is full from any step on takes everything back, and says so", async () => {
    const start = begin();
    let steps = 0;
    for (let at = 1; ; at++) {
      const place = copyOf(start);
      const before = snapshot(place.home);
      const { code, hit, err } = await spoiled(transfer(place, from, to), "full", at);
      if (hit === null) break;
      steps += 1;
      expect({ hit, code }).toEqual({ hit, code: 1 });
      expect(err).toContain("the disk is full");
      expect(err).toContain("Free some space");
      expect(snapshot(place.home)).toEqual(before);
    }
    expect(steps).toBeGreaterThan(5);
  });
});
