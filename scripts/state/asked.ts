import type { Learned } from "../../schema/said.ts";
import type { Asked, SessionState } from "../../schema/session-state.ts";
import { isGoAhead } from "../base/go-ahead.ts";

/** The first ask and so many of the last ones are kept. */
const LAST = 10;

/** What the person asked so far, with true counts. */
export interface AskedSoFar {
  listed: Asked[];
  total: number;
  /** How many of them were said before this session of the agent began. */
  before: number;
  /** How many the previous state does not have, and that ask for more than to go on. */
  added: number;
}

/**
 * What was asked before this session of the agent (before a handoff, or in a session that went before), and what was
 * asked in it. A session that holds a copy of an earlier one, because it was resumed under another id or carried
 * over, tells nothing twice.
 */
export function askedSoFar(previous: SessionState | null, learned: Learned | null): AskedSoFar {
  const known = answeredSince(previous?.context.asked ?? [], learned);
  const knownTotal = previous?.truncated?.["context.asked"] ?? known.length;
  const knownBefore = previous?.session?.asked_before ?? 0;
  if (learned === null || learned.asked.total === 0) {
    return { listed: known, total: knownTotal, before: knownBefore, added: 0 };
  }
  const { listed, total, imported } = learned.asked;
  const [id, knownId] = [learned.agentSessionId, previous?.session?.agent_session_id];
  const own = listed.filter(({ session }) => session === id);
  const isCopied = known.some((ask) => ask.session === knownId && own.some((other) => isSame(ask, other)));
  const earlier = known.filter(({ session }) => session !== id && !(isCopied && session === knownId));
  const isAnother = knownId !== undefined && knownId !== id && !isCopied;
  // Of a conversation that was carried over, the state that came with it knows more.
  const first = earlier.length > 0 ? earlier : listed.filter(({ session }) => session !== id);
  const before = earlier.length === 0 ? imported : isAnother ? knownTotal : knownBefore;
  const all = [...first, ...own];
  const sum = before + total - imported;
  const fresh = sum > knownTotal ? own.slice(knownTotal - sum) : [];
  return {
    listed: all.length <= LAST + 1 ? all : [...all.slice(0, 1), ...all.slice(-LAST)],
    total: Math.max(sum, all.length),
    before,
    added: fresh.filter(({ text }) => !isGoAhead(text)).length,
  };
}

/** What had no answer in another session has reached the agent that goes on, once that one has said anything. */
function answeredSince(known: readonly Asked[], learned: Learned | null): Asked[] {
  if (learned?.asked.hasAnswer !== true) return [...known];
  return known.map((ask) => {
    const { unanswered: _, ...rest } = ask;
    return ask.session === learned.agentSessionId ? ask : rest;
  });
}

/** What is kept was redacted, so the time tells more than the text. */
function isSame(a: Asked, b: Asked): boolean {
  return a.at !== undefined && b.at !== undefined ? a.at === b.at : a.text === b.text;
}
