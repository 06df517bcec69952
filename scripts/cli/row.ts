import measured from "fast-string-truncated-width";
import type { Cell, Line } from "../../schema/report.ts";
import { oneLine } from "../base/text.ts";
import type { Style } from "./print.ts";

/** Where what is said to a label begins. */
const INDENT = 15;
const GAP = "   ";

/** A label and its cells side by side. What does not fit goes on below, under the first cell. */
export function renderRow({ label, cells }: Extract<Line, { kind: "row" }>, style: Style): string {
  const lines: string[] = [];
  let text = style.colour.bold(oneLine(label).padEnd(INDENT));
  let column = INDENT;
  const breakLine = () => {
    lines.push(text.trimEnd());
    text = " ".repeat(INDENT);
    column = INDENT;
  };
  for (const cell of cells) {
    const words = `${SYMBOLS[cell.kind]}${oneLine(cell.text)}`;
    if (column > INDENT && column + GAP.length + measured(words).width > style.width) breakLine();
    if (column > INDENT) {
      text += GAP;
      column += GAP.length;
    }
    for (const [i, piece] of pieces(words, column, style.width).entries()) {
      if (i > 0) breakLine();
      text += coloured(cell.kind, piece, style);
      column += measured(piece).width;
    }
  }
  return [...lines, text.trimEnd()].join("\n");
}

/** A text broken between its words: the first piece begins at `column`, the others at the indent. */
function pieces(text: string, column: number, width: number): string[] {
  if (column + measured(text).width <= width) return [text];
  const broken: string[] = [];
  let piece = "";
  for (const word of text.split(" ")) {
    const next = piece === "" ? word : `${piece} ${word}`;
    const begin = broken.length === 0 ? column : INDENT;
    if (piece !== "" && begin + measured(next).width > width) {
      broken.push(piece);
      piece = word;
    } else piece = next;
  }
  return [...broken, piece];
}

// Symbols always come with words, so that nothing is lost where they are not shown.
const SYMBOLS: Record<Cell["kind"], string> = {
  ok: "✅ ",
  warn: "⚠️  ",
  fail: "❌ ",
  note: "",
  command: "",
  text: "",
};

function coloured(kind: Cell["kind"], text: string, { colour: c }: Style): string {
  if (kind === "ok") return c.green(text);
  if (kind === "warn") return c.yellow(text);
  if (kind === "fail") return c.red(text);
  if (kind === "command") return c.cyan(text);
  return kind === "note" ? c.dim(text) : text;
}

/** A text cut to a number of columns, with `…` where something is missing. */
export function cutTo(text: string, width: number): string {
  const line = oneLine(text);
  if (measured(line).width <= width) return line;
  return `${line.slice(0, measured(line, { limit: Math.max(1, width), ellipsis: "…" }).index).trimEnd()}…`;
}
