import measured from "fast-string-truncated-width";
import type { Line } from "../../schema/report.ts";
import { oneLine } from "../base/text.ts";
import type { Style } from "./print.ts";

const GAP = "  ";
const ELLIPSIS = "…";
/** What a column is not made narrower than. */
const NARROWEST = 9;

/** Columns side by side, as wide as their cells; where the terminal is narrower, the flexible ones give way. */
export function renderTable(
  { columns, rows, flexible = [] }: Extract<Line, { kind: "table" }>,
  style: Style,
): string {
  const cells = [columns, ...rows].map((row) => row.map(oneLine));
  const natural = cells.map((row) => row.map((cell) => measured(cell).width));
  const widths = narrowed(
    columns.map((_, i) => natural.reduce((most, row) => Math.max(most, row[i] ?? 0), 0)),
    columns.flatMap((name, i) => (flexible.includes(name) ? [i] : [])),
    style.width,
  );
  return cells
    .map((row, at) => {
      const text = row
        .map((cell, i) => fitted(cell, natural[at]?.[i] ?? 0, widths[i] ?? 0))
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
  const { index } = measured(cell, { limit: width, ellipsis: ELLIPSIS });
  const shown = cell.slice(0, index).trimEnd() + ELLIPSIS;
  return shown + " ".repeat(Math.max(0, width - measured(shown).width));
}
