/**
 * Writes tests/fixtures/<agent>/<version>/ anew: sessions that the real clients leave behind, and what a reader
 * must find in them. `npx tsx tests/real-agents/make-fixtures.ts [agent…]`; needs the `sqlite3` program.
 */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLIENTS, type ClientName } from "./support/clients.ts";
import { copyExport, copyStore } from "./support/copy-store.ts";
import type { ExpectedFixture } from "./support/expected.ts";
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
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const sessions = [];
    for (const scene of SCENES) sessions.push(...(await scene(stage)));
    for (const { id } of sessions) await copyExport(stage, id, folder);
    await copyStore(stage, folder);
    const expected: ExpectedFixture = {
      agent,
      version: client.version,
      cwd: "/home/dev/repo",
      branch: "main",
      model: client.model,
      sessions,
    };
    await writeFile(join(folder, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
    process.stdout.write(`${folder}: ${sessions.map(({ scene }) => scene).join(", ")}\n`);
  } finally {
    place.remove();
  }
}
