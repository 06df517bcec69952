import {
  applyEdits,
  findNodeAtLocation,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parse,
  parseTree,
} from "jsonc-parser";
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
  const edits = modify(json, path, value, options).map((edit) =>
    indent === undefined ? { ...edit, content: spacedAs(json, edit.content) } : edit,
  );
  return text.slice(0, text.length - json.length) + applyEdits(json, edits);
}

// What `modify` writes for a property that it adds: a comma before or after, and a blank after the colon.
const ADDED = /^(?<before>,?)(?<property>"(?:[^"\\]|\\.)*": .*?)(?<after>,?)$/s;

/** What is put into a file of one line, with blanks where that line has them. */
function spacedAs(json: string, content: string): string {
  const { before, property, after } = ADDED.exec(content)?.groups ?? {};
  if (property === undefined) return content;
  const colon = /":\S/.test(json) ? ":" : ": ";
  const comma = /,\S/.test(json) || colon === ":" ? "," : ", ";
  const edge = /^\s*\{\s/.test(json) ? " " : "";
  const properties = (object: object): string =>
    Object.entries(object)
      .map(([key, value]) => `${JSON.stringify(key)}${colon}${written(value)}`)
      .join(comma);
  const written = (value: unknown): string =>
    isObject(value) ? `{${edge}${properties(value)}${edge}}` : JSON.stringify(value);
  return `${before === "" ? "" : comma}${properties(JSON.parse(`{${property}}`))}${after === "" ? "" : comma}`;
}

/** A key that the object in `text`, or the one at `key` in it, has more than once; null when there is none. */
export function repeatedKey(text: string, key: string): string | null {
  const root = parseTree(bare(text));
  const inner = root === undefined ? undefined : findNodeAtLocation(root, [key]);
  return repeatedIn(root, (name) => name === key) ?? repeatedIn(inner, () => true);
}

function repeatedIn(object: Node | undefined, counts: (name: string) => boolean): string | null {
  const names = (object?.children ?? []).map((property) => String(property.children?.[0]?.value));
  return names.find((name, i) => counts(name) && names.indexOf(name) < i) ?? null;
}

function bare(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
