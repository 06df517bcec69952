import { randomBytes, randomUUID } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import type { Mark } from "../provenance.ts";
import type { Piece } from "../retell.ts";

/** Where and in what session the records are. */
export interface RecordContext {
  sessionId: string;
  cwd: string;
  branch: string | null;
}

type Result = Extract<Piece, { kind: "result" }>;
type Image = Extract<Piece, { kind: "image" }>;

/**
 * A conversation as Claude Code records it: one record for each block, each hanging on the one before it; the blocks
 * of one reply share the message's id. Neither permissions nor how the client was started are told: they are for
 * the person to say, and the client's picker hides what a program started.
 */
export function claudeRecords(pieces: readonly Piece[], context: RecordContext): JsonObject[] {
  const chain = new RecordChain(context);
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if (piece === undefined) continue;
    if (piece.kind === "result") {
      // An answer that has images is one record with them: between two answers the model's API takes nothing else.
      const images = imagesAfter(pieces, index);
      chain.result(piece, images);
      index += images.length;
    } else chain.add(piece);
  }
  return chain.records;
}

function imagesAfter(pieces: readonly Piece[], index: number): Image[] {
  const images: Image[] = [];
  for (const piece of pieces.slice(index + 1)) {
    if (piece.kind !== "image") break;
    images.push(piece);
  }
  return images;
}

class RecordChain {
  readonly records: JsonObject[] = [];
  readonly #context: RecordContext;
  #parent: string | null = null;
  /** The id of the reply at hand; null when someone else spoke last. */
  #reply: string | null = null;
  /** By call: the record that it is in. */
  readonly #calls = new Map<string, string>();

  constructor(context: RecordContext) {
    this.#context = context;
  }

  add(piece: Exclude<Piece, Result>): void {
    if (piece.kind === "call") {
      const block = { type: "tool_use", id: piece.callId, name: piece.tool, input: piece.input };
      this.#calls.set(piece.callId, this.#assistant(piece, block));
    } else if (piece.kind === "todos") this.#todos(piece);
    else if (piece.kind === "image") this.#user(piece, { content: [imageBlock(piece)] });
    else if (piece.voice === "assistant") this.#assistant(piece, { type: "text", text: piece.text });
    else if (piece.voice === "person") this.#user(piece, { content: piece.text });
    else if (piece.voice === "summary")
      this.#user(piece, { content: piece.text }, { isCompactSummary: true });
    else if (piece.voice === "client") this.#user(piece, { content: piece.text }, { isMeta: true });
    else this.#record(piece, piece.marks, { type: "system", subtype: "informational", content: piece.text });
  }

  result(piece: Result, images: readonly Image[]): void {
    const text = piece.output;
    const block = { type: "tool_result", tool_use_id: piece.callId, ...resultContent(piece, images) };
    // A record of a result that does not say so outside of the message is taken for the person's.
    const details = { toolUseResult: text, sourceToolAssistantUUID: this.#calls.get(piece.callId) };
    this.#reply = null;
    const marks = [piece, ...images].flatMap((part) => part.marks);
    this.#record(piece, marks, { type: "user", message: { role: "user", content: [block] }, ...details });
  }

  #user(piece: Piece, message: JsonObject, flags: JsonObject = {}): void {
    this.#reply = null;
    this.#record(piece, piece.marks, { type: "user", message: { role: "user", ...message }, ...flags });
  }

  #assistant(piece: Piece, block: JsonObject): string {
    this.#reply ??= `msg_${randomBytes(12).toString("hex")}`;
    const message = { id: this.#reply, type: "message", role: "assistant", content: [block] };
    return this.#record(piece, piece.marks, { type: "assistant", message });
  }

  #todos(piece: Extract<Piece, { kind: "todos" }>): void {
    const content = piece.todos.map(({ text, status }, index) => ({
      id: String(index + 1),
      subject: text,
      status,
      blockedBy: [],
    }));
    const attachment = { type: "task_reminder", content, itemCount: content.length };
    this.#record(piece, piece.marks, { type: "attachment", attachment });
  }

  #record(piece: Piece, baton: readonly Mark[], content: JsonObject): string {
    const { sessionId, cwd, branch } = this.#context;
    const uuid = randomUUID();
    this.records.push({
      parentUuid: this.#parent,
      isSidechain: false,
      ...content,
      uuid,
      timestamp: piece.at,
      userType: "external",
      cwd,
      sessionId,
      ...(branch !== null && { gitBranch: branch }),
      baton,
    });
    this.#parent = uuid;
    return uuid;
  }
}

// The model's API refuses blocks without a text, and failures that say nothing.
function resultContent({ output, ok }: Result, images: readonly Image[]): JsonObject {
  const isBlank = output.trim() === "";
  const text = isBlank ? [] : [{ type: "text", text: output }];
  const content = images.length === 0 ? output : [...text, ...images.map(imageBlock)];
  return { content, ...(ok !== null && (ok || !isBlank) && { is_error: !ok }) };
}

function imageBlock({ mediaType, data, source }: Image): JsonObject {
  const type = mediaType === "application/pdf" ? "document" : "image";
  if (data === null) return { type, source: { type: "url", url: source } };
  return { type, source: { type: "base64", media_type: mediaType, data } };
}
