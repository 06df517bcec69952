import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: "this is no JSON value",
  InvalidNumberFormat: "this is no JSON number",
  PropertyNameExpected: 'a property name in "double quotes" is expected',
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing brace } is expected",
  CloseBracketExpected: "a closing bracket ] is expected",
  EndOfFileExpected: "nothing more is expected",
  InvalidCommentToken: "JSON has no comments",
  UnexpectedEndOfString: "the text in quotes does not end",
  InvalidCharacter: "a control character in quotes has to be escaped",
};

/** Where a text stops being JSON, and what is wrong there: `line 3, column 5: a comma is expected`. */
export function whereJsonBreaks(text: string): string {
  const json = text.replace(/^\uFEFF/, "");
  const faults: ParseError[] = [];
  parse(json, faults, { disallowComments: true });
  const [fault] = faults;
  // JSON.parse found something, so this is a kind of fault that only it knows.
  if (fault === undefined) return "it could not be parsed";
  const before = json.slice(0, fault.offset).split("\n");
  const what = WORDS[printParseErrorCode(fault.error)] ?? "this is not expected";
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${what}`;
}
