// @module-tag slow
import { spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Entry } from "../../schema/transcript.ts";
import { type Bundle, bundle } from "../support/bundle.ts";
import { run } from "../support/cli.ts";
import { PACKAGE } from "../support/package.ts";
import { type Repo, repo, temporaryFolder } from "../support/repo.ts";
import { homeWithSessions } from "../support/sessions.ts";
import { snapshot } from "../support/snapshot.ts";

const TARGETS = ["claude", "codex", "copilot", "gemini"] as const;
type Agent = (typeof TARGETS)[number];

let built: Bundle;
beforeAll(async () => {
  built = await bundle("scripts/session-transfer.ts");
});
afterAll(() => built.remove());

interface Place {
  /** Holds the home and the repository. */
  folder: string;
  home: string;
  here: Repo;
}

function copyOf(place: { home: string; here: Repo }): Place {
  const home = temporaryFolder();
  cpSync(place.home, home, { recursive: true });
  return { folder: home, home, here: place.here };
}

/** Runs a transfer whose `at`-th change goes wrong. `hit` tells which one that was; null when there were fewer. */
async function spoiled(place: Place, from: Agent, to: Agent, fault: "kill" | "full", at: number) {
  const { log, ...ended } = await transfer(place, from, to, { FAULT: fault, FAULT_AT: String(at) });
  return { ...ended, hit: log === null ? null : log.trim() };
}

/** What a kill at each change of a transfer leaves: a process that is killed leaves what is on the disk at that moment. */
async function leftByKills(place: Place, from: Agent, to: Agent): Promise<{ hit: string; left: Place }[]> {
  const copies = temporaryFolder();
  const settings = { FAULT: "copy", FAULT_HOME: place.home, FAULT_COPIES: copies };
  const { code, log } = await transfer(place, from, to, settings);
  expect(code).toBe(0);
  return (log ?? "")
    .trim()
    .split("\n")
    .map((hit, i) => {
      const home = join(copies, String(i + 1));
      return { hit, left: { folder: home, home, here: place.here } };
    });
}

async function transfer(place: Place, from: Agent, to: Agent, settings: Record<string, string>) {
  const log = join(temporaryFolder(), "log");
  const child = spawn(
    process.execPath,
    [
      "--import",
      pathToFileURL(join(PACKAGE, "tests", "support", "faults.mjs")).href,
      join(built.folder, "session-transfer.mjs"),
      from,
      to,
      "--again",
    ],
    {
      cwd: place.here.root,
      env: {
        ...place.here.env,
        HOME: place.home,
        ...settings,
        FAULT_ROOT: tmpdir(),
        FAULT_LOG: log,
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...ended) => resolve(ended));
  });
  return { code, signal, err, log: existsSync(log) ? readFileSync(log, "utf8") : null };
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
    const kills = await leftByKills(copyOf(start), from, to);
    // One of them in earnest, in the middle of the changes.
    const killed = copyOf(start);
    const { signal, hit } = await spoiled(killed, from, to, "kill", Math.ceil(kills.length / 2));
    expect(signal).toBe("SIGKILL");
    const results = new Set<number>();
    for (const [i, { left }] of [...kills, { hit, left: killed }].entries()) {
      const told = await tellings(left, to);
      results.add(told.length);
      expect([[], [whole]]).toContainEqual(told);
      // A few of the steps suffice to tell whether what was left is in the way.
      if (i % 4 === 3 || left === killed) {
        await run(start.here, ["transfer", from, to, "--again"], { home: left.home });
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
      const { code, hit, err } = await spoiled(place, from, to, "full", at);
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
