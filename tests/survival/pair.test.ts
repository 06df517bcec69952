// @module-tag slow
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openStore } from "../../scripts/state/store.ts";
import { temporaryFolder } from "../support/repo.ts";
import { buildSaver, startSaver } from "./saver-build.ts";

const KILLS = 100;

it(`leaves two states that belong together both old or both new, after ${KILLS} kills`, async () => {
  const root = temporaryFolder();
  const gitDir = join(root, ".git");
  mkdirSync(gitDir);
  const path = await buildSaver("pair-writer.ts");
  const store = openStore({ root, gitDir, commonDir: gitDir });
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = startSaver(path, process.env, [root, gitDir]);
    await writer.begun;
    await sleep(Math.random() * 20);
    writer.kill();
    await writer.ended;
    const [claude, opencode] = await Promise.all(
      ["claude", "opencode"].map((agent) =>
        store.peek({ agent, file: `.${agent}/state.json`, olderFiles: [] }),
      ),
    );
    expect(claude?.state.task.description).toMatch(/^\d+$/);
    expect(opencode?.state.task.description).toBe(claude?.state.task.description);
  }
});
