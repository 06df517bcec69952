/**
 * Writes tests/fixtures/<agent>/<version>/ anew: sessions that the real clients leave behind, and what a reader
 * must find in them. `npx tsx tests/real-agents/make-fixtures.ts [agent…]`; needs the `sqlite3` program.
 */

import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLIENTS, type ClientName } from "./support/clients.ts";
import { copyExport, copyStore } from "./support/copy-store.ts";
import type { ExpectedFixture, ExpectedSession } from "./support/expected.ts";
import { install } from "./support/install.ts";
import { SCENES } from "./support/scenes.ts";
import type { Stage } from "./support/stage.ts";
import { newWorkplace } from "./support/workplace.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));

const names = Object.keys(CLIENTS) as ClientName[];
const wanted = process.argv.slice(2);
for (const agent of names.filter((name) => wanted.length === 0 || wanted.includes(name))) await make(agent);

async function make(agent: ClientName): Promise<void> {
  const client = CLIENTS[agent];
  const installed = await install(client);
  if ("missing" in installed) throw new Error(installed.missing);
  const place = newWorkplace();
  const stage: Stage = { agent, client, program: installed.program, place };
  const folder = join(FIXTURES, agent, client.version);
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    const sessions: ExpectedSession[] = [];
    for (const scene of SCENES) {
      place.reset();
      const session = await scene(stage);
      if (session !== null) sessions.push(session);
    }
    for (const { id } of sessions) await copyExport(stage, id, draft);
    await copyStore(stage, draft);
    const expected: ExpectedFixture = {
      agent,
      version: client.version,
      cwd: "/home/dev/repo",
      branch: client.records.branch ? "main" : null,
      model: client.model,
      sessions,
    };
    await writeFile(join(draft, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    process.stdout.write(`${folder}: ${sessions.map(({ scene }) => scene).join(", ")}\n`);
  } finally {
    place.remove();
  }
}
