import { readTextIfExists, writeFileAtomic } from "../base/files.ts";
import { isObject, parseJson } from "../base/json.ts";
import type { Revision } from "./revisions.ts";

/** Changes that can be taken back, newest last. */
const KEPT = 50;

/** How one agent's state was changed. */
export interface ChangedPlace {
  agent: string;
  file: string;
  /** What its file held before, as it was kept; null where there was none. */
  before: Revision | null;
  after: Revision;
  /** True where the file was removed. */
  isGone: boolean;
}

/** One command's change of one or more states. */
export interface Change {
  /** ISO 8601, UTC. */
  at: string;
  /** The command, such as `handoff`. */
  what: string;
  places: ChangedPlace[];
}

/** The last change, of `agent` where one is named. */
export async function lastChange(path: string, agent: string | null): Promise<Change | null> {
  const all = await readChanges(path);
  return (
    all.findLast(({ places }) => agent === null || places.some((place) => place.agent === agent)) ?? null
  );
}

export async function recordChange(path: string, what: string, places: ChangedPlace[]): Promise<void> {
  // What `undo` writes is no change to take back: the next undo goes one further.
  if (what === "undo") return;
  const all = [...(await readChanges(path)), { at: new Date().toISOString(), what, places }];
  await writeChanges(path, all.slice(-KEPT));
}

export async function withoutChange(path: string, { at, what }: Change): Promise<void> {
  const all = await readChanges(path);
  await writeChanges(
    path,
    all.filter((change) => change.at !== at || change.what !== what),
  );
}

function writeChanges(path: string, all: readonly Change[]): Promise<void> {
  return writeFileAtomic(path, JSON.stringify(all), { mode: 0o600, isDurable: false });
}

async function readChanges(path: string): Promise<Change[]> {
  const text = await readTextIfExists(path);
  const all = text === null ? null : parseJson(text);
  return Array.isArray(all)
    ? all.filter((item): item is Change => isObject(item) && Array.isArray(item.places))
    : [];
}
