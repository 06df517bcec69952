import { statSync } from "node:fs";
import type { SessionSummary } from "../../../schema/transcript.ts";
import { MAX_DOCUMENT_BYTES, readTextSync } from "../../base/files.ts";
import { arrayOf, type JsonObject, objectOf, parseJson, stringOf, timeOf } from "../../base/json.ts";
import { JsonlParser } from "../../base/jsonl.ts";
import { readJsonlEnds } from "../../base/jsonl-ends.ts";
import { newStats } from "../../base/read-stats.ts";
import { titleOf } from "../../transcript/title.ts";
import { initialFacts } from "../facts.ts";
import { Converter } from "./convert.ts";
import { FactsGatherer } from "./facts.ts";
import { historyBase } from "./lineage.ts";
import { isKnownRecord } from "./record-types.ts";
import { Rollbacks } from "./rollback.ts";
import type { Rollout } from "./store.ts";
import { unpackStart } from "./unpack.ts";

const HEAD = 64 * 1024;
const TAIL = 16 * 1024;
const ROOM = Buffer.allocUnsafeSlow(HEAD + TAIL);
/** Records at the beginning that are looked through for what the person asked. */
const MOST_LOOKED_AT = 60;

/** What bounded reads tell of a file. */
interface Ends {
  head: Iterable<JsonObject>;
  /** From the last one back; empty where only a whole read would tell. */
  tail: Iterable<JsonObject>;
  whole: boolean;
}

/**
 * What the ends of one file tell. Null for a file that is no session of the person: nothing was said in it, or a
 * subagent wrote it. A file without a single record that we know is of generation `unknown`.
 */
export function summarise(rollout: Rollout): SessionSummary | null {
  const stats = statSync(rollout.path, { throwIfNoEntry: false });
  if (stats === undefined || stats.size === 0) return null;
  const ends = endsOf(rollout);
  const begun = beginning(rollout, ends);
  if (begun.isSubagent) return null;
  const isStrange = begun.records > 0 && begun.known === 0;
  // To go back a turn is to begin a file in which nothing need be said.
  if (!isStrange && ends.whole && begun.title === null && !begun.isContinuation) return null;
  return {
    agent: "codex",
    id: rollout.thread,
    title: begun.title,
    cwd: begun.facts.cwd,
    branch: begun.facts.branch,
    startedAt: begun.at,
    updatedAt: lastTime(ends) ?? stats.mtime.toISOString(),
    turns: ends.whole && !begun.isContinuation ? begun.turns : null,
    size: stats.size,
    path: rollout.path,
    generation: isStrange ? "unknown" : rollout.packing === "zst" ? "jsonl.zst" : rollout.packing,
    ...(begun.isOneShot ? { oneShot: true } : {}),
  };
}

/** Whether the head of a session says that it is one of a subagent or of another helper, started by the client. */
function isHelper({ source, thread_source, parent_thread_id }: JsonObject): boolean {
  const { subagent, internal } = objectOf(source);
  const byWhom = stringOf(thread_source) ?? "user";
  return (
    subagent !== undefined ||
    internal !== undefined ||
    byWhom !== "user" ||
    stringOf(parent_thread_id) !== null
  );
}

function beginning(rollout: Rollout, ends: Ends) {
  const facts = initialFacts(rollout.thread);
  const convert = new Converter(newStats(), new FactsGatherer(facts));
  const rollbacks = new Rollbacks();
  const begun = {
    facts,
    records: 0,
    known: 0,
    isSubagent: false,
    isContinuation: false,
    isOneShot: false,
    at: null as string | null,
    title: null as string | null,
  };
  for (const record of ends.head) {
    begun.records += 1;
    if (isKnownRecord(record) || rollout.packing === "json") begun.known += 1;
    const payload = objectOf(record.payload);
    if (record.type === "session_meta" && begun.known === 1) {
      begun.isSubagent = isHelper(payload);
      begun.isOneShot = payload.source === "exec";
      begun.isContinuation = historyBase(payload) !== null;
    }
    begun.at ??= timeOf(payload.timestamp) ?? timeOf(record.timestamp);
    const entries = convert.entriesOf(record);
    rollbacks.see(record, entries);
    for (const entry of entries) {
      if (entry.type === "text" && entry.role === "user" && !entry.injected)
        begun.title ??= titleOf(entry.text);
    }
    if (begun.isSubagent) break;
    if (!ends.whole && (begun.records === MOST_LOOKED_AT || (begun.title !== null && facts.cwd !== null)))
      break;
  }
  return { ...begun, turns: rollbacks.turns };
}

function endsOf(rollout: Rollout): Ends {
  if (rollout.packing === "jsonl") {
    const ends = readJsonlEnds(rollout.path, HEAD, TAIL, ROOM);
    return ends === null ? nothing : { head: ends.head(), tail: ends.tail(), whole: ends.whole };
  }
  if (rollout.packing === "zst") {
    const parser = new JsonlParser(newStats());
    const head = parser.push(unpackStart(rollout.path, HEAD)).map(({ value }) => value);
    return { head, tail: [], whole: false };
  }
  const { session, items } = objectOf(
    parseJson(readTextSync(rollout.path, { maxBytes: MAX_DOCUMENT_BYTES }) ?? ""),
  );
  const { id, timestamp, cwd, git } = objectOf(session);
  return {
    head: [{ id, timestamp, cwd, git }, ...arrayOf(items).map(objectOf)],
    tail: [],
    whole: Array.isArray(items),
  };
}

const nothing: Ends = { head: [], tail: [], whole: true };

function lastTime({ tail }: Ends): string | null {
  for (const record of tail) {
    const time = timeOf(record.timestamp);
    if (time !== null) return time;
  }
  return null;
}
