import { type NameStrength, nameStrength } from "./names.ts";
import type { Span } from "./span.ts";
import { isSecretValue } from "./values.ts";

/** A name that may announce a secret contains one of these. */
export const ANNOUNCING: readonly string[] =
  "pass pwd psw secret token credential creds key auth access api jwt bearer cookie session sid sig seed mnemonic salt dsn".split(
    " ",
  );

const NAME_REACH = 64;
const VALUE_REACH = 4096;
const NAME_UNIT = /[\w.-]/;

// A declared type between the name and its value: `token: string = "…"`, `var token string = "…"`.
const TYPED = /[ \t]{0,8}:?[ \t]{0,8}[A-Za-z][\w.<>?[\]*]{0,40}[ \t]{0,8}:?=[ \t]{0,8}(?=\\{0,7}["'`])/y;
// An entry of a list of variables: `"name": "TOKEN", "value": "…"`, `<add key="token" value="…"/>`.
const PAIRED = /\\{0,7}["'][\s,;]{1,40}\\{0,7}["']?[Vv]alue\\{0,7}["']?[ \t]{0,8}[:=]>?[ \t]{0,8}/y;
const OPERATOR =
  /\\{0,7}["'`]?[)\]]?(?:[ \t]{0,20}(?:[:?+.|&]{0,3}={1,3}>?|[:]{1,2}|->|<-|,|\|\||\?\?|\bor\b)[ \t]{0,20}(?:[|>][-+]?[ \t]{0,4}\r?\n[ \t]{1,40})?|>\s{0,40})/y;
const OPENING = /(\\{0,7})(["'`])/y;
const BARE = /[^\s"'`\\,;<>{}()[\]|&$]{1,4096}/y;
const BARE_ENDS_IN_CODE = /[([{$`]/;

/** The span of the value that the name around `at` announces, or null. `past` is where the name ends. */
export function assignmentAt(text: string, at: number): { past: number; span: Span | null } {
  let start = at;
  while (start > 0 && at - start < NAME_REACH && NAME_UNIT.test(text[start - 1] ?? "")) start--;
  let end = at;
  while (end < text.length && end - at < NAME_REACH && NAME_UNIT.test(text[end] ?? "")) end++;
  const found = { past: end, span: null };

  const valueAt = after(text, end, TYPED) ?? after(text, end, PAIRED) ?? after(text, end, OPERATOR);
  if (valueAt === null) return found;
  const value = readValue(text, valueAt);
  if (value === null) return found;
  const strength = nameStrength(text.slice(start, end));
  if (strength === null || !isSecretValue(value.text, value.quoted ? strength : stricter(strength)))
    return found;
  return { past: end, span: { start: value.start, end: value.start + value.text.length, rule: strength } };
}

// A bare word may be a variable; only what looks generated counts.
function stricter(strength: NameStrength): NameStrength {
  return strength === "password" ? "secret" : strength;
}

function after(text: string, at: number, pattern: RegExp): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

interface Value {
  start: number;
  text: string;
  quoted: boolean;
}

function readValue(text: string, at: number): Value | null {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(text);
  if (opening !== null)
    return readQuoted(text, at + opening[0].length, opening[1]?.length ?? 0, opening[2] ?? "");
  BARE.lastIndex = at;
  const bare = BARE.exec(text)?.[0];
  if (bare === undefined || BARE_ENDS_IN_CODE.test(text[at + bare.length] ?? "")) return null;
  return { start: at, text: bare, quoted: false };
}

// Text inside JSON inside JSON has its quotes escaped `depth` times over: a quote closes when as many backslashes
// stand before it as before the opening one, not counting those that escape one another.
function readQuoted(text: string, start: number, backslashes: number, quote: string): Value | null {
  const cycle = 2 * (backslashes + 1);
  const limit = Math.min(text.length, start + VALUE_REACH);
  for (let i = start, run = 0; i < limit; i++) {
    const char = text[i];
    if (char === "\n") return null;
    if (char === "\\") {
      run++;
      continue;
    }
    if (char === quote && run % cycle === backslashes) {
      return { start, text: text.slice(start, i - backslashes), quoted: true };
    }
    if (char === quote && run < backslashes) return null;
    run = 0;
  }
  return null;
}
