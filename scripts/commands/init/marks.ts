const BEGIN = "# >>> baton >>>";
const END = "# <<< baton <<<";

// A block never reaches over the beginning of another: whoever lost an end mark loses nothing of their own to us.
const BLOCK =
  /(\r?\n)?^[ \t]*# >>> baton >>>[ \t]*\r?\n(?:(?![ \t]*# >>> baton >>>).*\r?\n)*?[ \t]*# <<< baton <<<[ \t]*(\r?\n|$(?![\s\S]))/gm;

/**
 * `text` with `lines` in a marked block at `at`, which must be the start of a line or the end of the text.
 * `withoutBlocks` gives exactly `text` back, provided that it had no block.
 */
export function insertBlock(text: string, at: number, lines: readonly string[], indent = ""): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const block = [BEGIN, ...lines, END].map((line) => indent + line).join(eol);
  // A last line without an end stays one: the block takes its place, so that taking it out can tell.
  if (at === text.length && text !== "" && !text.endsWith("\n")) return text + eol + block;
  return text.slice(0, at) + block + eol + text.slice(at);
}

/** `text` without any marked block. */
export function withoutBlocks(text: string): string {
  return text.replace(BLOCK, (_, before: string | undefined, after: string) =>
    after === "" ? "" : (before ?? ""),
  );
}

export function hasBlock(text: string): boolean {
  return withoutBlocks(text) !== text;
}

/**
 * `text` with one marked block that holds `lines`: renewed where it stands, else put in at `at(text)`.
 * The same text when it is there already.
 */
export function withBlock(
  text: string,
  lines: readonly string[],
  at: (text: string) => number = (whole) => whole.length,
): string {
  const start = text.search(BLOCK);
  const rest = withoutBlocks(text);
  if (start === -1) return insertBlock(text, at(text), lines);
  // The line break before a block belongs to the text before it.
  const place = start + (/^\r?\n/.exec(text.slice(start))?.[0].length ?? 0);
  return insertBlock(rest, Math.min(place, rest.length), lines);
}
