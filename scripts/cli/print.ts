import chalk, { Chalk, type ChalkInstance } from "chalk";
import stringWidth from "string-width";
import type { Redacted } from "../../schema/redacted.ts";
import type { Line, LineKind } from "../../schema/report.ts";
import { escapeControls, oneLine } from "../base/text.ts";

export interface Style {
  colour: ChalkInstance;
}

/** Colours follow NO_COLOR, FORCE_COLOR and the terminal (chalk's own rules), asked for each stream. */
export function styleFor(stream: { isTTY?: boolean }, env: Record<string, string | undefined>): Style {
  const off = (env.NO_COLOR ?? "") !== "" && env.FORCE_COLOR === undefined;
  const level = off ? 0 : stream.isTTY === true || env.FORCE_COLOR !== undefined ? chalk.level : 0;
  return { colour: new Chalk({ level }) };
}

/** Lines as text for a terminal or a pipe. Control characters from outside are escaped. */
export function renderLines(lines: Redacted<readonly Line[]>, style: Style): string {
  return lines.map((line) => `${renderLine(line, style)}\n`).join("");
}

const RULE = "━".repeat(40);

function renderLine(line: Line, style: Style): string {
  if (line.kind === "table") return renderTable(line.columns, line.rows, style);
  if (line.kind === "raw") return escapeControls(line.text);
  const icon = line.icon === undefined ? "" : `${line.icon} `;
  const text = `${icon}${line.text.split("\n").map(escapeControls).join("\n")}`;
  return RENDER[line.kind](text, style.colour);
}

// Symbols always come with words, so that nothing is lost where colours and symbols are.
const RENDER: Record<Exclude<LineKind, "raw">, (text: string, colour: ChalkInstance) => string> = {
  title: (text, c) => c.bold(text),
  step: (text, c) => c.bold.cyan(text),
  ok: (text, c) => `${c.green("✅")} ${text}`,
  warn: (text, c) => `${c.yellow("⚠️ ")} ${c.yellow(text)}`,
  fail: (text, c) => `${c.red("❌")} ${c.red(text)}`,
  // A path may hold line breaks: an entry of a list stays one line.
  item: (text) => `  - ${oneLine(text)}`,
  command: (text, c) => `   ${c.cyan(text)}`,
  note: (text, c) => c.dim(text),
  rule: (_, c) => c.dim(RULE),
  text: (text) => text,
};

function renderTable(columns: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const cells = [columns, ...rows].map((row) => row.map(oneLine));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => stringWidth(row[i] ?? ""))));
  return cells
    .map((row, at) => {
      const text = row
        .map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - stringWidth(cell)))
        .join("  ")
        .trimEnd();
      return at === 0 ? style.colour.bold(text) : text;
    })
    .join("\n");
}
