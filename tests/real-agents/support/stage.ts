import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Client } from "./client.ts";
import type { ClientName } from "./clients.ts";
import type { ClientRun } from "./job.ts";
import { runClient, TSX } from "./run.ts";
import type { Chapter } from "./story.ts";
import type { Workplace } from "./workplace.ts";

/** A client that is ready to play: installed, with a scratch home and a repository. */
export interface Stage {
  agent: ClientName;
  client: Client;
  program: string;
  place: Workplace;
  /** Settings beside those that the client always gets. */
  environment?: Record<string, string>;
}

export interface Played {
  id: string;
  run: ClientRun;
}

/** Plays a chapter in a new session. */
export async function begin(stage: Stage, chapter: Chapter, title?: string): Promise<Played> {
  const { client } = stage;
  const wanted = randomUUID();
  const titled = title === undefined ? [] : (client.titled?.(title) ?? []);
  const run = await play(stage, [...client.ask(chapter.ask, wanted), ...titled], chapter);
  return { id: client.sessionId(run, wanted), run };
}

/** Plays a chapter in a session that exists. `more` are further arguments. */
export async function goOn(
  stage: Stage,
  id: string,
  chapter: Chapter,
  more: readonly string[] = [],
): Promise<Played> {
  return { id, run: await play(stage, [...stage.client.resume(id, chapter.ask), ...more], chapter) };
}

/** Lets the client's driver take the last turn of a session back. */
export async function takeBack(stage: Stage, id: string, name: string): Promise<void> {
  await drive(stage, stage.client.takeBack?.driver ?? "", [id, name]);
}

/** What the client says when it is asked for the sessions of the folder; null when it can't be asked. */
export async function listing(stage: Stage): Promise<string | null> {
  const { agent, client, program, place } = stage;
  if (client.list === undefined) return null;
  const { stdout } =
    "driver" in client.list
      ? await drive(stage, client.list.driver, [])
      : await runClient(agent, program, place, { args: client.list.args });
  return stdout;
}

/** Runs one of the programs in `drivers/`, which talk to a client's own server, as the client itself would be run. */
async function drive({ agent, program, place }: Stage, name: string, args: string[]): Promise<ClientRun> {
  const driver = fileURLToPath(new URL(`./drivers/${name}`, import.meta.url));
  const line = ["--import", TSX, driver, program, ...args];
  const run = await runClient(agent, process.execPath, place, { args: line });
  if (run.code !== 0) throw new Error(`${driver} failed: ${run.stderr}`);
  return run;
}

async function play(stage: Stage, args: string[], chapter: Chapter): Promise<ClientRun> {
  const { agent, program, place, environment = {} } = stage;
  const run = await runClient(agent, program, place, { args, environment, ...chapter });
  if (run.timedOut || run.unplayed > 0 || run.unscripted > 0) {
    const told = { ...run, requests: run.requests.map(({ kind }) => kind) };
    throw new Error(`${agent} left the script of "${chapter.ask}": ${JSON.stringify(told, null, 2)}`);
  }
  return run;
}
