import measured from "fast-string-truncated-width";
import type { Line } from "../../schema/report.ts";
import { oneLine } from "../base/text.ts";
import type { Style } from "./print.ts";

const GAP = "  ";
const ELLIPSIS = "…";
/** What a column is not made narrower than. */
const NARROWEST = 9;
/** What the first of the flexible columns, and each of the others, should have before others are left out for it. */
const COMFORTABLE = { first: 30, other: 12 };

/** Columns that a text takes on a screen: two for a Chinese character, none for a combining accent. */
export function widthOf(text: string): number {
  return measured(text).width;
}

/** `text` in at most `width` columns, with `…` where something was cut off. */
export function cutTo(text: string, width: number): string {
  const { index, truncated } = measured(text, { limit: width, ellipsis: ELLIPSIS });
  if (!truncated) return text;
  let shown = text.slice(0, index);
  // Among wide characters it goes one too far.
  while (shown !== "" && widthOf(shown) > width - 1) shown = shown.replace(/.$/su, "");
  return shown.trimEnd() + ELLIPSIS;
}

/**
 * Columns side by side, as wide as their cells. Where the terminal is narrower, the droppable ones go, as long as the
 * flexible ones would otherwise have to become narrower than they should; then the flexible ones give way.
 */
export function renderTable(
  { columns, rows, flexible = [], droppable = [] }: Extract<Line, { kind: "table" }>,
  style: Style,
): string {
  const cells = [columns, ...rows].map((row) => row.map(oneLine));
  const natural = cells.map((row) => row.map(widthOf));
  const wanted = columns.map((_, i) => natural.reduce((most, row) => Math.max(most, row[i] ?? 0), 0));
  const shown = new Set(columns.keys());
  const total = (widthAt: (i: number) => number) =>
    [...shown].reduce((sum, i) => sum + widthAt(i), GAP.length * (shown.size - 1));
  const enough = (i: number) => {
    const at = flexible.indexOf(columns[i] ?? "");
    const comfortable = at === 0 ? COMFORTABLE.first : COMFORTABLE.other;
    return at === -1 ? (wanted[i] ?? 0) : Math.min(wanted[i] ?? 0, comfortable);
  };
  for (const name of droppable.toReversed()) {
    if (total(enough) <= style.width) break;
    shown.delete(columns.indexOf(name));
  }
  const kept = [...shown];
  const widths = narrowed(
    kept.map((i) => wanted[i] ?? 0),
    kept.flatMap((i, at) => (flexible.includes(columns[i] ?? "") ? [at] : [])),
    style.width,
  );
  return cells
    .map((row, at) => {
      const text = kept
        .map((i, column) => fitted(row[i] ?? "", natural[at]?.[i] ?? 0, widths[column] ?? 0))
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

/** A cell that is `natural` columns wide, in exactly `width`. */
function fitted(cell: string, natural: number, width: number): string {
  if (natural <= width) return cell + " ".repeat(width - natural);
  const shown = cutTo(cell, width);
  return shown + " ".repeat(Math.max(0, width - widthOf(shown)));
}
