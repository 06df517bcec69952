import type { Detector } from "./detector.ts";
import { type NameStrength, nameStrength } from "./names.ts";
import { isSecretValue } from "./values.ts";

const NAME_REACH = 64;
const VALUE_REACH = 4096;
const NAME_UNIT = /[\w.-]/;
const ESCAPES = /[bfnrtv]/;

// A declared type between the name and its value: `token: string = "…"`, `var token string = "…"`.
const TYPED = /[ \t]{0,8}:?[ \t]{0,8}[A-Za-z&*][\w.<>?[\]*&' ]{0,40}:?=[ \t]{0,8}(?=\\{0,7}["'`])/y;
// An entry of a list of variables: `"name": "TOKEN", "value": "…"`, `<add key="token" value="…"/>`.
const PAIRED = /\\{0,7}["'][\s,;]{1,40}\\{0,7}["']?[Vv]alue\\{0,7}["']?[ \t]{0,8}[:=]>?[ \t]{0,8}/y;
const OPERATOR =
  /\\{0,7}["'`]?[)\]]?[ \t]{0,20}(?:[:?+.|&]{0,3}={1,3}>?|:{1,2}|->|<-|,|\|\||\?\?|or\b)[ \t]{0,20}(?:[|>][-+]?[ \t]{0,4}(?:\r?\n|\\{1,7}n)[ \t]{1,40})?/y;
const ELEMENT = />\s{0,40}(?:<(?:string|value)>\s{0,40})?|<\/key>\s{0,40}<string>/y;
const ARGUMENT = /["']?(?:[ \t]{1,4}|["'], ?)(?=["']?[^\s-])/y;
const ENV_WORD = /(?:^|[\s"'`\\])(?:ENV|ARG|setenv|set -\w{1,3}) {1,4}$/;
const OPENING = /(?:[rbuf]{1,2}(?=["']))?(\\{0,7})(["'`])/y;
const BARE = /[^\s"'`\\,;<>{}()[\]|&$]{1,4096}/y;

/** Values that stand beside a telling name: in code, configuration, JSON, YAML, XML, URLs, command lines. */
export const ASSIGNMENTS: Detector = {
  near: "pass pwd psw pw secret token credential creds key auth access api jwt bearer cookie sig seed mnemonic salt nonce dsn webhook".split(
    " ",
  ),
  look(text, at, report) {
    const { start, end } = nameAround(text, at);
    const value = valueAfter(text, start, end);
    if (value === null) return end;
    const strength = nameStrength(text.slice(start, end));
    if (strength !== null && isSecretValue(value.text, value.literal ? strength : stricter(strength))) {
      report({ start: value.start, end: value.start + value.text.length, rule: strength });
    }
    return end;
  },
};

function nameAround(text: string, at: number): { start: number; end: number } {
  let [start, end] = [at, at];
  while (start > 0 && at - start < NAME_REACH && NAME_UNIT.test(text[start - 1] ?? "")) start--;
  while (end < text.length && end - at < NAME_REACH && NAME_UNIT.test(text[end] ?? "")) end++;
  // The `n` of an escaped line break belongs to no name.
  if (start < at && text[start - 1] === "\\" && ESCAPES.test(text[start] ?? "")) start++;
  return { start, end };
}

// A bare word may be a variable; only what looks generated counts.
function stricter(strength: NameStrength): NameStrength {
  return strength === "password" ? "secret" : strength;
}

interface Value {
  start: number;
  text: string;
  /** It stands for itself: quoted, or in a place where code does not stand. */
  literal: boolean;
}

function valueAfter(text: string, nameStart: number, nameEnd: number): Value | null {
  const declared = after(text, nameEnd, TYPED) ?? after(text, nameEnd, PAIRED);
  if (declared !== null) return readValue(text, declared, true);
  const assigned = after(text, nameEnd, OPERATOR);
  if (assigned !== null) return readValue(text, assigned, isData(text, nameStart, nameEnd, assigned));
  const element =
    text[nameStart - 1] === "<" || text[nameStart - 1] === ">" || text[nameEnd] === '"'
      ? after(text, nameEnd, ELEMENT)
      : null;
  if (element !== null) return readValue(text, element, true);
  if (!isArgument(text, nameStart)) return null;
  const argument = after(text, nameEnd, ARGUMENT);
  return argument === null ? null : readValue(text, argument, true);
}

// `--token value`, `ENV TOKEN value`.
function isArgument(text: string, nameStart: number): boolean {
  return (
    text.startsWith("--", nameStart) || ENV_WORD.test(text.slice(Math.max(0, nameStart - 12), nameStart))
  );
}

// `NAME=value` without spaces, or `name: value` alone on its line.
function isData(text: string, nameStart: number, nameEnd: number, valueAt: number): boolean {
  if (valueAt === nameEnd + 1 && text[nameEnd] === "=") return true;
  if (text[nameEnd] !== ":") return false;
  const lineStart = Math.max(text.lastIndexOf("\n", nameStart - 1), nameStart - NAME_REACH) + 1;
  if (!/^(?:.*\\n)?[ \t]*(?:- )?["']?$/.test(text.slice(lineStart, nameStart))) return false;
  BARE.lastIndex = valueAt;
  return (
    BARE.test(text) &&
    /^(?:[ \t]*(?:#.*)?$|[ \t]*\\[nr]|[ \t]*\r?\n)/.test(text.slice(BARE.lastIndex, BARE.lastIndex + 20))
  );
}

function after(text: string, at: number, pattern: RegExp): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function readValue(text: string, at: number, literal: boolean): Value | null {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(text);
  if (opening !== null)
    return readQuoted(text, at + opening[0].length, opening[1]?.length ?? 0, opening[2] ?? "");
  BARE.lastIndex = at;
  const bare = BARE.exec(text)?.[0];
  // Followed by one of these it is a call, an index or a template.
  if (bare === undefined || /[([{$`]/.test(text[at + bare.length] ?? "")) return null;
  return { start: at, text: bare, literal };
}

// Text inside JSON inside JSON has its quotes escaped as many times over: a quote closes when as many backslashes
// stand before it as before the opening one, not counting those that escape one another.
function readQuoted(text: string, start: number, backslashes: number, quote: string): Value | null {
  const cycle = 2 * (backslashes + 1);
  const limit = Math.min(text.length, start + VALUE_REACH);
  let run = 0;
  for (let i = start; i < limit; i++) {
    const char = text[i];
    if (char === "\n") return null;
    if (char === quote && run < backslashes) return null;
    if (char === quote && run % cycle === backslashes) {
      return { start, text: text.slice(start, i - backslashes), literal: true };
    }
    run = char === "\\" ? run + 1 : 0;
  }
  return null;
}
