import type { Entry, SessionFacts, Transcript } from "../../../schema/transcript.ts";
import type { StoreEnvironment } from "../../agents/adapter.ts";
import type { Redactor } from "../../privacy/redact.ts";
import { Budget, type Cut } from "../../transcript/budget.ts";
import { importNote, isImportNote } from "../../transcript/import-note.ts";
import { pairCalls } from "../../transcript/pairing.ts";
import { ownTitle, titleOf } from "../../transcript/title.ts";
import { beginsTurn } from "../../transcript/turns.ts";
import type { FoundSession } from "../shared/sessions.ts";
import { describeStats } from "../shared/stats.ts";

/** Entries at the beginning of a session that tell whether it was imported. */
const LOOKED_AT = 100;

export interface PrepareOptions {
  /** Infinity carries all of it. */
  maxTokens: number;
  includeReasoning: boolean;
  /** Name of the agent that the conversation goes to. */
  target: string;
  /** Finds a session of that agent by its id; null where its store cannot be read. */
  home: ((sessionId: string) => Promise<FoundSession | null>) | null;
  now: Date;
  redactor: Redactor;
}

/** A conversation, ready to be written for another agent. Secrets were hidden in each entry before anything was cut. */
export interface Prepared {
  entries: Entry[];
  title: string;
  facts: SessionFacts;
  /** The last entry of the source: with the session's id, the point up to which it was carried over. */
  lastEntry: string | null;
  cut: Cut;
  /** Estimated; above the budget where the newest turn alone is, which is never cut. */
  tokens: number;
  /** What the person asked first and last in all of the source; null without any. */
  asks: { first: string; last: string } | null;
  /** Results without a call, which no format can hold. */
  orphans: number;
  /** What of the source could not be read, for a person; null where all of it was. */
  unread: string | null;
}

/** Reads a session and makes it fit: paired, without reasoning, within the budget, with a note of where it is from. */
export async function prepare(
  session: FoundSession,
  store: StoreEnvironment,
  options: PrepareOptions,
): Promise<Prepared> {
  const transcript = await session.agent.reader.open(store, session.summary);
  let orphans = 0;
  let lastEntry: string | null = null;
  const asked: string[] = [];
  const onLeftOut = () => {
    orphans++;
  };
  const budget = new Budget(options.maxTokens);
  for await (const entry of pairCalls(
    wanted(await comingHome(transcript, store, options), options),
    onLeftOut,
  )) {
    lastEntry = entry.id;
    // Half of a secret would no longer be known for one.
    const clean = await options.redactor.redact(entry);
    // The first and the last of them are enough.
    if (clean.type === "text" && beginsTurn(clean)) asked.splice(1, 1, clean.text);
    budget.add(clean);
  }
  const { entries, cut, tokens } = budget.fitted();
  const ask = entries.find(beginsTurn);
  const title =
    ownTitle(transcript.facts) ?? titleOf(ask?.type === "text" ? ask.text : null) ?? "Imported session";
  const note = importNote({
    fromLabel: session.agent.label,
    session: session.summary.id,
    lastEntryAt: entries.at(-1)?.at ?? null,
    importedAt: options.now.toISOString(),
    cut,
  });
  const stats = describeStats(transcript.stats);
  return {
    entries: [note, ...entries],
    title,
    facts: transcript.facts,
    lastEntry,
    cut,
    tokens,
    asks: asked[0] === undefined ? null : { first: asked[0], last: asked[1] ?? asked[0] },
    orphans,
    unread: stats === null ? null : `${session.summary.path}: ${stats}`,
  };
}

/**
 * A conversation that once came from the very agent to which it goes now: then what that agent wrote itself is taken
 * from its own session, whole, and only what is new since comes from here.
 */
async function comingHome(
  transcript: Transcript,
  store: StoreEnvironment,
  { target, home }: PrepareOptions,
): Promise<AsyncIterable<Entry>> {
  let seen = 0;
  for await (const entry of transcript.entries()) {
    // Nothing was said before an import.
    if (++seen > LOOKED_AT) break;
    const { origin } = entry;
    if (origin === undefined || origin.agent !== target || home === null || isNote(entry)) continue;
    const own = await home(origin.session);
    return own === null
      ? transcript.entries()
      : joined(await own.agent.reader.open(store, own.summary), transcript, origin);
  }
  return transcript.entries();
}

/**
 * In the order of the session that comes home: there stands the home session's own part where its first entry stood.
 * What the home session had itself from elsewhere has come along with the rest.
 */
async function* joined(
  home: Transcript,
  away: Transcript,
  origin: { agent: string; session: string },
): AsyncGenerator<Entry> {
  let isToldOnce = false;
  for await (const entry of away.entries()) {
    // The note of the import that brought it here is no part of the conversation, wherever it is from.
    if (isNote(entry)) continue;
    if (entry.origin?.agent !== origin.agent || entry.origin.session !== origin.session) yield entry;
    else if (!isToldOnce) {
      isToldOnce = true;
      yield* ownPart(home, origin);
    }
  }
}

/** They are the target's own words, whatever session they pass through on the way back. */
async function* ownPart(
  home: Transcript,
  { agent, session }: { agent: string; session: string },
): AsyncGenerator<Entry> {
  for await (const entry of home.entries())
    if (entry.origin === undefined) yield { ...entry, origin: { agent, session, entry: entry.id } };
}

async function* wanted(
  entries: AsyncIterable<Entry>,
  { includeReasoning }: PrepareOptions,
): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    if (entry.type === "reasoning" && !includeReasoning) continue;
    // The note of an earlier import is about that import.
    if (isNote(entry) || (entry.type === "text" && entry.injected)) continue;
    yield entry;
  }
}

function isNote(entry: Entry): boolean {
  return entry.type === "text" && isImportNote(entry.text);
}
