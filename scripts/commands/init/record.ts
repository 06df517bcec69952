import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { isInside } from "../../base/files.ts";
import { isObject, parseJson } from "../../base/json.ts";
import type { Draft, Edit } from "./draft.ts";
import type { Place } from "./place.ts";

/**
 * What `init` found before it wrote, kept in the git folder, so that `--remove` can give it back to the byte
 * even where an edit alone would not tell (an empty file, or none? `"scripts": {}`, or none?).
 */
export type InitRecord = Map<string, { before: string | null; after: string }>;

export function recordPath(place: Place): string {
  return join(place.commonDir, "baton", "init.json");
}

export async function readRecord(place: Place, draft: Draft): Promise<InitRecord> {
  const file = await draft.look(recordPath(place));
  const record: InitRecord = new Map();
  // One that cannot be read helps nobody, and nothing is lost with it: the edits themselves can be taken back.
  const values = file.kind === "text" ? parseJson(file.text) : null;
  for (const [name, entry] of Object.entries(isObject(values) ? values : {})) {
    if (!isObject(entry) || typeof entry.after !== "string") continue;
    record.set(name, { before: typeof entry.before === "string" ? entry.before : null, after: entry.after });
  }
  return record;
}

/** The record once `edits` are written. */
export function recorded(record: InitRecord, edits: readonly Edit[], place: Place): InitRecord {
  const next: InitRecord = new Map(record);
  for (const { path, before, after, isFirst } of edits) {
    const name = nameOf(path, place);
    const entry = record.get(name);
    if (isFirst) next.set(name, { before, after: digest(after ?? "") });
    else if (entry !== undefined && before !== null && entry.after === digest(before))
      next.set(name, { before: entry.before, after: digest(after ?? "") });
    // Somebody else has changed the file since: what was there before it all no longer says what should be.
    else next.delete(name);
  }
  return next;
}

export function recordText(record: InitRecord): string {
  return `${JSON.stringify(Object.fromEntries(record), null, 2)}\n`;
}

/** What was at `path` before us, where nobody has touched it since; undefined where that is not known. */
export function originalOf(
  record: InitRecord,
  path: string,
  text: string,
  place: Place,
): string | null | undefined {
  const entry = record.get(nameOf(path, place));
  return entry !== undefined && entry.after === digest(text) ? entry.before : undefined;
}

/** Names are the same from every working tree of the repository. */
export function nameOf(path: string, { root, commonDir }: Place): string {
  return isInside(commonDir, path) ? `.git/${relative(commonDir, path)}` : relative(root, path);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
