import stringWidth from "string-width";
import type { Line } from "../../schema/report.ts";
import { oneLine } from "../base/text.ts";
import type { Style } from "./print.ts";

const GAP = "  ";
/** What a column is not made narrower than. */
const NARROWEST = 9;

/** Columns side by side, as wide as their cells; where the terminal is narrower, the flexible ones give way. */
export function renderTable(
  { columns, rows, flexible = [] }: Extract<Line, { kind: "table" }>,
  style: Style,
): string {
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
