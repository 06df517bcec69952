// @module-tag slow
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openStore } from "../../scripts/state/store.ts";
import { leftByKills } from "../support/faults.ts";
import { temporaryFolder } from "../support/repo.ts";
import { buildSaver, startSaver } from "./saver-build.ts";

const KILLS = 20;

/** What the two states say, which must be the same. */
async function numberIn(root: string): Promise<string | undefined> {
  const gitDir = join(root, ".git");
  const store = openStore({ root, gitDir, commonDir: gitDir });
  const [claude, opencode] = await Promise.all(
    ["claude", "opencode"].map((agent) =>
      store.peek({ agent, file: `.${agent}/state.json`, olderFiles: [] }),
    ),
  );
  expect(opencode?.state.task.description).toBe(claude?.state.task.description);
  return claude?.state.task.description;
}

function emptyFolder(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, ".git"));
  return root;
}

it("leaves two states that belong together both old or both new when it is killed at any step", async () => {
  const root = emptyFolder();
  const writer = { args: [await buildSaver("pair-writer.ts"), root, "2"], cwd: root, env: process.env };
  const numbers = new Set<string | undefined>();
  for (const { left } of await leftByKills(writer, root)) numbers.add(await numberIn(left));
  expect([...numbers]).toEqual([undefined, "0", "1"]);
});

it(`the same after ${KILLS} kills at any moment`, async () => {
  const root = emptyFolder();
  const path = await buildSaver("pair-writer.ts");
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = startSaver(path, process.env, [root, "Infinity"]);
    await writer.begun;
    await sleep(Math.random() * 20);
    writer.kill();
    await writer.ended;
    expect(await numberIn(root)).toMatch(/^\d+$/);
  }
});
