import { type Connection, connect, mayConnect } from "./connectors.ts";
import type { Detector } from "./detector.ts";
import { type Literal, readLiteral } from "./literals.ts";
import { type NameStrength, nameStrength } from "./names.ts";
import { isSecretValue } from "./values.ts";

const NAME_REACH = 64;
/** Two words in prose: `API key`, `public key`. */
const WORD_BEFORE = /(?<=([A-Za-z]{2,20}) )/y;

const TELLING =
  "pass pwd psw psk pw secret token credential creds key auth access api jwt bearer cookie sig seed mnemonic salt nonce dsn webhook";

/** Names of variables end in one digit, passwords in more. */
const HARDLY_A_VARIABLE = /^[A-Za-z].{3,}\d\d$/;

/** Values beside names that tell about them, whatever the values look like. */
export const ASSIGNMENTS: Detector = {
  near: TELLING.split(" "),
  look(text, at, report) {
    const { start, end } = nameAround(text, at);
    if (!mayConnect(text, end)) return end;
    const announced = nameStrength(nameAt(text, start, end));
    if (announced === null) return end;
    const connection = connect(text, start, end);
    const value = connection === null ? null : readLiteral(text, connection.valueAt);
    if (connection === null || value === null) return end;
    const strength = adjusted(announced, isSure(connection, value), isInQuery(text, start, end));
    if (!isExpression(value) && isSecretValue(value.text, strength)) {
      report({ start: value.start, end: value.start + value.text.length, rule: strength });
    }
    return isLongRun(value) ? value.start + value.text.length : end;
  },
};

function nameAround(text: string, at: number): { start: number; end: number } {
  let [start, end] = [at, at];
  while (at - start < NAME_REACH && isNameUnit(text.charCodeAt(start - 1))) start--;
  while (end - at < NAME_REACH && isNameUnit(text.charCodeAt(end))) end++;
  // The `n` of an escaped line break belongs to no name.
  if (start < at && text[start - 1] === "\\" && "bfnrtv".includes(text[start] ?? "")) start++;
  return { start, end };
}

// Letters, digits, `_`, `-` and `.`; false before the beginning and behind the end, where the code is NaN.
function isNameUnit(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46
  );
}

function nameAt(text: string, start: number, end: number): string {
  const name = text.slice(start, end);
  if (name.length > 4 || !/^keys?$/i.test(name)) return name;
  WORD_BEFORE.lastIndex = start;
  return `${WORD_BEFORE.exec(text)?.[1] ?? ""} ${name}`;
}

function isInQuery(text: string, start: number, end: number): boolean {
  return (text[start - 1] === "?" || text[start - 1] === "&") && text[end] === "=";
}

function isSure(connection: Connection, value: Literal): boolean {
  if (connection.kind === "word")
    return value.isQuoted || value.isWholeLine || HARDLY_A_VARIABLE.test(value.text);
  return connection.kind === "value";
}

function adjusted(strength: NameStrength, sure: boolean, inQuery: boolean): NameStrength {
  // In a query even `key=` is telling.
  if (strength === "key" && inQuery) return "secret";
  // Where it may be a variable or a message, only what looks generated counts.
  return strength === "password" && !sure ? "secret" : strength;
}

/** `config.auth.token` without quotes. */
function isExpression(value: Literal): boolean {
  return !value.isQuoted && /^[A-Za-z_]+(?:\.[A-Za-z_]+)+$/.test(value.text);
}

/** Read once: names inside of it would only read the same run again, from a little further on. */
function isLongRun(value: Literal): boolean {
  return !value.isQuoted && value.text.length > 256;
}
