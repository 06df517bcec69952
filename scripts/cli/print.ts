import chalk, { Chalk, type ChalkInstance } from "chalk";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line, LineKind } from "../../schema/report.ts";
import { escapeControls, oneLine } from "../base/text.ts";

export interface Style {
  colour: ChalkInstance;
  /** Columns of the terminal; infinite where there is none. */
  width: number;
}

/** Colours follow NO_COLOR, FORCE_COLOR and the terminal (chalk's own rules), asked for each stream. */
export function styleFor(
  stream: { isTTY?: boolean; columns?: number },
  env: Record<string, string | undefined>,
): Style {
  const off = (env.NO_COLOR ?? "") !== "" && env.FORCE_COLOR === undefined;
  const level = off ? 0 : stream.isTTY === true || env.FORCE_COLOR !== undefined ? chalk.level : 0;
  return {
    colour: new Chalk({ level }),
    width: (stream.isTTY === true && stream.columns) || Number.POSITIVE_INFINITY,
  };
}

/** Lines as text for a terminal or a pipe. Control characters from outside are escaped. */
export async function renderLines(lines: Redacted<readonly Line[]>, style: Style): Promise<string> {
  const texts: string[] = [];
  for (const line of lines) {
    // Loaded only where there is one: what measures texts takes longer to load than all the rest here.
    if (line.kind === "table") texts.push((await import("./table.ts")).renderTable(line, style));
    else if (line.kind === "row") texts.push((await import("./row.ts")).renderRow(line, style));
    else if (line.cut === true) texts.push(renderLine({ ...line, text: await inOneRow(line, style) }, style));
    else texts.push(renderLine(line, style));
  }
  return texts.map((text) => `${text}\n`).join("");
}

/** What went wrong, and below it what to type. */
export function renderError(message: string, fix: string, { colour: c }: Style): string {
  const next =
    fix === "" ? "" : `\n   ${escapeControls(fix).replace(COMMAND_AT_END, (line) => c.cyan(line))}`;
  return `${c.red("❌")} ${c.red(escapeControls(message))}${next}\n`;
}

/** A help page: its headings and the commands that it offers stand out. */
export function renderHelp(help: string, { colour: c }: Style): string {
  return help
    .replace(/^[A-Z][a-z ]+:/gm, (heading) => c.bold(heading))
    .replace(/^ {2}(?:npx |npm run |baton |git ).*$/gm, (line) => c.cyan(line));
}

const COMMAND_AT_END = /(?<=^|: )(?:npx |npm |baton |git ).+$/gm;

/** Columns before the text of a line. */
const MARK_WIDTH: Partial<Record<LineKind, number>> = { ok: 3, warn: 3, fail: 3, item: 4, command: 3 };

/** Columns of a line's icon and the space behind it. */
const ICON_WIDTH = 3;

async function inOneRow(
  line: { kind: LineKind; text: string; icon?: string },
  { width }: Style,
): Promise<string> {
  const { kind, text, icon } = line;
  const whole = `${/^ */.exec(text)?.[0] ?? ""}${oneLine(text)}`;
  if (width === Number.POSITIVE_INFINITY) return whole;
  return (await import("./table.ts")).cutTo(
    whole,
    width - (MARK_WIDTH[kind] ?? 0) - (icon === undefined ? 0 : ICON_WIDTH),
  );
}

type Plain = Extract<Line, { text: string }>;

const RULE = "━".repeat(40);

function renderLine(line: Plain, style: Style): string {
  if (line.kind === "raw") return escapeControls(line.text);
  const icon = line.icon === undefined ? "" : `${line.icon} `;
  const text = `${icon}${line.text.split("\n").map(escapeControls).join("\n")}`;
  return RENDER[line.kind](text, style.colour);
}

// Symbols always come with words, so that nothing is lost where colours and symbols are.
const RENDER: Record<Exclude<LineKind, "raw">, (text: string, colour: ChalkInstance) => string> = {
  title: (text, c) => c.bold(text),
  ok: (text, c) => `${c.green("✅")} ${c.green(text)}`,
  warn: (text, c) => `${c.yellow("⚠️ ")} ${c.yellow(text)}`,
  fail: (text, c) => `${c.red("❌")} ${c.red(text)}`,
  // A path may hold line breaks: an entry of a list stays one line.
  item: (text) => `  - ${oneLine(text)}`,
  command: (text, c) => `   ${c.cyan(text)}`,
  note: (text, c) => c.dim(text),
  rule: (_, c) => c.dim(RULE),
  text: (text) => text,
};
