/**
 * What may stand between a name and its value: in code, configuration, JSON, YAML, XML, URLs, command lines and
 * prose. Patterns are composed of these, each bounded, so that a hostile text costs no more than another.
 */
const SPACE = "[ \\t]{0,20}";
// Quotes may be escaped: once in JSON, more often in JSON inside JSON, as %22 in a URL, as &quot; in HTML.
const ENTITY = "&(?:quot|apos|#34|#39|#x27);";
const QUOTE = `(?:\\\\{0,7}["'\`]|%2[27]|${ENTITY})`;
const BREAK = "(?:\\r?\\n|\\\\{1,7}n)";
const BEFORE_QUOTE = "(?=(?:[rbuf]{1,2}|[@L])?\\\\{0,7}[\"'`])";

const OPERATOR = [
  "[:?+.|&]{0,3}={1,3}>?", // = := ?= ::= += .= ??= ||= == =>
  ":{1,2}",
  "%3[ADad]",
  "->|<-|<<<|\\|{1,2}|\\?\\?|\\u2192",
  `,(?=${SPACE}${BEFORE_QUOTE})`,
  "(?:or|is|was|ist|lautet)\\b:?",
].join("|");
/** A list or a call around the value: `["…"]`, `String::from("…")`. */
const LIST = `(?:[[{(]\\s{0,20}${BEFORE_QUOTE})?`;
const CALL = `(?:new )?[\\w.:]{1,40}\\(\\s{0,20}${BEFORE_QUOTE}`;
/** A YAML value that begins in the next line, or a long one in a block. */
const NEXT_LINE = `(?:(?:[|>][-+]?[ \\t]{0,4})?${BREAK}{1,2}[ \\t]{0,40})?`;

const ASSIGNED = sticky(
  `${QUOTE}?[)\\]]?[*_]{0,2}${SPACE}(?:${OPERATOR})[*_]{0,2}${SPACE}${NEXT_LINE}${LIST}(?:${ENTITY})?`,
);
/** What both of the above and below begin with: most names in a text have nothing of the kind behind them. */
const OPERATED = sticky(`${QUOTE}?[)\\]]?[*_]{0,2}${SPACE}(?:${OPERATOR})`);
const COMPUTED = sticky(`${QUOTE}?[)\\]]?${SPACE}(?:${OPERATOR})${SPACE}${CALL}`);
/** A declared type in between: `token: string = "…"`, `var token string = "…"`. */
const DECLARED = sticky(`${SPACE}:?${SPACE}[A-Za-z&*][\\w.<>?[\\]*&' ]{0,40}:?=${SPACE}${BEFORE_QUOTE}`);
/** An entry of a list of variables: `"name": "TOKEN", "value": "…"`, `<add key="token" value="…"/>`, YAML. */
const PAIRED = sticky(
  `(?:${QUOTE}[\\s,;]{1,40}|, {1,4}|${BREAK}[ \\t]{1,40})${QUOTE}?(?:[Vv]alue|content)${QUOTE}?${SPACE}[:=]>?${SPACE}`,
);
/** `variable "token" { default = "…" }` in Terraform. */
const VARIABLE = sticky(
  `"\\s{0,4}\\{(?:\\s|\\\\{1,7}n){0,40}(?:(?:type|description|sensitive|nullable)[ \\t]{0,20}=[^\\r\\n\\\\]{1,200}(?:\\s|\\\\{1,7}n){1,40}){0,4}default[ \\t]{0,20}=[ \\t]{0,20}`,
);
const ELEMENT = sticky(`(?:${QUOTE}?>|</key>\\s{0,40}<string>)\\s{0,40}(?=[^<>\\s]{1,4096}\\s{0,40}<)`);
/** `setApiKey("…")`, `#define API_KEY "…"`, `PASSWORD '…'`. */
const CALLED = sticky(`\\(\\s{0,20}${BEFORE_QUOTE}|[ \\t]{1,20}(?=\\\\{0,7}["'])`);
/** `--token …`, `-storepass …`, `"--token", "…"`, `ENV TOKEN …`, `config set token …`, `secret set TOKEN --body …`. */
const ARGUMENT = sticky(`${QUOTE}?(?:[ \\t]{1,4}(?:--body[ =]|-b ?)?|, ?)(?=${QUOTE}?[^\\s-])`);
const TAKES_WORDS =
  /(?<=(?:^|[\s"'`\\])(?:ENV|ARG|setenv|set -\w{1,3}|config(?:ure)? set|env add|secrets? set) {1,4}[^\s"'`=]{0,80})/y;
/** What the kinds of connections begin with, so that what can't be there need not be tried. */
const ANY = 1;
const DECLARES = 2;
const PAIRS = 4;
const CALLS = 8;
const ARGUES = 16;
const BEGINNINGS = beginnings([
  [ANY, " \t\r\n:=\"'`\\)]*_?+|&-<>,%(\u2192"],
  [DECLARES, " \t:&*"],
  [PAIRS, "\"'`\\%&,\r\n"],
  [CALLS, "( \t"],
  [ARGUES, " \t\"'`\\%&,"],
]);

export interface Connection {
  /** Where the value begins, its opening quote included. */
  valueAt: number;
  /**
   * value: a bare word there stands for itself · word: a bare word may be a variable ·
   * computed: even a quoted text may be the argument of something.
   */
  kind: "value" | "word" | "computed";
}

/** False where a name that ends at `end` can have no value. Quick: most names in a text have none. */
export function mayConnect(text: string, end: number): boolean {
  return beginningsAt(text, end) !== 0;
}

/** Where the value of the name at `start`..`end` begins; null when the name has none. */
export function connect(text: string, start: number, end: number): Connection | null {
  const begins = beginningsAt(text, end);
  const declared =
    ((begins & DECLARES) !== 0 ? after(DECLARED, text, end) : null) ??
    ((begins & PAIRS) !== 0 ? (after(PAIRED, text, end) ?? after(VARIABLE, text, end)) : null) ??
    xmlContent(text, start, end);
  if (declared !== null) return { valueAt: declared, kind: "value" };
  if (after(OPERATED, text, end) !== null) {
    const computed = after(COMPUTED, text, end);
    if (computed !== null) return { valueAt: computed, kind: "computed" };
    const assigned = after(ASSIGNED, text, end);
    if (assigned !== null) {
      return { valueAt: assigned, kind: standsAlone(text.slice(end, assigned)) ? "value" : "word" };
    }
  }
  const called = (begins & CALLS) !== 0 && text[start] !== "-" ? after(CALLED, text, end) : null;
  if (called !== null) return { valueAt: called, kind: "value" };
  const argument = (begins & ARGUES) !== 0 ? after(ARGUMENT, text, end) : null;
  return argument !== null && isArgument(text, start) ? { valueAt: argument, kind: "value" } : null;
}

/** `NAME=value` without spaces is no code that a person formats, and prose has no variables. */
function standsAlone(between: string): boolean {
  return between === "=" || /^ (?:is|was|ist|lautet)\b/.test(between);
}

function xmlContent(text: string, start: number, end: number): number | null {
  const inTag = text[start - 1] === "<" || text[start - 1] === ">" || text[start - 1] === '"';
  return inTag ? after(ELEMENT, text, end) : null;
}

function isArgument(text: string, start: number): boolean {
  return text[start] === "-" || after(TAKES_WORDS, text, start) !== null;
}

function beginnings(kinds: readonly [kind: number, characters: string][]): Uint8Array {
  const table = new Uint8Array(0x2200);
  for (const [kind, characters] of kinds) {
    for (const character of characters) {
      const unit = character.charCodeAt(0);
      table[unit] = (table[unit] ?? 0) | kind;
    }
  }
  return table;
}

function beginningsAt(text: string, at: number): number {
  return BEGINNINGS[text.charCodeAt(at)] ?? 0;
}

function sticky(source: string): RegExp {
  return new RegExp(source, "y");
}

function after(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
