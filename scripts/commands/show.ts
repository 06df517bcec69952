import type { Report } from "../../schema/report.ts";
import type { Entry, Transcript } from "../../schema/transcript.ts";
import { EXIT, isUserError, UserError } from "../base/errors.ts";
import { count, truncate } from "../base/text.ts";
import { shortAge } from "../base/time.ts";
import { openRepository } from "../git/repository.ts";
import { workingTrees } from "../git/worktrees.ts";
import type { Redactor } from "../privacy/redact.ts";
import { isLeftOut, toMarkdown } from "../transcript/markdown.ts";
import { startsTurn } from "../transcript/turns.ts";
import { linesOf } from "../transcript/words.ts";
import { type Choice, type Command, NO_REDACT, type World } from "./command.ts";
import { wholeNumber } from "./shared/number.ts";
import { type FoundSession, formatBytes, namedSession, readable, searchSessions } from "./shared/sessions.ts";
import { describeStats } from "./shared/stats.ts";
import { openSummaryCache } from "./shared/summary-cache.ts";

export const command: Command = {
  arguments: [{ name: "id", about: "the session; its first characters are enough", required: false }],
  options: [
    { flags: "--last <n>", about: "only the last n turns" },
    { flags: "--format <format>", about: "how to print it", choices: ["markdown", "json"] },
    { flags: "--full", about: "whole tool calls and results, reasoning, injected text" },
    { flags: "--grep <text>", about: "only what contains this text, in any case" },
    NO_REDACT,
  ],
  examples: ["baton show 4c9b --last 3", "baton show 4c9b --full > session.md"],
  async run(input, world) {
    const last = wholeNumber("--last", input.options.last, 1, 3);
    const session = await chosenSession(input.args[0], world);
    const store = { home: world.home, env: world.env };
    const transcript = await session.agent.reader.open(store, session.summary);
    const soughtWords = typeof input.options.grep === "string" ? input.options.grep.toLowerCase() : null;
    const isJson = input.json || input.options.format === "json";
    const isFull = isJson || input.options.full === true;
    const found = { entries: 0 };
    const all = last === null ? transcript.entries() : lastTurns(transcript, last);
    const entries = soughtWords === null ? all : matching(all, soughtWords, isFull, found);
    if (input.json) return asData(session, transcript, entries);
    const redactor = await world.redactor();
    const options = { isFull, soughtWords, title: session.summary.title };
    const pieces = isJson
      ? toJson(transcript, entries, redactor)
      : toMarkdown(transcript.facts, session.agent.name, entries, options);
    await writeAll(pieces, world);
    const stats = describeStats(transcript.stats);
    return {
      ok: true,
      exitCode: EXIT.done,
      lines: [],
      notices: [
        ...(stats === null ? [] : [{ kind: "warn", text: `${session.summary.path}: ${stats}` } as const]),
        ...(soughtWords === null || found.entries > 0
          ? []
          : [{ kind: "note", text: nothingFound(String(input.options.grep), isFull) } as const]),
      ],
      data: { session: session.summary, stats: transcript.stats },
    };
  },
};

async function asData(
  session: FoundSession,
  transcript: Transcript,
  entries: AsyncIterable<Entry>,
): Promise<Report> {
  const all: Entry[] = [];
  for await (const entry of entries) all.push(entry);
  const data = { session: session.summary, facts: transcript.facts, stats: transcript.stats, entries: all };
  return { ok: true, exitCode: EXIT.done, lines: [], notices: [], data };
}

/** The one that was named, in whatever repository; without a name, what the person picks from those of this one. */
async function chosenSession(id: string | undefined, world: World): Promise<FoundSession> {
  const agents = readable(await world.agents());
  const store = { home: world.home, env: world.env };
  const cache = await openSummaryCache(world.home, world.env);
  if (id !== undefined) {
    const roots = await rootsHere(world);
    return namedSession({ id, agent: null, agents, store, roots, cache, now: world.now() });
  }
  if (!world.interactive) {
    throw new UserError(
      "Which session? The answer does not go to a terminal, so no list to choose from can be shown.",
      "Name it: baton show <id>. See which there are: baton list",
      EXIT.usage,
    );
  }
  const roots = await workingTrees(await openRepository(world.cwd, world.env));
  const { sessions, failures } = await searchSessions(agents, store, { roots, cache });
  if (sessions.length === 0) {
    const nothing = new UserError(
      "No agent has a session here.",
      "Where they were looked for: baton list",
      EXIT.notFound,
    );
    throw failures[0] ?? nothing;
  }
  const redactor = await world.redactor();
  const choices = sessions.map((session) => choiceOf(session, world.now()));
  const picked = await world.pick("Which session?", await redactor.redact(choices));
  const session = sessions.find(({ summary }) => summary.id === picked);
  if (session === undefined)
    throw new UserError("Nothing was chosen.", "Name it: baton show <id>", EXIT.interrupted);
  return session;
}

/** The working trees of the repository here; null outside of one, where every session is as near as the other. */
async function rootsHere(world: World): Promise<string[] | null> {
  try {
    return await workingTrees(await openRepository(world.cwd, world.env));
  } catch (error) {
    if (isUserError(error)) return null;
    throw error;
  }
}

function choiceOf({ agent, summary }: FoundSession, now: Date): Choice {
  const age = summary.updatedAt === null ? "?" : shortAge(new Date(summary.updatedAt), now);
  const turns = summary.turns === null ? "" : `${count(summary.turns, "turn")}, `;
  return {
    value: summary.id,
    label: truncate(summary.title ?? "(no title)", 100),
    note: `${agent.name}, ${age}`,
    about: `${turns}${formatBytes(summary.size)}, ${summary.branch ?? "no branch"}, ${summary.id}`,
  };
}

/** Those of the entries that have these words in them, of what is to be shown. */
async function* matching(
  entries: AsyncIterable<Entry>,
  words: string,
  isFull: boolean,
  found: { entries: number },
): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    if (!isFull && isLeftOut(entry)) continue;
    if (!linesOf(entry).some((line) => line.toLowerCase().includes(words))) continue;
    found.entries++;
    yield entry;
  }
}

function nothingFound(words: string, isFull: boolean): string {
  const more = isFull ? "" : " Reasoning and injected text are looked through with --full.";
  return `Nothing in this session contains "${words}".${more}`;
}

/** The last `n` turns: each begins with something that the person said. Only those are kept in memory. */
async function* lastTurns(transcript: Transcript, n: number): AsyncGenerator<Entry> {
  let turns: Entry[][] = [];
  let previous: Entry | null = null;
  for await (const entry of transcript.entries()) {
    if (turns.length === 0 || startsTurn(entry, previous)) turns = [...turns, []].slice(-n);
    turns.at(-1)?.push(entry);
    previous = entry;
  }
  for (const turn of turns) yield* turn;
}

/** One JSON object that can be written and read as a stream: each entry on its own line. */
async function* toJson(
  transcript: Transcript,
  entries: AsyncIterable<Entry>,
  redactor: Redactor,
): AsyncGenerator<string> {
  yield `{"agent":${JSON.stringify(transcript.agent)},"entries":[`;
  let separator = "\n";
  for await (const entry of entries) {
    // As a value, not as text: a key tells more about its secret that way.
    yield separator + JSON.stringify(await redactor.redact(entry));
    separator = ",\n";
  }
  // Only now are they complete.
  yield `\n],"facts":${JSON.stringify(await redactor.redact(transcript.facts))}}\n`;
}

async function writeAll(pieces: AsyncIterable<string>, world: World): Promise<void> {
  const redactor = await world.redactor();
  for await (const piece of pieces) {
    world.signal.throwIfAborted();
    if (!(await world.write(await redactor.redact(piece), { paged: true }))) return;
  }
}
