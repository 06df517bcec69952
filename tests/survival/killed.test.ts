// @module-tag slow
import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { run } from "../support/cli.ts";
import { type Repo, repo } from "../support/repo.ts";
import { buildSaver, startSaver } from "./saver-build.ts";

const KILLS = 200;
const HANDOFFS_KILLED = 40;

function stateOf(here: Repo, file: string): SessionState {
  return JSON.parse(readFileSync(join(here.root, file), "utf8"));
}

function newestKept(here: Repo, agent: string): SessionState | null {
  const folder = join(here.root, ".git", "baton", "history", agent);
  if (!existsSync(folder)) return null;
  const name = readdirSync(folder)
    .filter((entry) => /^\d/.test(entry))
    .sort()
    .at(-1);
  return name === undefined ? null : JSON.parse(readFileSync(join(folder, name), "utf8"));
}

/** Starts it, lets it work for a moment that nobody chose, and kills it. */
async function killSoon(path: string, here: Repo, words: readonly string[]): Promise<void> {
  const saver = startSaver(path, here.env, [here.root, "1000000", ...words]);
  await saver.begun;
  await sleep(Math.random() * 40);
  saver.kill();
  await saver.ended;
}

it(`loses no state to ${KILLS} kills in the middle of saving`, async () => {
  const here = repo({ "a.ts": "1" });
  const path = await buildSaver();
  here.write("a.ts", "2");
  let revision = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await killSoon(path, here, ["save", "claude", "--task", "Survive"]);
    const state = stateOf(here, ".claude/.session-state.json");
    expect(state.task.description).toBe("Survive");
    // At least one more was written, and none was lost.
    expect(state.session?.revision).toBeGreaterThan(revision);
    revision = state.session?.revision ?? 0;
    // Killed between keeping the previous one and replacing it, the newest one kept is the state itself.
    expect([revision, revision - 1]).toContain(newestKept(here, "claude")?.session?.revision ?? 0);
  }
  // What killed writers left behind goes, once it is old enough not to be in the making.
  const folder = join(here.root, ".claude");
  const leftovers = () => readdirSync(folder).filter((name) => name.includes(".tmp-"));
  for (const name of leftovers()) utimesSync(join(folder, name), 0, 0);
  const { out } = await run(here, ["save", "claude"]);
  expect(out).toContain("Session saved");
  expect(leftovers()).toEqual([]);
});

it(`leaves both states of a handoff old or both new, after ${HANDOFFS_KILLED} kills`, async () => {
  const here = repo({ "a.ts": "1" });
  const path = await buildSaver();
  for (let kill = 0; kill < HANDOFFS_KILLED; kill++) {
    await killSoon(path, here, ["handoff", "claude", "opencode", "--no-validate"]);
    // Whoever comes next finishes what was decided.
    await run(here, ["status"]);
    const source = stateOf(here, ".claude/.session-state.json");
    const target = stateOf(here, ".opencode/.session-state.json");
    expect(target.lineage?.source_timestamp).toBe(source.timestamp);
    expect(target.lineage?.source_session_id).toBe(source.session?.id);
  }
});
