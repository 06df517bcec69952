import type { Line } from "../../../schema/report.ts";
import type { AgentAdapter, SessionWriter } from "../../agents/adapter.ts";
import { EXIT, UserError } from "../../base/errors.ts";
import { count, oneLine, shellLine, truncate } from "../../base/text.ts";
import { currentBranch } from "../../git/branch.ts";
import type { Repository } from "../../git/repository.ts";
import type { World } from "../command.ts";
import { type FoundSession, findSessions, readable } from "../shared/sessions.ts";
import { type Prepared, type PrepareOptions, prepare } from "./prepare.ts";
import { earlierTransfer, type Fidelity, rememberTransfer, type TransferRecord } from "./record.ts";
import { missingFrom } from "./verify.ts";

export interface TransferOptions extends Omit<PrepareOptions, "target" | "home" | "redactor"> {
  /** Write another copy even where the same conversation was carried over before. */
  again: boolean;
  dryRun: boolean;
  /** Ask the real client, where it can be asked, whether it knows the session. */
  verify: boolean;
}

/** What was carried over, or would be. */
export interface Transferred {
  source: { agent: string; session_id: string };
  /** Null in a dry run that would write one. */
  target: { agent: string; session_id: string; path: string; resume_command: string[] } | null;
  fidelity: Fidelity;
  /** What travels, in short. */
  content: Content;
  /** True when the same conversation was there already: nothing was written. */
  existed: boolean;
  /** What the real client says; null where it was not or could not be asked. */
  confirmed: boolean | null;
  /** What of the source could not be read; null where all of it was. */
  unread: string | null;
  /** Takes the new session back; does nothing where none was written. */
  undo(): Promise<void>;
}

export interface Content {
  title: string;
  first_ask: string | null;
  last_ask: string | null;
  /** Estimated. */
  tokens: number;
  /** Null for no limit. */
  max_tokens: number | null;
}

export type WritableAgent = AgentAdapter & { writer: SessionWriter };

/** The agent with its writer. Throws `UserError` (code 2) where Baton cannot write sessions of that agent. */
export function writable(agent: AgentAdapter): WritableAgent {
  const { writer } = agent;
  if (writer !== undefined) return { ...agent, writer };
  throw new UserError(
    `Baton cannot write sessions for ${agent.name}.`,
    "Print the conversation instead: --format markdown",
    EXIT.usage,
  );
}

/** Carries a session over into another agent's own store, whole or not at all. */
export async function transfer(
  repository: Repository,
  world: World,
  session: FoundSession,
  to: WritableAgent,
  options: TransferOptions,
): Promise<Transferred> {
  const over = world.working(`Carrying the conversation over to ${to.label}`);
  return carry(repository, world, session, to, options).finally(over);
}

async function carry(
  repository: Repository,
  world: World,
  session: FoundSession,
  to: WritableAgent,
  options: TransferOptions,
): Promise<Transferred> {
  const store = { home: world.home, env: world.env };
  const redactor = await world.redactor();
  const prepared = await prepare(session, store, {
    ...options,
    redactor,
    target: to.name,
    home: to.reader === undefined ? null : (id) => sessionOf(to, store, id),
  });
  const source = { agent: session.agent.name, session_id: session.summary.id };
  const point: TransferRecord["source"] = {
    agent: source.agent,
    session: source.session_id,
    lastEntry: prepared.lastEntry,
    // JSON knows no Infinity.
    maxTokens: Number.isFinite(options.maxTokens) ? options.maxTokens : 0,
    reasoning: options.includeReasoning,
    ...(redactor.enabled ? {} : { redacted: false }),
  };
  const fidelity = fidelityOf(prepared);
  const { unread, title, asks, tokens } = prepared;
  const content: Content = {
    title,
    first_ask: asks?.first ?? null,
    last_ask: asks?.last ?? null,
    tokens,
    max_tokens: Number.isFinite(options.maxTokens) ? options.maxTokens : null,
  };
  const nothing = async () => {};
  const confirm = async (id: string) =>
    options.verify ? ((await to.writer.confirm?.(store, id, repository.root)) ?? null) : null;
  const earlier = options.again
    ? null
    : await earlierTransfer(repository, { source: point, target: { agent: to.name, cwd: repository.root } });
  if (earlier !== null && (await sessionOf(to, store, earlier.target.session)) !== null) {
    const { session: id, path } = earlier.target;
    const target = targetOf(to, id, path);
    const told = earlier.fidelity ?? fidelity;
    return {
      source,
      target,
      fidelity: told,
      content,
      existed: true,
      confirmed: options.dryRun ? null : await confirm(id),
      unread,
      undo: nothing,
    };
  }
  if (options.dryRun)
    return {
      source,
      target: null,
      fidelity,
      content,
      existed: false,
      confirmed: null,
      unread,
      undo: nothing,
    };

  world.signal.throwIfAborted();
  const written = await to.writer.write(store, {
    entries: await redactor.redact(prepared.entries),
    source: { agent: source.agent, session: source.session_id },
    title: await redactor.redact(prepared.title),
    cwd: repository.root,
    branch: await currentBranch(repository),
    now: options.now,
  });
  try {
    const updatedAt = await verifyWritten(
      to,
      store,
      written.sessionId,
      await redactor.redact(prepared.entries),
    );
    const confirmed = await confirm(written.sessionId);
    if (confirmed === false) throw new Error(`${to.label} does not know the session that was written for it`);
    const record = {
      agent: to.name,
      session: written.sessionId,
      path: written.path,
      cwd: repository.root,
      updatedAt,
    };
    const told = { ...fidelity, as_text: written.asText, left_out: fidelity.left_out + written.leftOut };
    const at = options.now.toISOString();
    await rememberTransfer(repository, { source: point, target: record, at, fidelity: told });
    return {
      source,
      target: targetOf(to, written.sessionId, written.path),
      fidelity: told,
      content,
      existed: false,
      confirmed,
      unread,
      undo: written.undo,
    };
  } catch (error) {
    await written.undo();
    throw error;
  }
}

function targetOf(to: WritableAgent, id: string, path: string) {
  return { agent: to.name, session_id: id, path, resume_command: to.writer.resume(id) };
}

function fidelityOf({ entries, cut, orphans }: Prepared): Fidelity {
  return {
    entries: entries.length,
    tool_pairs: entries.filter((entry) => entry.type === "tool_call").length,
    as_text: null,
    left_out: orphans,
    cut: {
      outputs_shortened: cut.outputsShortened,
      turns_folded: cut.turnsFolded,
      entries_folded: cut.entriesFolded,
    },
  };
}

async function sessionOf(
  agent: AgentAdapter,
  store: { home: string; env: World["env"] },
  id: string,
): Promise<FoundSession | null> {
  const sessions = await findSessions(readable([agent]), store, { roots: null, withAside: true });
  return sessions.find(({ summary }) => summary.id === id) ?? null;
}

/**
 * What cannot be read back was not written: better no session than half of one. Answers with the time of its last
 * activity, or null where it cannot be read.
 */
async function verifyWritten(
  to: WritableAgent,
  store: { home: string; env: World["env"] },
  id: string,
  entries: Prepared["entries"],
): Promise<string | null> {
  if (to.reader === undefined) return null;
  const session = await sessionOf(to, store, id);
  if (session === null) throw new Error(`the session ${id} written for ${to.name} is not found again`);
  const missing = await missingFrom(session, store, entries);
  if (missing.length > 0)
    throw new Error(`the session written for ${to.name} lacks ${missing.slice(0, 5).join(", ")}`);
  return session.summary.updatedAt;
}

/** What was carried over, and what of it is not as it was. */
export interface Carried {
  what: string;
  losses: string[];
}

export function whatWasCarried(fidelity: Fidelity): Carried {
  const { cut } = fidelity;
  const what = `${count(fidelity.entries, "entry", "entries")}, ${count(fidelity.tool_pairs, "tool call")}`;
  const losses = [
    fidelity.as_text === null || fidelity.as_text === 0 ? null : `${fidelity.as_text} became text`,
    fidelity.left_out === 0 ? null : `${fidelity.left_out} left out`,
    cut.outputs_shortened === 0 ? null : `${count(cut.outputs_shortened, "tool output")} shortened`,
    cut.turns_folded === 0 ? null : `${count(cut.turns_folded, "older turn")} folded into one line each`,
  ].filter((loss) => loss !== null);
  return { what, losses };
}

/** What was carried over, for a person. */
export function describeTransfer(transferred: Transferred): Line[] {
  const { source, target, fidelity, content, existed, confirmed } = transferred;
  const { what, losses } = whatWasCarried(fidelity);
  const lost: Line[] =
    losses.length === 0 ? [] : [{ kind: "text", text: `   Not as it was: ${losses.join(", ")}` }];
  if (content.max_tokens !== null && content.tokens > content.max_tokens) {
    lost.push({
      kind: "text",
      text: `   The newest turn alone is above the ${count(content.max_tokens, "token")} that were allowed: it is carried whole, about ${content.tokens} tokens`,
    });
  }
  if (target === null)
    return [
      { kind: "text", text: `Would carry over ${what} of ${source.agent}'s session ${source.session_id}` },
      ...described(content),
      ...(lost.length === 0 ? [{ kind: "text", text: "   Nothing would be cut" } as const] : lost),
    ];
  const lines: Line[] = existed
    ? [
        {
          kind: "ok",
          text: `Already carried over: ${target.agent}'s session ${target.session_id} (--again makes another)`,
        },
      ]
    : [
        { kind: "ok", text: `Carried over ${what} into ${target.agent}'s session ${target.session_id}` },
        ...lost,
      ];
  if (confirmed === true) lines.push({ kind: "ok", text: `${target.agent} itself knows the session` });
  if (confirmed === false)
    lines.push({ kind: "warn", text: `${target.agent} itself does not know the session any more` });
  lines.push(
    { kind: "text", text: "   Resume it:" },
    { kind: "command", text: shellLine(target.resume_command) },
  );
  return lines;
}

const LONGEST_ASK = 120;

/** What would travel, in words that a person knows again. */
function described({ title, first_ask: first, last_ask: last, tokens }: Content): Line[] {
  const said = (label: string, text: string): Line => ({
    kind: "text",
    text: `   ${label}: ${truncate(oneLine(text), LONGEST_ASK)}`,
  });
  return [
    said("Title", title),
    ...(first === null ? [] : [said("First ask", first)]),
    ...(last === null || last === first ? [] : [said("Last ask", last)]),
    { kind: "text", text: `   Size: about ${tokens.toLocaleString("en")} tokens` },
  ];
}
