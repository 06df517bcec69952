import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import type { Mark } from "../provenance.ts";
import type { Piece } from "../retell.ts";
import { withExitNote } from "./exit-note.ts";

type Of<Kind extends Piece["kind"]> = Extract<Piece, { kind: Kind }>;

/** Messages that come from a program: they are sent to the model, and not shown as the person's. */
const NOT_TYPED = "system";

export interface Start {
  sessionId: string;
  cwd: string;
  branch: string | null;
  /** Null leaves it to the person's settings. */
  model: string | null;
  startedAt: string;
  /** The client whose format this is. */
  version: string;
}

/**
 * A conversation as Copilot records it: a chain of events. A reply and the calls that it asks for are one event, and
 * so are an image and what it belongs to. Permissions are not told: they are for the person to give anew.
 */
export function copilotEvents(pieces: readonly Piece[], start: Start): JsonObject[] {
  const chain = new EventChain();
  chain.begin(start);
  for (const group of groupsOf(pieces)) chain.add(group);
  return chain.events;
}

function* groupsOf(pieces: readonly Piece[]): Generator<[Piece, ...Piece[]]> {
  let group: [Piece, ...Piece[]] | null = null;
  for (const piece of pieces) {
    if (group !== null && piece.kind === followersOf(group[0])) group.push(piece);
    else {
      if (group !== null) yield group;
      group = [piece];
    }
  }
  if (group !== null) yield group;
}

function followersOf(piece: Piece): Piece["kind"] {
  const asks = piece.kind === "call" || (piece.kind === "text" && piece.voice === "assistant");
  return asks ? "call" : "image";
}

class EventChain {
  readonly events: JsonObject[] = [];
  #parent: string | null = null;

  begin({ sessionId, cwd, branch, model, startedAt, version }: Start): void {
    const data = {
      sessionId,
      version: 1,
      producer: "baton",
      copilotVersion: version,
      startTime: startedAt,
      ...(model !== null && { selectedModel: model }),
      context: { cwd, gitRoot: cwd, ...(branch !== null && { branch }) },
    };
    this.#event("session.start", startedAt, data);
  }

  add([first, ...more]: [Piece, ...Piece[]]): void {
    const all = [first, ...more];
    const marks = all.flatMap((piece) => piece.marks);
    if (first.kind === "result") this.#result(first, imagesIn(more), marks);
    else if (first.kind === "call" || (first.kind === "text" && first.voice === "assistant"))
      this.#reply(first.at, first.kind === "text" ? first.text : "", all.filter(isCall), marks);
    else this.#message(first, imagesIn(all), marks);
  }

  #reply(at: string, content: string, calls: readonly Of<"call">[], marks: readonly Mark[]): void {
    const toolRequests = calls.map(({ callId, tool, input }) => ({
      toolCallId: callId,
      name: tool,
      arguments: input,
      type: "function",
    }));
    const data = { messageId: randomUUID(), content, ...(calls.length > 0 && { toolRequests }) };
    this.#event("assistant.message", at, data, marks);
    // The screen shows a call by its beginning and its end.
    for (const { callId: toolCallId, tool: toolName, input } of calls)
      this.#event("tool.execution_start", at, { toolCallId, toolName, arguments: input });
  }

  #message(piece: Piece, images: readonly Of<"image">[], marks: readonly Mark[]): void {
    const isTyped = piece.kind !== "text" || piece.voice === "person";
    const attachments = images.map(({ mediaType, data, source }) => ({
      type: "blob",
      mimeType: mediaType,
      data,
      ...(source !== null && { displayName: source }),
    }));
    const data = {
      content: piece.kind === "text" ? piece.text : "",
      ...(!isTyped && { source: NOT_TYPED }),
      ...(images.length > 0 && { attachments }),
    };
    this.#event("user.message", piece.at, data, marks);
  }

  #result(piece: Of<"result">, images: readonly Of<"image">[], marks: readonly Mark[]): void {
    const { callId: toolCallId, output, ok, exitCode, interrupted } = piece;
    // A command that ran and failed is a success of the tool.
    if (interrupted || (ok === false && exitCode === null)) {
      const error = { message: output, code: interrupted ? "interrupted" : "failure" };
      this.#event("tool.execution_complete", piece.at, { toolCallId, success: false, error }, marks);
      return;
    }
    const binaries = images.map(({ mediaType, data, source }) => ({
      type: "image",
      mimeType: mediaType,
      data,
      ...(source !== null && { description: source }),
    }));
    const result = {
      content: withExitNote(output, exitCode),
      ...(images.length > 0 && { binaryResultsForLlm: binaries }),
    };
    const shellExecution = exitCode === null ? {} : { shellExecution: { exitCode } };
    this.#event(
      "tool.execution_complete",
      piece.at,
      { toolCallId, ...shellExecution, success: true, result },
      marks,
    );
  }

  #event(type: string, timestamp: string, data: JsonObject, baton?: readonly Mark[]): void {
    const id = randomUUID();
    const event = { type, data, id, timestamp, parentId: this.#parent };
    this.events.push(baton === undefined ? event : { ...event, baton });
    this.#parent = id;
  }
}

function isCall(piece: Piece): piece is Of<"call"> {
  return piece.kind === "call";
}

function imagesIn(pieces: readonly Piece[]): Of<"image">[] {
  return pieces.filter((piece) => piece.kind === "image");
}
