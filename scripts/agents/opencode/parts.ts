import type { Entry, ReadStats, Role } from "../../../schema/transcript.ts";
import { arrayOf, type JsonObject, numberOf, objectOf, stringOf, timeOf, wordOf } from "../../base/json.ts";
import { countSkip, unknownType } from "../../base/read-stats.ts";
import { interruptionOf } from "./interruption.ts";
import { isTyped, type Part, todosOf } from "./session.ts";

/** What a part takes from its message. */
export interface Context {
  role: Role;
  /** When the message was begun. */
  at: string | null;
  model: string | null;
  /** The message is the summary that a compaction left. */
  isSummary: boolean;
}

/** Parts that are bookkeeping: steps, snapshots of the files, the mention of an agent, the request for a compaction. */
const SILENT = new Set(["step-start", "step-finish", "snapshot", "patch", "agent", "compaction"]);
const ABORTED = /^tool execution (aborted|was interrupted|interrupted)/i;

export function* partEntries(part: Part, context: Context, stats: ReadStats): Generator<Entry> {
  const { data } = part;
  const { role, model } = context;
  const at = timeOf(objectOf(data.time).start) ?? timeOf(objectOf(data.time).created) ?? context.at;
  const base = { id: part.id, parent: null, role, at, model };
  const text = stringOf(data.text);
  switch (data.type) {
    case "text":
      if (text === null) return;
      if (context.isSummary) yield { ...base, type: "compaction", summary: text };
      else yield { ...base, type: "text", text, injected: !isTyped(data) };
      return;
    case "reasoning":
      if (text !== null) yield { ...base, type: "reasoning", text };
      return;
    case "tool":
      yield* toolEntries(part, { ...context, at });
      return;
    case "file":
      yield* fileEntries(part.id, data, { ...context, at });
      return;
    case "subtask": {
      // A command of the person's that ran as a subagent's: its prompt was written by the command.
      const prompt = stringOf(data.prompt);
      if (prompt !== null) yield { ...base, type: "text", text: prompt, injected: true };
      return;
    }
    case "retry": {
      const interruption = interruptionOf(data.error);
      if (interruption !== null) yield { ...base, type: "interruption", ...interruption };
      return;
    }
    default:
      if (!SILENT.has(wordOf(data.type))) countSkip(stats, unknownType(data.type));
  }
}

function* toolEntries({ id, data }: Part, context: Context): Generator<Entry> {
  const state = objectOf(data.state);
  const time = objectOf(state.time);
  const tool = stringOf(data.tool) ?? "unknown";
  const callId = stringOf(data.callID) ?? id;
  const { model } = context;
  const startedAt = timeOf(time.start) ?? context.at;
  const call = { id, parent: null, role: "assistant", at: startedAt, model } as const;
  yield { ...call, type: "tool_call", callId, tool, input: objectOf(state.input) };
  if (state.status !== "completed" && state.status !== "error") return;
  const metadata = objectOf(state.metadata);
  const exitCode = numberOf(metadata.exit);
  const failed = state.status === "error";
  const output = (failed ? stringOf(state.error) : null) ?? stringOf(state.output) ?? "";
  yield {
    type: "tool_result",
    id: `${id}#result`,
    parent: id,
    role: "user",
    at: timeOf(time.end) ?? startedAt,
    model: null,
    callId,
    output,
    ok: !failed && (exitCode === null || exitCode === 0),
    exitCode,
    interrupted: failed && (metadata.interrupted === true || ABORTED.test(output)),
  };
  const attachments = arrayOf(state.attachments).map(objectOf);
  for (const [index, file] of attachments.entries()) {
    yield* fileEntries(`${id}#attachment-${index}`, file, { ...context, role: "user" });
  }
  if (tool === "todowrite" && !failed) {
    yield { ...call, type: "todos", id: `${id}#todos`, todos: todosOf(objectOf(state.input).todos) };
  }
}

// The text of a plain file or a folder stands in a text part of its own.
function* fileEntries(id: string, file: JsonObject, { role, at }: Context): Generator<Entry> {
  const mediaType = stringOf(file.mime) ?? "application/octet-stream";
  const url = stringOf(file.url) ?? "";
  if (mediaType === "text/plain" || mediaType === "application/x-directory") return;
  const base = { id, parent: null, role, at, model: null } as const;
  const inline = /^data:[^,]*;base64,/.exec(url)?.[0];
  const source = stringOf(file.filename) ?? (inline === undefined ? url : null);
  if (mediaType.startsWith("image/")) {
    const data = inline === undefined ? null : url.slice(inline.length);
    yield { ...base, type: "image", mediaType, data, source };
  } else {
    const name = source ?? mediaType;
    yield { ...base, type: "text", text: `[attached file: ${name}]`, injected: true };
  }
}
