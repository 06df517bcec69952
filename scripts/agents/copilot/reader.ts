import { existsSync, statSync } from "node:fs";
import type { SessionSummary, Transcript } from "../../../schema/transcript.ts";
import { readJsonlEnds } from "../../base/jsonl-ends.ts";
import { unknownType } from "../../base/read-stats.ts";
import { list } from "../../base/text.ts";
import type { FileStamp, SessionQuery, SessionReader, StoreEnvironment, StorePlace } from "../adapter.ts";
import { type JsonDocument, readDocument } from "../json-document.ts";
import { Belonging } from "../listing.ts";
import { noJson, sessionGone, unknownFormOf } from "../unknown-form.ts";
import { isKnownEvent } from "./event-types.ts";
import {
  currentFolder,
  filesAt,
  olderFolder,
  type SessionFiles,
  sessionFiles,
  strangersIn,
} from "./store.ts";
import { isLegacyDocument, summarise } from "./summary.ts";
import { documentTranscript, eventTranscript } from "./transcript.ts";
import { readWorkspace, yamlParser } from "./workspace.ts";

const unknownFile = unknownFormOf("copilot", "Copilot");

/** A document that is larger cannot be read within bounded memory; newer clients write logs instead. */
const LARGEST_DOCUMENT = 64 * 1024 * 1024;

/** GitHub Copilot CLI: a log of events for each session (1.0.102), and the forms before it. */
export const copilotReader: SessionReader = { places, sessions, open };

async function places(store: StoreEnvironment): Promise<StorePlace[]> {
  const older = olderFolder(store);
  const found = existsSync(older);
  const note = "does not record the folder of a session: baton list --all shows them";
  return [
    currentPlace(currentFolder(store)),
    { path: older, found, generation: found ? "json" : null, ...(found ? { note } : {}) },
  ];
}

function currentPlace(path: string): StorePlace {
  if (!existsSync(path)) return { path, found: false, generation: null };
  const strange = strangersIn(path);
  if (strange === null) return { path, found: true, generation: "jsonl" };
  return { path, found: true, generation: "unknown", note: seenInstead(strange) };
}

function seenInstead(strange: readonly string[]): string {
  return `no session's events, but ${list(strange.slice(0, 3))}`;
}

async function* sessions(store: StoreEnvironment, query: SessionQuery): AsyncGenerator<SessionSummary> {
  const parse = await yamlParser();
  const belonging = new Belonging(query.roots);
  let strange: SessionSummary | null = null;
  let listed = 0;
  for (const files of sessionFiles(store)) {
    const summary = cached(files, query, () => summarise(files, readWorkspace(files.workspace, parse)));
    if (summary === null) continue;
    if (belonging.has(summary.cwd)) {
      listed += 1;
      yield summary;
    } else if (summary.generation === "unknown" && summary.cwd === null) {
      strange ??= summary;
    }
  }
  // Never "no sessions" for a store that only changed its form.
  if (listed > 0) return;
  if (strange !== null) throw unknownFile(strange.path, "no event that is known");
  const strangers = strangersIn(currentFolder(store));
  if (strangers !== null) throw unknownFile(currentFolder(store), seenInstead(strangers));
}

/** What is remembered holds only while neither the events nor the description changed. */
function cached(
  { path, workspace }: SessionFiles,
  { cache }: SessionQuery,
  summariseNow: () => SessionSummary | null,
): SessionSummary | null {
  if (cache === undefined) return summariseNow();
  const stamp = [path, workspace].map(stampOf).reduce(together);
  const known = cache.get(path, stamp);
  if (known !== undefined) return known;
  const summary = summariseNow();
  cache.set(path, stamp, summary);
  return summary;
}

function stampOf(path: string | null): FileStamp {
  const stats = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
  return { size: stats?.size ?? 0, mtimeMs: stats?.mtimeMs ?? 0 };
}

function together(a: FileStamp, b: FileStamp): FileStamp {
  return { size: a.size + b.size, mtimeMs: Math.max(a.mtimeMs, b.mtimeMs) };
}

async function open(_store: StoreEnvironment, { path }: SessionSummary): Promise<Transcript> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw sessionGone(path);
  }
  const files = filesAt(path);
  if (files.generation === "json") return documentTranscript(files, openDocument(path, stats.size));
  verifyEvents(path);
  return eventTranscript(files, readWorkspace(files.workspace, await yamlParser()), stats.size);
}

function verifyEvents(path: string): void {
  const ends = readJsonlEnds(path, 64 * 1024, 64 * 1024);
  if (ends === null) return;
  const types = [...ends.head(), ...ends.tail()].map(({ type }) => type);
  // An empty or torn file is damaged; one that has records, and none that we know, is something else.
  if (types.length > 0 && !types.some(isKnownEvent)) throw unknownFile(path, unknownType(types[0]));
  if (types.length === 0 && ends.size > 0 && !/^[\ufeff\s\0]*\{/.test(ends.headBytes.toString("utf8"))) {
    throw unknownFile(path, noJson(ends.headBytes));
  }
}

function openDocument(path: string, size: number): JsonDocument {
  if (size > LARGEST_DOCUMENT) throw unknownFile(path, "one JSON document that is too large to be read");
  const document = readDocument(path);
  if (document === null) throw unknownFile(path, "no JSON document");
  if (isLegacyDocument(document.value)) return document;
  throw unknownFile(path, `a document with ${Object.keys(document.value).slice(0, 5).join(", ")}`);
}
