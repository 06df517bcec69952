import { applyEdits, type JSONPath, modify, type ParseError, parse } from "jsonc-parser";
import { EXIT, UserError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";

/** The object in the JSON file `path`. Throws `UserError` when it holds none. */
export function parseObject(text: string, path: string): Record<string, unknown> {
  const faults: ParseError[] = [];
  const value: unknown = parse(bare(text), faults, { disallowComments: true });
  if (faults.length === 0 && isObject(value)) return value;
  throw new UserError(
    `${path} is not a valid JSON object. Nothing was changed.`,
    "Mend it, then run this again.",
    EXIT.unknownFormat,
  );
}

/** `text` with `value` at `path` (undefined removes it); everything else stays as it is written. */
export function editJson(text: string, path: JSONPath, value: unknown): string {
  const json = bare(text);
  const indent = /^([ \t]+)"/m.exec(json)?.[1];
  // Written on one line, it stays on one line.
  const options =
    indent === undefined
      ? {}
      : {
          formattingOptions: {
            insertSpaces: !indent.startsWith("\t"),
            tabSize: indent.startsWith("\t") ? 1 : indent.length,
            eol: json.includes("\r\n") ? "\r\n" : "\n",
          },
        };
  return text.slice(0, text.length - json.length) + applyEdits(json, modify(json, path, value, options));
}

function bare(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
