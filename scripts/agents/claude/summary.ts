import { basename } from "node:path";
import type { SessionSummary } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, objectOf, parseJson, stringOf, timeOf } from "../../base/json.ts";
import { type JsonlEnds, readJsonlEnds } from "../../base/jsonl-ends.ts";
import { titleOf } from "../../transcript/title.ts";
import { branchOf } from "./facts.ts";
import { standsAt } from "./line-scan.ts";
import { isKnownType, isSpoken } from "./record-types.ts";
import { turnsIn } from "./turns.ts";
import { typedIn } from "./typed.ts";

const HEAD = 32 * 1024;
// The client writes titles again when it closes a session, so that they are found near the end.
const TAIL = 64 * 1024;
const ROOM = Buffer.allocUnsafeSlow(HEAD + TAIL);
/** Records at the beginning that are looked through for what the person asked. */
const MOST_LOOKED_AT = 100;

/**
 * What the two ends of the file tell. Null for a file that is no session at all: nobody said anything in it, or a
 * subagent writes it. One in which the person said nothing (`/clear` leaves such a file), or that a teammate of an agent
 * works in, is marked. A file without a single record that we know is of generation `unknown`.
 */
export function summarise(path: string): SessionSummary | null {
  const ends = readJsonlEnds(path, HEAD, TAIL, ROOM);
  if (ends === null || ends.size === 0) return null;
  const first = firstFacts(ends);
  if (first.seen > 0 && !first.known) return summaryOf(path, ends, { generation: "unknown" });
  // A first record may be larger than what is read of the beginning: then the end says whether it is a session.
  if (first.isSubagent || (ends.whole && !first.isSpoken)) return null;
  const last = lastRecord(ends);
  return summaryOf(path, ends, {
    title: titleIn(ends) ?? first.ask,
    cwd: first.cwd ?? stringOf(last?.cwd),
    branch: (last === null ? null : branchOf(last)) ?? first.branch,
    startedAt: first.at,
    updatedAt: timeOf(last?.timestamp) ?? first.at,
    turns: ends.whole ? turnsIn(ends) : null,
    ...(first.isTeammate
      ? { aside: "a teammate's" as const }
      : ends.whole && !first.isTyped
        ? { aside: "nothing was said" as const }
        : {}),
    ...(first.isOneShot ? { oneShot: true } : {}),
  });
}

function summaryOf(
  path: string,
  { size, mtimeMs }: JsonlEnds,
  known: Partial<SessionSummary>,
): SessionSummary {
  return {
    agent: "claude",
    id: basename(path, ".jsonl"),
    title: null,
    cwd: null,
    branch: null,
    startedAt: null,
    turns: null,
    size,
    path,
    generation: "jsonl",
    ...known,
    updatedAt: known.updatedAt ?? new Date(mtimeMs).toISOString(),
  };
}

function firstFacts(ends: JsonlEnds) {
  const facts = {
    seen: 0,
    known: false,
    isSpoken: false,
    isSubagent: false,
    isTeammate: false,
    isOneShot: false,
    isTyped: false,
    cwd: null as string | null,
    branch: null as string | null,
    at: null as string | null,
    ask: null as string | null,
  };
  for (const record of ends.head()) {
    facts.seen += 1;
    facts.known ||= isKnownType(record.type);
    facts.at ??= timeOf(record.timestamp);
    facts.cwd ??= stringOf(record.cwd);
    facts.branch ??= branchOf(record);
    if (isSpoken(record)) {
      // The first word decides: older clients keep a subagent's records in the person's own session too.
      if (!facts.isSpoken) {
        facts.isSubagent = record.isSidechain === true;
        facts.isTeammate = isTeammates(record);
        facts.isOneShot = stringOf(record.entrypoint)?.startsWith("sdk-") === true;
      }
      facts.isSpoken = true;
    }
    const typed = typedIn(record);
    facts.isTyped ||= typed.length > 0 || isImage(record);
    facts.ask ??= typed.map(titleOf).find((title) => title !== null) ?? null;
    if (facts.ask !== null && facts.cwd !== null) break;
    // That nothing was said is known only at the end.
    if (facts.seen >= MOST_LOOKED_AT && (facts.isTyped || !ends.whole)) break;
  }
  return facts;
}

/** A session of an agent that another one leads; the leader's own names no other agent. */
function isTeammates({ teamName, agentName }: JsonObject): boolean {
  return stringOf(teamName) !== null && stringOf(agentName) !== null && agentName !== "team-lead";
}

/** Whether the person gave an image, which may be all that they said. */
function isImage({ type, isMeta, message }: JsonObject): boolean {
  if (type !== "user" || isMeta === true) return false;
  return arrayOf(objectOf(message).content).some((block) => objectOf(block).type === "image");
}

function lastRecord(ends: JsonlEnds): JsonObject | null {
  for (const record of ends.tail()) {
    if (stringOf(record.uuid) !== null && timeOf(record.timestamp) !== null) return record;
  }
  return null;
}

// As the client begins such a line. Looking for these and parsing nothing else makes a listing several times faster.
const TITLE = Buffer.from('{"type":"');
const TITLES = [
  { start: Buffer.from('{"type":"custom-title"'), key: "customTitle" },
  { start: Buffer.from('{"type":"ai-title"'), key: "aiTitle" },
  { start: Buffer.from('{"type":"summary"'), key: "summary" },
] as const;
const NEWLINE = 10;

/** The strongest title in what was read of the file, the last one of its kind. */
function titleIn({ headBytes, tailBytes }: JsonlEnds): string | null {
  const titles: Record<string, string> = {};
  for (const bytes of new Set([headBytes, tailBytes])) {
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      const newline = bytes.indexOf(NEWLINE, start);
      end = newline === -1 ? bytes.length : newline;
      if (!standsAt(bytes, TITLE, start)) continue;
      const kind = TITLES.find((title) => standsAt(bytes, title.start, start));
      if (kind === undefined) continue;
      const record = objectOf(parseJson(bytes.toString("utf8", start, end)));
      const title = titleOf(stringOf(record[kind.key]));
      if (title !== null && isOwn(bytes, record)) titles[kind.key] = title;
    }
  }
  return TITLES.map(({ key }) => titles[key]).find((title) => title !== undefined) ?? null;
}

// Older clients also put summaries of other sessions into a file.
function isOwn(bytes: Buffer, { leafUuid }: JsonObject): boolean {
  return typeof leafUuid !== "string" || bytes.includes(`"uuid":"${leafUuid}"`);
}
