import { existsSync, statSync } from "node:fs";
import type { SessionSummary, Transcript } from "../../../schema/transcript.ts";
import type { UserError } from "../../base/errors.ts";
import { readJsonlEnds } from "../../base/jsonl-ends.ts";
import { list } from "../../base/text.ts";
import type { SessionQuery, SessionReader, StoreEnvironment, StorePlace } from "../adapter.ts";
import { readDocument } from "../json-document.ts";
import { Belonging, summaryOf } from "../listing.ts";
import { noJson, sessionGone, unknownFormOf } from "../unknown-form.ts";
import { isKnownRecord } from "./index-file.ts";
import { type Project, projects, projectsFolder, sessionFiles, strangersIn } from "./store.ts";
import { summarise } from "./summary.ts";
import { documentTranscript, logTranscript } from "./transcript.ts";

const unknownFile = unknownFormOf("gemini", "Gemini");

/** A document that is larger cannot be read within bounded memory; newer clients write logs instead. */
const LARGEST_DOCUMENT = 48 * 1024 * 1024;

/** Gemini CLI: a log of records for each session (0.61.0), or one JSON document in older clients. */
export const geminiReader: SessionReader = { places, sessions, open };

async function places(store: StoreEnvironment): Promise<StorePlace[]> {
  const path = projectsFolder(store);
  if (!existsSync(path)) return [{ path, found: false, generation: null }];
  const all = projects(store, []);
  const files = all.flatMap(sessionFiles);
  const strange = all.flatMap(strangersIn);
  if (files.length === 0 && strange.length > 0) {
    return [{ path, found: true, generation: "unknown", note: seenInstead(strange) }];
  }
  const kinds = [".jsonl", ".json"].filter((ending) => files.some((file) => file.endsWith(ending)));
  return [{ path, found: true, generation: kinds.map((kind) => kind.slice(1)).join(", ") || null }];
}

async function* sessions(store: StoreEnvironment, query: SessionQuery): AsyncGenerator<SessionSummary> {
  const belonging = new Belonging(query.roots);
  const found: SessionSummary[] = [];
  let strange: UserError | null = null;
  for (const project of projects(store, query.roots ?? [])) {
    if (project.folder !== null && !belonging.has(project.folder)) continue;
    const strangers = strangersIn(project);
    if (strangers.length > 0) strange ??= unknownFile(project.chats, seenInstead(strangers));
    for (const summary of summariesOf(project, query)) {
      if (belonging.has(summary.cwd)) found.push(summary);
      else if (summary.generation === "unknown" && summary.cwd === null) {
        strange ??= unknownFile(summary.path, "no record that is known");
      }
    }
  }
  // Never "no sessions" for a store that only changed its form.
  if (found.length === 0 && strange !== null) throw strange;
  yield* newest(found);
}

function seenInstead(names: readonly string[]): string {
  return `no session, but ${list(names.slice(0, 3))}`;
}

function* summariesOf(project: Project, { cache }: SessionQuery): Generator<SessionSummary> {
  for (const path of sessionFiles(project)) {
    const summary = summaryOf(path, cache, summarise);
    if (summary !== null) yield { ...summary, cwd: project.folder ?? summary.cwd };
  }
}

/**
 * A session that was taken up again may have several files: the last one holds all of it. The client also copies the
 * sessions of a project when it gives it a short name.
 */
function newest(summaries: Iterable<SessionSummary>): Iterable<SessionSummary> {
  const byId = new Map<string, SessionSummary>();
  for (const summary of summaries) {
    const other = byId.get(summary.id);
    if (other === undefined || (other.updatedAt ?? "") <= (summary.updatedAt ?? ""))
      byId.set(summary.id, summary);
  }
  return byId.values();
}

async function open(_store: StoreEnvironment, session: SessionSummary): Promise<Transcript> {
  const stats = statSync(session.path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw sessionGone(session.path);
  }
  if (session.path.endsWith(".json")) {
    if (stats.size > LARGEST_DOCUMENT)
      throw unknownFile(session.path, "one document that is too large to be read");
    const document = readDocument(session.path);
    if (!Array.isArray(document?.value.messages))
      throw unknownFile(session.path, "no document with messages");
    return documentTranscript(session, document.value, document.torn);
  }
  verifyRecords(session.path);
  return logTranscript(session, stats.size);
}

function verifyRecords(path: string): void {
  const ends = readJsonlEnds(path, 64 * 1024, 64 * 1024);
  if (ends === null) return;
  const records = [...ends.head(), ...ends.tail()];
  // An empty or torn file is damaged; one that has records, and none that we know, is something else.
  if (records.length > 0 && !records.some(isKnownRecord)) {
    throw unknownFile(
      path,
      `records with ${Object.keys(records[0] ?? {})
        .slice(0, 5)
        .join(", ")}`,
    );
  }
  if (records.length === 0 && ends.size > 0 && !/^[\ufeff\s\0]*\{/.test(ends.headBytes.toString("utf8"))) {
    throw unknownFile(path, noJson(ends.headBytes));
  }
}
