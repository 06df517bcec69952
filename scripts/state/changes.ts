import { readTextIfExists, writeFileAtomic } from "../base/files.ts";
import { isObject, parseJson } from "../base/json.ts";

/** Changes that can be taken back, newest last. */
const KEPT = 50;

/** A revision by its session's folder and its number. */
export interface RevisionName {
  session: string;
  number: number;
}

/** How one agent's state was changed. */
export interface ChangedPlace {
  agent: string;
  /** Relative to the working tree. */
  file: string;
  /** What its file held before, as it was kept; null where there was none. */
  before: RevisionName | null;
  after: RevisionName;
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

/** Notes a change down. What `undo` writes is no change to take back: the next undo goes one further. */
export async function recordChange(
  path: string,
  what: string,
  places: readonly ChangedPlace[],
): Promise<Change | null> {
  if (what === "undo") return null;
  const change = { at: new Date().toISOString(), what, places: [...places] };
  await writeChanges(path, [...(await readChanges(path)), change].slice(-KEPT));
  return change;
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
  return Array.isArray(all) ? all.filter(isChange) : [];
}

// The file may have been changed by anybody: what is not exactly a note of ours must lead to no write and no removal.
function isChange(item: unknown): item is Change {
  if (!isObject(item) || typeof item.at !== "string" || typeof item.what !== "string") return false;
  return Array.isArray(item.places) && item.places.length > 0 && item.places.every(isPlace);
}

function isPlace(place: unknown): place is ChangedPlace {
  if (!isObject(place) || typeof place.agent !== "string" || typeof place.file !== "string") return false;
  const isInTree =
    /session-state\.json$/.test(place.file) && !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(place.file);
  return isInTree && (place.before === null || isRevision(place.before)) && isRevision(place.after);
}

function isRevision(name: unknown): name is RevisionName {
  if (!isObject(name) || typeof name.session !== "string") return false;
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,120}$/.test(name.session) && Number.isSafeInteger(name.number);
}
