import type { Entry, SessionFacts, ToolCallEntry, ToolResultEntry } from "../../schema/transcript.ts";
import { oneLine, truncate } from "../base/text.ts";
import { ownTitle } from "./title.ts";

export interface MarkdownOptions {
  /** For a session without a title of its own. */
  title: string | null;
  /** Whole tool calls, results, reasoning and injected text; otherwise folded to a line or left out. */
  isFull: boolean;
}

const FOLDED = 100;

/** A conversation as Markdown, one piece per entry, so that one of any length can be streamed. */
export async function* toMarkdown(
  facts: SessionFacts,
  agent: string,
  entries: AsyncIterable<Entry>,
  options: MarkdownOptions,
): AsyncGenerator<string> {
  yield heading(facts, agent, options.title);
  let speaker = "";
  for await (const entry of entries) {
    const text = describe(entry, options);
    if (text === null) continue;
    const who = speakerOf(entry);
    if (who !== speaker) yield `\n## ${who}${entry.at === null ? "" : ` · ${entry.at}`}\n`;
    speaker = who;
    yield `\n${text}\n`;
  }
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
  if (entry.type === "tool_result") return "Assistant";
  if (entry.type === "text" && entry.injected) return "Injected";
  return { user: "Person", assistant: "Assistant", system: "System" }[entry.role];
}

function describe(entry: Entry, { isFull }: MarkdownOptions): string | null {
  switch (entry.type) {
    case "text":
      return entry.injected && !isFull ? null : entry.text;
    case "reasoning":
      return isFull ? quote(`Reasoning:\n${entry.text}`) : null;
    case "tool_call":
      return isFull ? fullCall(entry) : `- ${foldedCall(entry)}`;
    case "tool_result":
      return isFull ? fullResult(entry) : `  ${foldedResult(entry)}`;
    case "image":
      return `[image, ${entry.mediaType}${entry.source === null ? "" : `, ${oneLine(entry.source)}`}]`;
    case "compaction":
      return quote(`Summary of what came before:\n${entry.summary}`);
    case "todos":
      return entry.todos.map((todo) => `- [${BOX[todo.status]}] ${oneLine(todo.text)}`).join("\n");
    case "interruption":
      return quote(`Cut off (${entry.cause}): ${entry.text}`);
  }
}

const BOX = { pending: " ", in_progress: "~", completed: "x", cancelled: "-" } as const;

function foldedCall({ tool, input }: ToolCallEntry): string {
  return `**${oneLine(tool)}** ${truncate(oneLine(argumentOf(input)), FOLDED)}`.trimEnd();
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
    "description",
  ]) {
    const value = input[key];
    if (typeof value === "string") return value;
    if (Array.isArray(value)) return value.join(" ");
  }
  const text = JSON.stringify(input);
  return text === "{}" ? "" : text;
}

function foldedResult(result: ToolResultEntry): string {
  const lines = result.output.trim() === "" ? 0 : result.output.trim().split("\n").length;
  const verdict = result.interrupted
    ? "interrupted"
    : result.ok === false
      ? `failed${result.exitCode === null ? "" : ` (exit ${result.exitCode})`}`
      : "done";
  const first = result.output.trim().split("\n", 1)[0] ?? "";
  return `→ ${verdict}${lines === 0 ? "" : `, ${lines} ${lines === 1 ? "line" : "lines"}: ${truncate(oneLine(first), FOLDED)}`}`;
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
