import { statSync } from "node:fs";
import type { SessionSummary } from "../../../schema/transcript.ts";
import { type JsonObject, objectOf, stringOf, timeOf } from "../../base/json.ts";
import { type JsonlEnds, readJsonlEnds } from "../../base/jsonl-ends.ts";
import { ownTitle, titleOf } from "../../transcript/title.ts";
import { readDocument } from "../json-document.ts";
import { RecentIds } from "../recent-ids.ts";
import { Converter } from "./convert.ts";
import { isKnownEvent } from "./event-types.ts";
import { legacyAsk } from "./legacy.ts";
import type { SessionFiles } from "./store.ts";
import { isSubagents } from "./transcript.ts";
import { NO_WORKSPACE, type Workspace } from "./workspace.ts";

const HEAD = 32 * 1024;
const TAIL = 32 * 1024;
const ROOM = Buffer.allocUnsafeSlow(HEAD + TAIL);
/** Events at the beginning that are looked through for what the person asked. */
const MOST_LOOKED_AT = 100;
/** A session that is one JSON document is read whole up to here; of a larger one only the name is known. */
const LARGEST_DOCUMENT = 4 * 1024 * 1024;

/**
 * What the ends of the file and the session's description tell. Null for what is no session of the person: nothing was
 * said in it, or it is a subagent's. A file without a single event that we know is of generation `unknown`.
 */
export function summarise(files: SessionFiles, workspace: Workspace): SessionSummary | null {
  return files.generation === "json" ? documentSummary(files) : logSummary(files, workspace);
}

function logSummary(files: SessionFiles, workspace: Workspace): SessionSummary | null {
  const ends = readJsonlEnds(files.path, HEAD, TAIL, ROOM);
  if (ends === null || ends.size === 0) return null;
  const first = firstFacts(ends);
  if (first.seen > 0 && !first.known) {
    return { ...summaryOf(files, workspace, ends.size, ends.mtimeMs), generation: "unknown" };
  }
  const isSaid = first.ask !== null || !ends.whole;
  if (first.isDetached || (!isSaid && ownTitle(workspace) === null)) return null;
  const summary = summaryOf(files, workspace, ends.size, ends.mtimeMs);
  return {
    ...summary,
    title: summary.title ?? titleOf(first.ask),
    cwd: first.cwd ?? summary.cwd,
    branch: summary.branch ?? first.branch,
    startedAt: first.at ?? summary.startedAt,
    updatedAt: lastTime(ends) ?? workspace.updatedAt ?? summary.updatedAt,
    turns: ends.whole ? first.turns : null,
    ...(isSaid ? {} : { aside: "nothing was said" as const }),
  };
}

function summaryOf(
  { id, path, generation }: SessionFiles,
  workspace: Workspace,
  size: number,
  mtimeMs: number,
): SessionSummary {
  return {
    agent: "copilot",
    id,
    title: ownTitle(workspace),
    cwd: workspace.cwd,
    branch: workspace.branch,
    startedAt: workspace.createdAt,
    updatedAt: new Date(mtimeMs).toISOString(),
    turns: null,
    size,
    path,
    generation,
  };
}

function firstFacts(ends: JsonlEnds) {
  const facts = {
    seen: 0,
    known: false,
    isDetached: false,
    cwd: null as string | null,
    branch: null as string | null,
    at: null as string | null,
    ask: null as string | null,
    turns: 0,
  };
  const converter = new Converter();
  const ids = new RecentIds();
  for (const event of ends.head()) {
    facts.seen += 1;
    if (typeof event.id === "string" && !ids.add(event.id)) continue;
    facts.known ||= isKnownEvent(event.type);
    facts.at ??= timeOf(event.timestamp);
    const data = objectOf(event.data);
    const context = objectOf(data.context);
    facts.cwd ??= stringOf(context.cwd);
    facts.branch = stringOf(context.branch) ?? facts.branch;
    if (event.type === "session.start") {
      facts.isDetached = stringOf(data.detachedFromSpawningParentSessionId) !== null;
    }
    if (event.type === "session.context_cleared") {
      facts.turns = 0;
      facts.ask = null;
    }
    const asked = event.type === "user.message" && !isSubagents(event) ? askIn(converter, event) : null;
    if (asked !== null) facts.turns += 1;
    facts.ask ??= asked;
    if (!ends.whole && facts.seen === MOST_LOOKED_AT) break;
  }
  return facts;
}

function askIn(converter: Converter, event: JsonObject): string | null {
  const typed = converter.entriesOf("", event).find((entry) => entry.type === "text" && !entry.injected);
  return typed?.type === "text" ? typed.text : null;
}

function lastTime(ends: JsonlEnds): string | null {
  for (const event of ends.tail()) {
    const at = timeOf(event.timestamp);
    if (at !== null) return at;
  }
  return null;
}

function documentSummary(files: SessionFiles): SessionSummary | null {
  const stamp = statSync(files.path, { throwIfNoEntry: false });
  if (stamp === undefined || stamp.size === 0) return null;
  const summary = summaryOf(files, NO_WORKSPACE, stamp.size, stamp.mtimeMs);
  if (stamp.size > LARGEST_DOCUMENT) return summary;
  const document = readDocument(files.path)?.value;
  if (document === undefined || !isLegacyDocument(document)) return { ...summary, generation: "unknown" };
  return {
    ...summary,
    id: stringOf(document.sessionId) ?? files.id,
    title: titleOf(legacyAsk(document)),
    startedAt: timeOf(document.startTime),
  };
}

export function isLegacyDocument(document: JsonObject): boolean {
  return Array.isArray(document.chatMessages) || Array.isArray(document.timeline);
}
