import chalk, { Chalk, type ChalkInstance } from "chalk";
import stringWidth from "string-width";
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
export function renderLines(lines: Redacted<readonly Line[]>, style: Style): string {
  return lines.map((line) => `${renderLine(line, style)}\n`).join("");
}

type Table = Extract<Line, { kind: "table" }>;

const RULE = "━".repeat(40);

function renderLine(line: Line, style: Style): string {
  if (line.kind === "table") return renderTable(line, style);
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

const GAP = "  ";
/** What a column is not made narrower than. */
const NARROWEST = 9;

function renderTable({ columns, rows, flexible = [] }: Table, style: Style): string {
  const cells = [columns, ...rows].map((row) => row.map(oneLine));
  const natural = columns.map((_, i) => Math.max(...cells.map((row) => stringWidth(row[i] ?? ""))));
  const widths = narrowed(
    natural,
    columns.flatMap((name, i) => (flexible.includes(name) ? [i] : [])),
    style.width,
  );
  return cells
    .map((row, at) => {
      const text = row
        .map((cell, i) => {
          const shown = shortened(cell, widths[i] ?? 0);
          return shown + " ".repeat(Math.max(0, (widths[i] ?? 0) - stringWidth(shown)));
        })
        .join(GAP)
        .trimEnd();
      return at === 0 ? style.colour.bold(text) : text;
    })
    .join("\n");
}

/** The widest of the `flexible` columns give way, one by one, until the table fits. */
function narrowed(natural: readonly number[], flexible: readonly number[], max: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  while (total() > max) {
    const widest = Math.max(...flexible.map((i) => widths[i] ?? 0));
    const at = flexible.find((i) => widths[i] === widest);
    if (at === undefined || widest <= NARROWEST) break;
    widths[at] = widest - 1;
  }
  return widths;
}

function shortened(cell: string, width: number): string {
  if (stringWidth(cell) <= width) return cell;
  let text = "";
  for (const { segment } of new Intl.Segmenter().segment(cell)) {
    if (stringWidth(text + segment) >= width) break;
    text += segment;
  }
  return `${text.trimEnd()}…`;
}
