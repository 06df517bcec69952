import { type Connection, connect } from "./connectors.ts";
import type { Detector } from "./detector.ts";
import { type Literal, readLiteral } from "./literals.ts";
import { type NameStrength, nameStrength } from "./names.ts";
import { isSecretValue } from "./values.ts";

const NAME_REACH = 64;
const NAME_UNIT = /[\w.-]/;
const ESCAPES = /[bfnrtv]/;

const TELLING =
  "pass pwd psw pw secret token credential creds key auth access api jwt bearer cookie sig seed mnemonic salt nonce dsn webhook";

/** Values beside names that tell about them, whatever the values look like. */
export const ASSIGNMENTS: Detector = {
  near: TELLING.split(" "),
  look(text, at, report) {
    const { start, end } = nameAround(text, at);
    const connection = connect(text, start, end);
    const value = connection === null ? null : readLiteral(text, connection.valueAt);
    if (connection === null || value === null) return end;
    const strength = strengthOf(text, start, end, isSure(connection, value));
    if (strength !== null && !isExpression(value) && isSecretValue(value.text, strength)) {
      report({ start: value.start, end: value.start + value.text.length, rule: strength });
    }
    return isLongRun(value) ? value.start + value.text.length : end;
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

function isSure(connection: Connection, value: Literal): boolean {
  return connection.kind === "value" || (connection.kind === "word" && (value.isQuoted || value.isWholeLine));
}

/** Read once: names inside of it would only read the same run again, from a little further on. */
function isLongRun(value: Literal): boolean {
  return !value.isQuoted && value.text.length > 256;
}

/** `config.auth.token` without quotes. */
function isExpression(value: Literal): boolean {
  return !value.isQuoted && /^[A-Za-z_]+(?:\.[A-Za-z_]+)+$/.test(value.text);
}

function strengthOf(text: string, start: number, end: number, sure: boolean): NameStrength | null {
  // In prose a name may have two words: "API key".
  const wordBefore = /[A-Za-z]{2,20} $/.exec(text.slice(Math.max(0, start - 21), start))?.[0] ?? "";
  const strength = nameStrength(wordBefore + text.slice(start, end));
  // In a query even `key=` is telling.
  if (strength === "key" && /[?&]/.test(text[start - 1] ?? "") && text[end] === "=") return "secret";
  // Where it may be a variable or a message, only what looks generated counts.
  return strength === "password" && !sure ? "secret" : strength;
}
