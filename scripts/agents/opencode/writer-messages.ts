import type { JsonObject } from "../../base/json.ts";
import type { Mark } from "../provenance.ts";
import type { Piece } from "../retell.ts";
import { Ids } from "./ids.ts";
import type { Model } from "./models.ts";
import { risingTimes } from "./rising-times.ts";

type Of<Kind extends Piece["kind"]> = Extract<Piece, { kind: Kind }>;

export interface Place {
  sessionId: string;
  cwd: string;
  model: Model;
  now: Date;
}

/** A message, as `opencode export` has it. */
export interface ExportedMessage {
  info: JsonObject;
  parts: JsonObject[];
}

/** Who answers; every installation has it. */
const AGENT = "build";
const SHELL = "bash";
const NO_TOKENS = { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } };

/**
 * A conversation as OpenCode keeps it: messages of parts, a call and its result being one part. All messages name the
 * person's own model, with which the client goes on. Permissions are not told: they are for the person to give anew.
 */
export function openCodeMessages(pieces: readonly Piece[], place: Place): ExportedMessage[] {
  const conversation = new Conversation(place, pieces.length);
  for (const piece of pieces) conversation.add(piece);
  return conversation.exported();
}

interface Draft {
  id: string;
  role: "user" | "assistant";
  /** In ms. */
  begun: number;
  ended: number;
  parts: JsonObject[];
  /** A result was given: what the assistant says next is another message. */
  isAnswered: boolean;
}

class Conversation {
  readonly #place: Place;
  readonly #ids: Ids;
  readonly #drafts: Draft[] = [];
  /** Calls, until their results are there. */
  readonly #open = new Map<string, { piece: Of<"call">; draft: Draft }>();
  /** The tool's part that images belong to at this moment. */
  #answered: { state: JsonObject; draft: Draft; marks: Mark[] } | null = null;

  constructor(place: Place, pieces: number) {
    this.#place = place;
    // A piece makes a message and two parts at most.
    this.#ids = new Ids(place.now, pieces * 3);
  }

  add(piece: Piece): void {
    if (piece.kind === "result") this.#result(piece);
    else if (piece.kind === "image") this.#image(piece);
    else {
      this.#answered = null;
      if (piece.kind === "call") this.#call(piece);
      else if (piece.kind === "text") this.#text(piece);
    }
  }

  exported(): ExportedMessage[] {
    const begun = this.#drafts.map((draft) => draft.begun);
    const times = risingTimes(begun, this.#place.now.getTime());
    let asked: string | null = null;
    return this.#drafts.map((draft, index) => {
      const created = times[index] ?? draft.begun;
      if (draft.role === "user") asked = draft.id;
      const info =
        draft.role === "user"
          ? this.#question(draft, created)
          : this.#answer(draft, created, asked ?? draft.id);
      return { info, parts: draft.parts };
    });
  }

  #question({ id }: Draft, created: number): JsonObject {
    const { sessionId: sessionID, model } = this.#place;
    return { id, sessionID, role: "user", time: { created }, agent: AGENT, model };
  }

  #answer({ id, begun, ended, isAnswered }: Draft, created: number, parentID: string): JsonObject {
    const { sessionId: sessionID, cwd, model } = this.#place;
    return {
      id,
      sessionID,
      role: "assistant",
      time: { created, completed: created + Math.max(0, ended - begun) },
      parentID,
      ...model,
      mode: AGENT,
      agent: AGENT,
      path: { cwd, root: cwd },
      cost: 0,
      tokens: NO_TOKENS,
      finish: isAnswered ? "tool-calls" : "stop",
    };
  }

  #text(piece: Of<"text">): void {
    const { text, voice, marks } = piece;
    const start = Date.parse(piece.at);
    const said = { type: "text", text, metadata: { baton: { marks } } };
    // Clients run texts of one message into each other.
    if (voice === "assistant")
      this.#part(this.#begin("assistant", piece), { ...said, time: { start, end: start } });
    else {
      const isTyped = voice === "person";
      this.#part(this.#begin("user", piece), {
        ...said,
        time: { start },
        ...(!isTyped && { synthetic: true }),
      });
    }
  }

  #call(piece: Of<"call">): void {
    this.#open.set(piece.callId, { piece, draft: this.#reply(piece) });
  }

  // Calls that ran side by side stand in the order in which they ended: so do the todo lists that they left.
  #result(piece: Of<"result">): void {
    const call = this.#open.get(piece.callId);
    if (call === undefined) return;
    this.#open.delete(piece.callId);
    const { draft } = call;
    const state = stateOf(call.piece, piece);
    const marks = [...call.piece.marks, ...piece.marks];
    const { callId: callID, tool } = call.piece;
    this.#part(draft, { type: "tool", callID, tool, state, metadata: { baton: { marks } } });
    draft.ended = Math.max(draft.ended, Date.parse(piece.at));
    draft.isAnswered = true;
    this.#answered = { state, draft, marks };
  }

  #image(piece: Of<"image">): void {
    const { mediaType: mime, data, source, marks } = piece;
    const file = {
      type: "file",
      mime,
      url: `data:${mime};base64,${data}`,
      ...(source !== null && { filename: source }),
    };
    if (this.#answered !== null && this.#answered.state.status === "completed") {
      const { state, draft } = this.#answered;
      const attachments = Array.isArray(state.attachments) ? state.attachments : [];
      state.attachments = [...attachments, this.#owned(draft, file)];
      this.#answered.marks.push(...marks);
      return;
    }
    const last = this.#drafts.at(-1);
    const draft = last?.role === "user" ? last : this.#begin("user", piece);
    // The client keeps no metadata of a file: they stand in a part of their own, which the model does not get.
    const before = { type: "text", text: "", synthetic: true, ignored: true, metadata: { baton: { marks } } };
    this.#part(draft, before);
    this.#part(draft, file);
  }

  #reply(piece: Piece): Draft {
    const last = this.#drafts.at(-1);
    if (last === undefined || last.role === "user" || last.isAnswered) return this.#begin("assistant", piece);
    last.ended = Date.parse(piece.at);
    return last;
  }

  #begin(role: Draft["role"], piece: Piece): Draft {
    const begun = Date.parse(piece.at);
    const id = this.#ids.next("msg");
    const draft: Draft = { id, role, begun, ended: begun, parts: [], isAnswered: false };
    this.#drafts.push(draft);
    return draft;
  }

  #part(draft: Draft, content: JsonObject): void {
    draft.parts.push(this.#owned(draft, content));
  }

  #owned(draft: Draft, content: JsonObject): JsonObject {
    return { id: this.#ids.next("prt"), sessionID: this.#place.sessionId, messageID: draft.id, ...content };
  }
}

function stateOf(
  { tool, input, at }: Of<"call">,
  { at: endedAt, output, ...verdict }: Of<"result">,
): JsonObject {
  const { ok, exitCode, interrupted } = verdict;
  const start = Date.parse(at);
  const time = { start, end: Math.max(start, Date.parse(endedAt)) };
  // A command that ran and failed is completed.
  if (interrupted || (ok === false && exitCode === null))
    return { status: "error", input, error: output, metadata: { interrupted }, time };
  // The screen shows a command's output from there.
  const shown = tool === SHELL ? { output } : {};
  const metadata = { ...shown, ...(exitCode !== null && { exit: exitCode }) };
  return { status: "completed", input, output, title: tool, metadata, time };
}
