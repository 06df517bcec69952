import { statSync } from "node:fs";
import { basename } from "node:path";
import type { SessionSummary } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, stringOf, timeOf } from "../../base/json.ts";
import { type JsonlEnds, readJsonlEnds } from "../../base/jsonl-ends.ts";
import { newStats } from "../../base/read-stats.ts";
import { titleOf } from "../../transcript/title.ts";
import { initialFacts } from "../facts.ts";
import { readDocument } from "../json-document.ts";
import { textOf } from "./content.ts";
import { Converter } from "./convert.ts";
import { headerOf, isKnownRecord, SessionIndex } from "./index-file.ts";
import { historyIn } from "./read-places.ts";
import { hashOf } from "./store.ts";

// The first record but one describes the project's folders, and may be long.
const HEAD = 64 * 1024;
const TAIL = 16 * 1024;
const ROOM = Buffer.allocUnsafeSlow(HEAD + TAIL);
/** A document is read whole up to here; of a larger one only the name is known. */
const LARGEST_DOCUMENT = 8 * 1024 * 1024;

/**
 * What the ends of the file tell. Null for what is no session of the person: nothing was said in it, or it is a
 * subagent's. A file without a single record that we know is of generation `unknown`.
 */
export function summarise(path: string): SessionSummary | null {
  return path.endsWith(".json") ? documentSummary(path) : logSummary(path);
}

function logSummary(path: string): SessionSummary | null {
  const ends = readJsonlEnds(path, HEAD, TAIL, ROOM);
  if (ends === null || ends.size === 0) return null;
  const head = [...ends.head()];
  if (head.length > 0 && !head.some(isKnownRecord)) return summaryOf(path, ends, "unknown", {}, []);
  const tail = ends.whole ? [] : [...ends.tail()].reverse();
  const header = headerOf([...head, ...tail]);
  const messages = liveIn(head);
  const summary = summaryOf(path, ends, "jsonl", header, messages);
  if (header.kind === "subagent" || (ends.whole && !isSaid(messages))) return null;
  const last = timeOf(tail.findLast(({ timestamp }) => timeOf(timestamp) !== null)?.timestamp);
  return {
    ...summary,
    updatedAt: (last ?? "") > (summary.updatedAt ?? "") ? last : summary.updatedAt,
    cwd: folderIn(head, stringOf(header.projectHash)),
    turns: ends.whole ? summary.turns : null,
    ...(ends.whole && summary.turns === 0 ? { aside: "nothing was said" as const } : {}),
  };
}

function documentSummary(path: string): SessionSummary | null {
  const stamp = statSync(path, { throwIfNoEntry: false });
  if (stamp === undefined || stamp.size === 0) return null;
  if (stamp.size > LARGEST_DOCUMENT) return { ...summaryOf(path, stamp, "json", {}, []), turns: null };
  const document = readDocument(path);
  if (!Array.isArray(document?.value.messages)) return summaryOf(path, stamp, "unknown", {}, []);
  const messages = arrayOf(document.value.messages).map(objectOf);
  if (document.value.kind === "subagent" || !isSaid(messages)) return null;
  const summary = summaryOf(path, stamp, "json", document.value, messages);
  return { ...summary, cwd: folderIn(messages, stringOf(document.value.projectHash)) };
}

function summaryOf(
  path: string,
  { size, mtimeMs }: Pick<JsonlEnds, "size" | "mtimeMs">,
  generation: string,
  header: JsonObject,
  messages: readonly JsonObject[],
): SessionSummary {
  const asks = asksIn(messages);
  return {
    agent: "gemini",
    id: stringOf(header.sessionId) ?? basename(path).replace(/^session-|\.jsonl?$/g, ""),
    title: titleOf(stringOf(header.summary)) ?? asks.map(titleOf).find((title) => title !== null) ?? null,
    cwd: null,
    branch: null,
    startedAt: timeOf(header.startTime),
    updatedAt: timeOf(header.lastUpdated) ?? new Date(mtimeMs).toISOString(),
    turns: asks.length,
    size,
    path,
    generation,
  };
}

/** The conversation in records that are held, in the same way as a full read finds it, but for summaries. */
function liveIn(records: readonly JsonObject[]): JsonObject[] {
  const index = new SessionIndex(newStats());
  for (const [offset, value] of records.entries()) index.add({ value, offset, length: 0 });
  return [...index.live.places()].flatMap(({ offset, index: item, isSummary }) => {
    const record = records[offset] ?? {};
    if (isSummary) return [];
    return [item === -1 ? record : objectOf(historyIn(record)[item])];
  });
}

function asksIn(messages: readonly JsonObject[]): string[] {
  const converter = new Converter(initialFacts(""), newStats());
  return messages.flatMap((message) => {
    if (message.type !== "user") return [];
    const typed = converter
      .entriesOf(message, false)
      .find((entry) => entry.type === "text" && !entry.injected);
    return typed?.type === "text" ? [typed.text] : [];
  });
}

/** A client that only started has left what describes the folder, and nothing else. */
function isSaid(messages: readonly JsonObject[]): boolean {
  return messages.some(({ type }) => type === "gemini") || asksIn(messages).length > 0;
}

const WORKSPACE =
  /Workspace Directories:\*\*\s*\n\s*- (.+)|working in the (?:following )?director(?:y|ies):\s*(?:\n\s*- )?(.+)/;

/** The folder that the client described to the model, if it is the one that the session's hash was made of. */
function folderIn(records: readonly JsonObject[], projectHash: string | null): string | null {
  if (projectHash === null) return null;
  const first = records.slice(0, 4).flatMap((record) => [record, ...historyIn(record).slice(0, 2)]);
  for (const message of first) {
    const match = WORKSPACE.exec(textOf(objectOf(message).content) ?? "");
    const folder = (match?.[1] ?? match?.[2])?.trim();
    if (folder !== undefined && hashOf(folder) === projectHash) return folder;
  }
  return null;
}
