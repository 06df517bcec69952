import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { SessionSummary, Transcript } from "../../../schema/transcript.ts";
import { errorCode, type UserError } from "../../base/errors.ts";
import { isTemporary } from "../../base/files.ts";
import type { JsonObject } from "../../base/json.ts";
import { type JsonlEnds, readJsonlEnds } from "../../base/jsonl-ends.ts";
import { unknownType } from "../../base/read-stats.ts";
import { list } from "../../base/text.ts";
import type { SessionQuery, SessionReader, StoreEnvironment, StorePlace } from "../adapter.ts";
import { Belonging, summaryOf } from "../listing.ts";
import { noJson, sessionGone, unknownFormOf } from "../unknown-form.ts";
import { isKnownType } from "./record-types.ts";
import { isKeyOf, mayHold, projectsFolder } from "./store.ts";
import { summarise } from "./summary.ts";
import { claudeTranscript } from "./transcript.ts";

const unknownFile = unknownFormOf("claude", "Claude Code");

/** Claude Code: one JSONL file a session, in a folder for each project (2.1.197 and older ones). */
export const claudeReader: SessionReader = { places, sessions, open };

async function places(store: StoreEnvironment): Promise<StorePlace[]> {
  const path = projectsFolder(store);
  const stats = await stat(path).catch((error) => nullIfAbsent(error));
  if (stats === null) return [{ path, found: false, generation: null }];
  if (!stats.isDirectory()) return [{ path, found: true, generation: "unknown", note: "not a folder" }];
  return [{ path, found: true, generation: "jsonl" }];
}

async function* sessions(store: StoreEnvironment, query: SessionQuery): AsyncGenerator<SessionSummary> {
  const projects = projectsFolder(store);
  const belonging = new Belonging(query.roots);
  const roots = query.roots;
  let strange: UserError | null = null;
  // Folders of other names may be those of other repositories: what is in them matters when nothing else is there.
  let beside: UserError | null = null;
  let found = 0;
  for (const project of (await listFolder(projects)) ?? []) {
    if (project.isFile()) continue;
    if (roots !== null && !roots.some((root) => mayHold(project.name, root))) continue;
    const isOurs = roots === null || roots.some((root) => isKeyOf(project.name, root));
    const folder = join(projects, project.name);
    const entries = (await listFolder(folder)) ?? [];
    const seen = strangeForm(folder, entries);
    if (isOurs) strange ??= seen;
    else beside ??= seen;
    for (const path of sessionFiles(folder, entries)) {
      const summary = summaryOf(path, query.cache, summarise);
      // Records that name no folder leave only the name of the one that they lie in.
      if (summary === null || !(summary.cwd === null ? isOurs : belonging.has(summary.cwd))) continue;
      found += 1;
      yield summary;
    }
  }
  // Said last, so that one folder that cannot be read hides none of the others.
  if (found === 0) strange ??= beside;
  if (strange !== null) throw strange;
}

async function open(_store: StoreEnvironment, session: SessionSummary): Promise<Transcript> {
  const ends = readJsonlEnds(session.path, 64 * 1024, 64 * 1024);
  if (ends === null) {
    throw sessionGone(session.path);
  }
  // An empty or torn file is damaged; one that has records, and none that we know, is something else.
  if (!holdsKnown(ends.head()) && !holdsKnown(ends.tail())) verifyDamaged(session.path, ends);
  return claudeTranscript(session, ends.size);
}

function holdsKnown(records: Iterable<JsonObject>): boolean {
  for (const { type } of records) {
    if (isKnownType(type)) return true;
  }
  return false;
}

function verifyDamaged(path: string, ends: JsonlEnds): void {
  for (const { type } of [...ends.head(), ...ends.tail()]) throw unknownFile(path, unknownType(type));
  if (ends.size > 0 && !/^[\ufeff\s\0]*\{/.test(ends.headBytes.toString("utf8"))) {
    throw unknownFile(path, noJson(ends.headBytes));
  }
}

function sessionFiles(folder: string, entries: readonly Dirent[]): string[] {
  // Names that begin with `agent-` are subagents' in older clients; newer ones keep them a folder deeper.
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl") && !entry.name.startsWith("agent-"))
    .map(({ name }) => folder + sep + name);
}

// Never "no sessions" for a store that only changed its form.
function strangeForm(folder: string, entries: readonly Dirent[]): UserError | null {
  if (entries.some(({ name }) => name.endsWith(".jsonl"))) return null;
  const strange = entries.filter(
    (entry) =>
      entry.isFile() &&
      !isTemporary(entry.name) &&
      !/^\.|^sessions-index\.json$|\.(md|lock|tmp)$/.test(entry.name),
  );
  const seen = strange.slice(0, 3).map(({ name }) => name);
  return seen.length === 0 ? null : unknownFile(folder, `no .jsonl files, but ${list(seen)}`);
}

async function listFolder(path: string): Promise<Dirent[] | null> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") throw unknownFile(path, "not a folder");
    return nullIfAbsent(error);
  }
}

function nullIfAbsent(error: unknown): null {
  if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
  throw error;
}
