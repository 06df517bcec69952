/**
 * One line of a command's answer, as data: the command says what it is, `cli/print` decides how it looks.
 * `text` may hold anything from outside; the printer escapes control characters. `raw` keeps its line breaks.
 * `flexible` columns of a table are shortened where a terminal is too narrow for it; before that, those that are
 * `droppable` are left out, the last named first. A line that is `cut` never takes more than one row of the terminal.
 * A row is a label and what there is to say to it, broken between words; rows stand below each other with their labels
 * in one column.
 */
export type Line =
  | { kind: LineKind; text: string; icon?: string; cut?: boolean }
  | { kind: "table"; columns: string[]; rows: string[][]; flexible?: string[]; droppable?: string[] }
  | { kind: "row"; label: string; cells: Cell[] };

/** A part of a row: a judgement with its symbol, an aside, something to type, or plain text. Always of one line. */
export interface Cell {
  kind: "ok" | "warn" | "fail" | "note" | "command" | "text";
  text: string;
}

/**
 * title: heads the answer · ok, warn, fail: a judgement, printed with its symbol ·
 * item: one of a list · command: something to type · note: an aside · rule: a separator · text, raw: as it is.
 */
export type LineKind =
  | "title"
  | "ok"
  | "warn"
  | "fail"
  | "item"
  | "command"
  | "note"
  | "rule"
  | "text"
  | "raw";

/** What a command answers. `lines` are the answer (stdout), `notices` are talk (stderr), `data` is for `--json`. */
export interface Report {
  ok: boolean;
  exitCode: number;
  lines: Line[];
  /** What `--quiet` prints in place of `lines`: the one thing that a script wants, such as the command to type. */
  answer?: string;
  notices: Line[];
  data: Record<string, unknown>;
}
