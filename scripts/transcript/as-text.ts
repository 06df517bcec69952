import type { Entry, EntryBase, ImageEntry, Todo, ToolResultEntry } from "../../schema/transcript.ts";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, parseJson, stringOf } from "../base/json.ts";
import { oneLine } from "../base/text.ts";

const BOXES: Record<Todo["status"], string> = {
  pending: " ",
  in_progress: "~",
  completed: "x",
  cancelled: "-",
};

const CUT_BY = { rate_limit: "a usage limit", error: "an error", user: "the person" } as const;

/**
 * An entry as text, for a format that has no other place for it: one line that says what it is, then the thing
 * itself. `tool` is the name of the tool that a result is from.
 */
export function asText(entry: Entry, tool = "tool"): string {
  switch (entry.type) {
    case "text":
      return entry.text;
    case "reasoning":
      return `The reasoning here was:\n${entry.text}`;
    case "tool_call":
      return `The tool ${oneLine(entry.tool)} was called here with:\n${JSON.stringify(entry.input, null, 2)}`;
    case "tool_result":
      return `The tool ${oneLine(tool)} ${verdictOf(entry)}:\n${entry.output}`;
    case "image":
      return `An image was here that could not be carried over:\n${imageLine(entry)}`;
    case "compaction":
      return `Summary of the conversation before this point:\n${entry.summary}`;
    case "todos":
      return `The todo list was here:\n${entry.todos.map(todoLine).join("\n")}`;
    case "interruption":
      return `The session was cut off here by ${CUT_BY[entry.cause]}:\n${entry.text}`;
  }
}

/** What the text of an entry does not hold of it, to be kept beside that text. */
export function detailsOf(entry: Entry): JsonObject {
  const { type, role, at, model } = entry;
  const base = { type, role, at, ...(model !== null && { model }) };
  switch (entry.type) {
    case "text":
      return { ...base, injected: entry.injected };
    case "tool_call":
      return { ...base, callId: entry.callId, tool: entry.tool };
    case "tool_result": {
      const { callId, ok, exitCode, interrupted } = entry;
      return { ...base, callId, ok, exitCode, interrupted };
    }
    case "image":
      return { ...base, mediaType: entry.mediaType, source: entry.source };
    case "interruption":
      return { ...base, cause: entry.cause };
    case "todos":
      return { ...base, todos: entry.todos };
    default:
      return base;
  }
}

/** The entry that became this text and these details; null when they do not tell. What is in both counts from the details. */
export function fromText(text: string, details: JsonObject, base: EntryBase): Entry | null {
  const body = text.slice(text.indexOf("\n") + 1);
  const callId = stringOf(details.callId);
  switch (details.type) {
    case "text":
      return { ...base, type: "text", text, injected: details.injected === true };
    case "reasoning":
      return { ...base, type: "reasoning", text: body };
    case "tool_call": {
      const tool = stringOf(details.tool);
      const input = parseJson(body);
      if (callId === null || tool === null || !isObject(input)) return null;
      return { ...base, type: "tool_call", callId, tool, input };
    }
    case "tool_result":
      if (callId === null) return null;
      return { ...base, type: "tool_result", callId, output: body, ...verdictIn(details) };
    case "image": {
      const mediaType = stringOf(details.mediaType);
      const source = stringOf(details.source);
      return mediaType === null ? null : { ...base, type: "image", mediaType, data: null, source };
    }
    case "compaction":
      return { ...base, type: "compaction", summary: body };
    case "todos":
      return { ...base, type: "todos", todos: todosIn(details.todos) };
    case "interruption": {
      const { cause } = details;
      return isCause(cause) ? { ...base, type: "interruption", cause, text: body } : null;
    }
    default:
      return null;
  }
}

/** How a call ended, from the details of its result. */
export function verdictIn(details: JsonObject): Pick<ToolResultEntry, "ok" | "exitCode" | "interrupted"> {
  return {
    ok: typeof details.ok === "boolean" ? details.ok : null,
    exitCode: numberOf(details.exitCode),
    interrupted: details.interrupted === true,
  };
}

/** A todo list, from the details of its entry. */
export function todosIn(value: unknown): Todo[] {
  return arrayOf(value).flatMap((item) => {
    const { text, status } = objectOf(item);
    return typeof text === "string" && isStatus(status) ? [{ text, status }] : [];
  });
}

function verdictOf({ ok, exitCode, interrupted }: ToolResultEntry): string {
  if (interrupted) return "was interrupted";
  if (ok !== false) return "answered";
  return exitCode === null ? "failed" : `failed with exit code ${exitCode}`;
}

function imageLine({ mediaType, source }: ImageEntry): string {
  return source === null ? mediaType : `${mediaType}, ${oneLine(source)}`;
}

/** `- [x] what was to be done`. */
export function todoLine({ text, status }: Todo): string {
  return `- [${BOXES[status]}] ${oneLine(text)}`;
}

function isStatus(value: unknown): value is Todo["status"] {
  return typeof value === "string" && Object.hasOwn(BOXES, value);
}

function isCause(value: unknown): value is keyof typeof CUT_BY {
  return typeof value === "string" && Object.hasOwn(CUT_BY, value);
}
