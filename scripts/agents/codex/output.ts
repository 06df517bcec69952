import { arrayOf, type JsonObject, numberOf, objectOf, parseJson, stringOf } from "../../base/json.ts";

/** What a tool answered, in the one form for the many that clients have had. */
export interface Output {
  text: string;
  exitCode: number | null;
  /** Null when nothing says. */
  ok: boolean | null;
  /** The call was given up before it had a result. */
  interrupted: boolean;
}

// The lines above the output of a command: `exec_command` first, `apply_patch` and `shell` second.
const HEADERS = [
  /^(?:(?:Chunk ID|Wall time): .*\n)*Process exited with code (-?\d+)\n(?:[A-Z][a-z ]+: \d+\n)*Output:\n/,
  /^Exit code: (-?\d+)\n(?:Wall time: .*\n)?(?:[A-Z][a-z ]+: \d+\n)*(?:Output:\n)?/,
];
const ABORTED = /^aborted(?: by user.*)?$/s;

/** `output` is a text, JSON as a text, an object, or content parts. */
export function outputOf(output: unknown): Output {
  if (typeof output !== "string") return fromParts(output);
  if (output.startsWith('{"output"')) {
    const parsed = parseJson(output);
    if (parsed !== null) return fromParts(parsed);
  }
  for (const header of HEADERS) {
    const match = header.exec(output);
    if (match !== null) return finished(output.slice(match[0].length), Number(match[1]));
  }
  return { text: output, exitCode: null, ok: null, interrupted: ABORTED.test(output) };
}

function finished(text: string, exitCode: number): Output {
  return { text, exitCode, ok: exitCode === 0, interrupted: false };
}

function fromParts(output: unknown): Output {
  if (Array.isArray(output)) return { text: textOf(output), exitCode: null, ok: null, interrupted: false };
  const { content, output: inner, success, metadata } = objectOf(output);
  const text = stringOf(inner) ?? stringOf(content) ?? textOf(arrayOf(content));
  const exitCode = numberOf(objectOf(metadata).exit_code);
  if (exitCode !== null) return finished(text, exitCode);
  return { ...outputOf(text), ...(typeof success === "boolean" && { ok: success }) };
}

function textOf(parts: readonly unknown[]): string {
  return parts.flatMap((part) => stringOf(objectOf(part).text) ?? []).join("\n");
}

/** The arguments of a call: JSON as a text, mostly; kept as they are when they are no object. */
export function inputOf(call: JsonObject): JsonObject {
  if (typeof call.arguments === "string") {
    const parsed = parseJson(call.arguments);
    if (parsed === null || Array.isArray(parsed))
      return call.arguments === "" ? {} : { arguments: call.arguments };
    return parsed;
  }
  if (typeof call.input === "string") return { input: call.input };
  return objectOf(call.arguments ?? call.input ?? call.action);
}
