/** A value as it is written down. */
export interface Literal {
  start: number;
  /** Without quotes. */
  text: string;
  isQuoted: boolean;
  /** It fills the rest of its line. */
  isWholeLine: boolean;
}

const LONGEST = 4096;
const OPENING = /(?:(?:[rbuf]{1,2}|[@L])(?=["']))?(\\{0,7})(["'`])(?:\2\2)?/y;
const BARE = /[^\s"'`\\,;<>{}()[\]|&$]{1,4096}/y;
// Up to the end of its line, but not over the next parameter of a query.
const REST_OF_LINE =
  /(?:[^\s"'`\\,;<>{}()[\]&]|&(?![\w.%-]{1,40}=)){1,512}(?=$|&|(?:[ \t]{1,20}#[^\r\n]{0,200}|[ \t]{0,20})(?:$|[\r\n]|\\{1,7}[nr]))/y;

/** The value that begins at `at`, or null when there is none or it is an expression. */
export function readLiteral(text: string, at: number): Literal | null {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(text);
  if (opening !== null)
    return readQuoted(text, at + opening[0].length, opening[1]?.length ?? 0, opening[2] ?? "");
  const line = match(REST_OF_LINE, text, at);
  if (line !== null) return { start: at, text: line, isQuoted: false, isWholeLine: true };
  const bare = match(BARE, text, at);
  // Followed by one of these it is a call, an index or a variable.
  if (bare === null || /[([{$]/.test(text[at + bare.length] ?? "")) return null;
  return { start: at, text: bare.replace(/\.$/, ""), isQuoted: false, isWholeLine: false };
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

// Text inside JSON inside JSON has its quotes escaped as many times over: a quote closes when as many backslashes
// stand before it as before the opening one, not counting those that escape one another.
function readQuoted(text: string, start: number, backslashes: number, quote: string): Literal | null {
  const cycle = 2 * (backslashes + 1);
  const limit = Math.min(text.length, start + LONGEST);
  let run = 0;
  for (let i = start; i < limit; i++) {
    const char = text[i];
    if (char === "\n") return null;
    if (char === quote && run < backslashes) return null;
    if (char === quote && run % cycle === backslashes) {
      return { start, text: text.slice(start, i - backslashes), isQuoted: true, isWholeLine: false };
    }
    run = char === "\\" ? run + 1 : 0;
  }
  return null;
}
