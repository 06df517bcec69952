import type { JsonObject } from "../../base/json.ts";
import type { Piece } from "../retell.ts";

type Text = Extract<Piece, { kind: "text" }>;
type Call = Extract<Piece, { kind: "call" }>;
type Result = Extract<Piece, { kind: "result" }>;

/** Tools whose answer begins with how the command ended. */
const COMMANDS: ReadonlySet<string> = new Set(["exec_command", "shell", "shell_command"]);

/**
 * A conversation as Codex records it: items of the model's context, and beside what was said an event for the
 * screen, without which the session is neither listed nor shown. Neither the model's provider nor permissions are
 * told: they are for the person's own settings to say.
 */
export function codexRecords(pieces: readonly Piece[]): JsonObject[] {
  const freeform = new Set(pieces.filter(isFreeform).map(({ callId }) => callId));
  return pieces.flatMap((piece) => recordsOf(piece, freeform));
}

function recordsOf(piece: Piece, freeform: ReadonlySet<string>): JsonObject[] {
  if (piece.kind === "text") return said(piece);
  if (piece.kind === "call") return [item(piece, callItem(piece))];
  if (piece.kind === "result") return [item(piece, resultItem(piece, freeform.has(piece.callId)))];
  // A todo list that no call set comes as text.
  if (piece.kind === "todos") return [];
  return [item(piece, message("user", { type: "input_image", image_url: urlOf(piece) }))];
}

function said(piece: Text): JsonObject[] {
  const { text, voice } = piece;
  const role = voice === "assistant" ? "assistant" : voice === "system" ? "developer" : "user";
  const type = role === "assistant" ? "output_text" : "input_text";
  const told = item(piece, message(role, { type, text }));
  if (voice === "assistant") return [told, event(piece, { type: "agent_message", message: text })];
  return voice === "person" ? [told, event(piece, { type: "user_message", message: text })] : [told];
}

function message(role: string, content: JsonObject): JsonObject {
  return { type: "message", role, content: [content] };
}

// A tool whose argument is plain text instead of JSON.
function isFreeform(piece: Piece): piece is Call {
  if (piece.kind !== "call") return false;
  return typeof piece.input.input === "string" && Object.keys(piece.input).length === 1;
}

function callItem(piece: Call): JsonObject {
  const { callId, tool, input } = piece;
  const [name = "", namespace] = tool.split(".").reverse();
  const call = { name, ...(namespace !== undefined && { namespace }), call_id: callId };
  if (isFreeform(piece))
    return { type: "custom_tool_call", status: "completed", ...call, input: input.input };
  return { type: "function_call", ...call, arguments: JSON.stringify(input) };
}

function resultItem({ callId, tool, output, exitCode }: Result, isFreeform: boolean): JsonObject {
  const header =
    COMMANDS.has(tool) && exitCode !== null ? `Process exited with code ${exitCode}\nOutput:\n` : "";
  return {
    type: isFreeform ? "custom_tool_call_output" : "function_call_output",
    call_id: callId,
    output: header + output,
  };
}

function item({ at, marks }: Piece, payload: JsonObject): JsonObject {
  return { timestamp: at, type: "response_item", payload, baton: marks };
}

function event({ at, marks }: Piece, payload: JsonObject): JsonObject {
  return { timestamp: at, type: "event_msg", payload, baton: marks };
}

function urlOf({ mediaType, data, source }: Extract<Piece, { kind: "image" }>): string | null {
  return data === null ? source : `data:${mediaType};base64,${data}`;
}
