// @module-tag slow
import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { SessionState } from "../../schema/session-state.ts";
import { run } from "../support/cli.ts";
import { leftByKills } from "../support/faults.ts";
import { type Repo, repo, repoAt } from "../support/repo.ts";
import { buildSaver, startSaver } from "./saver-build.ts";

/** Kills at moments that nobody chose, beside those at each change of a file: between two of them, or in git. */
const KILLS = 20;

const CLAUDE = ".claude/.session-state.json";
const OPENCODE = ".opencode/.session-state.json";
const SAVE = ["save", "claude", "--task", "Survive"];
const HANDOFF = ["handoff", "claude", "opencode", "--no-validate", "--task", "Survive"];

function stateOf(here: Repo, file: string): SessionState | null {
  const path = join(here.root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

const revisionOf = (state: SessionState | null) => state?.session?.revision ?? 0;

/** The newest revision that was kept of the one session here. */
function newestKept(here: Repo): SessionState | null {
  const sessions = join(here.root, ".git", "baton", "sessions");
  if (!existsSync(sessions)) return null;
  const path = readdirSync(sessions, { recursive: true, encoding: "utf8" })
    .filter((name) => /[/\\]\d+\.json$/.test(name))
    .sort()
    .at(-1);
  return path === undefined ? null : JSON.parse(readFileSync(join(sessions, path), "utf8"));
}

/** The state is whole, and kept: killed between keeping a state and putting it in its place, the kept one is ahead. */
function verifySaved(here: Repo): number {
  const state = stateOf(here, CLAUDE);
  if (state !== null) expect(state.task.description).toBe("Survive");
  const revision = revisionOf(state);
  expect([revision, revision + 1]).toContain(revisionOf(newestKept(here)));
  return revision;
}

/** Both states are of the same handoff, or it never was and the source is as it was saved once. True for the former. */
async function verifyHandedOver(here: Repo): Promise<boolean> {
  // The next command finishes what was decided.
  await run(here, ["status"]);
  const source = stateOf(here, CLAUDE);
  const target = stateOf(here, OPENCODE);
  if (target === null) {
    expect(revisionOf(source)).toBe(1);
    return false;
  }
  expect(target.lineage?.source_timestamp).toBe(source?.timestamp);
  expect(target.lineage?.source_session_id).toBe(source?.session?.id);
  return true;
}

/** What killed writers left goes with the next save, once it is too old to be in the making. */
async function verifyTidiedUp(here: Repo): Promise<void> {
  const folder = join(here.root, ".claude");
  const leftovers = () =>
    existsSync(folder) ? readdirSync(folder).filter((name) => name.includes(".tmp-")) : [];
  for (const name of leftovers()) utimesSync(join(folder, name), 0, 0);
  expect((await run(here, SAVE)).out).toContain("Session saved");
  expect(leftovers()).toEqual([]);
}

/** Starts it, lets it work for a moment that nobody chose, and kills it. */
async function killSoon(path: string, here: Repo, words: readonly string[]): Promise<void> {
  const saver = startSaver(path, here.env, [here.root, "1000000", ...words]);
  await saver.begun;
  await sleep(Math.random() * 40);
  saver.kill();
  await saver.ended;
}

it.each([
  ["the first save", 0],
  ["a later save", 1],
])("loses no state when %s is killed at any step", async (_, before) => {
  const here = repo({ "a.ts": "1" });
  for (let i = 0; i < before; i++) await run(here, SAVE);
  here.write("a.ts", "2");
  const saver = { args: [await buildSaver(), here.root, "1", ...SAVE], cwd: here.root, env: here.env };
  const revisions = new Set<number>();
  for (const { left } of await leftByKills(saver, here.root)) {
    const there = repoAt(left);
    const revision = verifySaved(there);
    revisions.add(revision);
    await verifyTidiedUp(there);
    expect(verifySaved(there)).toBe(revision + 1);
  }
  expect([...revisions]).toEqual([before, before + 1]);
});

it("leaves both states of a handoff old or both new when it is killed at any step", async () => {
  const here = repo({ "a.ts": "1" });
  await run(here, SAVE);
  const saver = { args: [await buildSaver(), here.root, "1", ...HANDOFF], cwd: here.root, env: here.env };
  const results = new Set<boolean>();
  for (const { left } of await leftByKills(saver, here.root)) {
    const there = repoAt(left);
    results.add(await verifyHandedOver(there));
    // Nothing that was left is in the way.
    await run(there, HANDOFF);
    expect(await verifyHandedOver(there)).toBe(true);
  }
  expect([...results]).toEqual([false, true]);
});

it(`loses no state to ${KILLS} kills at any moment`, async () => {
  const here = repo({ "a.ts": "1" });
  const path = await buildSaver();
  here.write("a.ts", "2");
  let revision = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await killSoon(path, here, SAVE);
    const next = verifySaved(here);
    // At least one more was written, and none was lost.
    expect(next).toBeGreaterThan(revision);
    revision = next;
  }
  await verifyTidiedUp(here);
});

it(`leaves both states of a handoff old or both new after ${KILLS} kills at any moment`, async () => {
  const here = repo({ "a.ts": "1" });
  const path = await buildSaver();
  for (let kill = 0; kill < KILLS; kill++) {
    await killSoon(path, here, HANDOFF);
    expect(await verifyHandedOver(here)).toBe(true);
  }
});
