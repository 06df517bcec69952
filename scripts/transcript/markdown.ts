import type { Entry, SessionFacts, ToolCallEntry, ToolResultEntry } from "../../schema/transcript.ts";
import { count, oneLine, truncate } from "../base/text.ts";
import { todoLine } from "./as-text.ts";
import { isImportNote } from "./import-note.ts";
import { ownTitle } from "./title.ts";
import { linesIn } from "./words.ts";

export interface MarkdownOptions {
  /** For a session without a title of its own. */
  title: string | null;
  /** Whole tool calls, results, reasoning and injected text; otherwise folded to a line or left out. */
  isFull: boolean;
  /** Words, in lower case, that are looked for: where an entry is folded to a line, it is the one that has them. */
  soughtWords?: string | null;
}

const FOLDED = 100;
/** Entries that the heading waits for at most. */
const MOST_WAITING = 50;

/** A conversation as Markdown, one piece per entry, so that one of any length can be streamed. */
export async function* toMarkdown(
  facts: SessionFacts,
  agent: string,
  entries: AsyncIterable<Entry>,
  options: MarkdownOptions,
): AsyncGenerator<string> {
  let speaker = "";
  let waiting: Entry[] | null = [];
  for await (const entry of entries) {
    waiting?.push(entry);
    // Facts are learned from the entries: before the first reply not even the model is known.
    if (waiting !== null && entry.role !== "assistant" && waiting.length < MOST_WAITING) continue;
    if (waiting !== null) yield heading(facts, agent, options.title);
    yield* waiting === null ? told([entry]) : told(waiting);
    waiting = null;
  }
  if (waiting !== null) yield heading(facts, agent, options.title);
  yield* told(waiting ?? []);

  function* told(some: readonly Entry[]): Generator<string> {
    for (const entry of some) {
      const text = describe(entry, options);
      if (text === null) continue;
      const who = speakerOf(entry);
      if (who !== speaker) yield `\n## ${who}${entry.at === null ? "" : ` · ${entry.at}`}\n`;
      speaker = who;
      yield `\n${text}\n`;
    }
  }
}

/** Whether an entry is left out while entries are folded. */
export function isLeftOut(entry: Entry): boolean {
  return entry.type === "reasoning" || (entry.type === "text" && entry.injected);
}

function heading(facts: SessionFacts, agent: string, fallback: string | null): string {
  const title = ownTitle(facts) ?? fallback;
  const about = [
    `Agent: ${agent}${facts.clientVersion === null ? "" : ` ${facts.clientVersion}`}`,
    `Session: ${facts.id}`,
    facts.cwd === null ? null : `Folder: ${facts.cwd}`,
    facts.branch === null ? null : `Branch: ${facts.branch}`,
    facts.model === null ? null : `Model: ${facts.model}`,
  ];
  return `# ${oneLine(title ?? "Session")}\n\n${about
    .filter((line) => line !== null)
    .map((line) => `- ${oneLine(line)}`)
    .join("\n")}\n`;
}

function speakerOf(entry: Entry): string {
  // The agent's own doing, whoever has to tell the model of it.
  if (entry.type === "tool_result" || entry.type === "todos") return "Assistant";
  if (entry.type === "compaction") return "System";
  if (entry.type === "text" && entry.injected) return "Injected";
  if (entry.type === "text" && isImportNote(entry.text)) return "Note";
  if (entry.type === "text" && entry.unsent === true) return "Person (typed, never sent)";
  return { user: "Person", assistant: "Assistant", system: "System" }[entry.role];
}

function describe(entry: Entry, { isFull, soughtWords = null }: MarkdownOptions): string | null {
  if (!isFull && isLeftOut(entry)) return null;
  switch (entry.type) {
    case "text":
      return entry.text;
    case "reasoning":
      return quote(`Reasoning:\n${entry.text}`);
    case "tool_call":
      return isFull ? fullCall(entry) : `- ${foldedCall(entry, soughtWords)}`;
    case "tool_result":
      return isFull ? fullResult(entry) : `  ${foldedResult(entry, soughtWords)}`;
    case "image":
      return `[image, ${entry.mediaType}${entry.source === null ? "" : `, ${oneLine(entry.source)}`}]`;
    case "compaction":
      return quote(`Summary of what came before:\n${entry.summary}`);
    case "todos":
      return entry.todos.map(todoLine).join("\n");
    case "interruption":
      return quote(`Cut off (${entry.cause}): ${entry.text}`);
  }
}

function foldedCall({ tool, input }: ToolCallEntry, soughtWords: string | null): string {
  const told = truncate(oneLine(argumentOf(input)), FOLDED);
  const line = lineWith(soughtWords, [told, ...linesIn(input)]) ?? told;
  return `**${oneLine(tool)}** ${around(soughtWords, line)}`.trimEnd();
}

function lineWith(words: string | null, lines: readonly string[]): string | undefined {
  return words === null ? undefined : lines.find((line) => line.toLowerCase().includes(words));
}

/** A line that is short enough, and has the words in it where the whole has. */
function around(words: string | null, line: string): string {
  const text = oneLine(line);
  const at = words === null ? 0 : text.toLowerCase().indexOf(words);
  const isLate = at + (words?.length ?? 0) > FOLDED - 1;
  return truncate(isLate ? `…${text.slice(at)}` : text, FOLDED);
}

/** The argument that tells most about a call: what it ran, or what it was about. */
function argumentOf(input: Record<string, unknown>): string {
  for (const key of [
    "command",
    "cmd",
    "file_path",
    "filePath",
    "path",
    "pattern",
    "query",
    "url",
    "subject",
    "description",
  ]) {
    const value = input[key];
    if (typeof value === "string") return value;
    if (Array.isArray(value)) return value.join(" ");
  }
  const text = JSON.stringify(input);
  return text === "{}" ? "" : text;
}

function foldedResult(result: ToolResultEntry, soughtWords: string | null): string {
  const output = result.output.trim();
  const lines = output === "" ? [] : output.split("\n");
  const verdict = result.interrupted
    ? "interrupted"
    : result.ok === false
      ? `failed${result.exitCode === null ? "" : ` (exit ${result.exitCode})`}`
      : "done";
  const line = lineWith(soughtWords, lines) ?? lines[0];
  return `→ ${verdict}${line === undefined ? "" : `, ${count(lines.length, "line")}: ${around(soughtWords, line)}`}`;
}

function fullCall({ tool, input }: ToolCallEntry): string {
  return `**${oneLine(tool)}**\n\n${fence(JSON.stringify(input, null, 2), "json")}`;
}

function fullResult(result: ToolResultEntry): string {
  const verdict = result.interrupted ? "interrupted" : result.ok === false ? "failed" : "done";
  const code = result.exitCode === null ? "" : `, exit ${result.exitCode}`;
  return `Result (${verdict}${code}):\n\n${fence(result.output, "text")}`;
}

function quote(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

/** A fence that nothing inside can end. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}`;
}
