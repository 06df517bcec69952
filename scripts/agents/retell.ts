import { randomBytes } from "node:crypto";
import type {
  Entry,
  ImageEntry,
  TextEntry,
  Todo,
  TodosEntry,
  ToolCallEntry,
  ToolResultEntry,
} from "../../schema/transcript.ts";
import type { JsonObject } from "../base/json.ts";
import { asText } from "../transcript/as-text.ts";
import { todoCalls } from "../transcript/todo-calls.ts";
import { type Act, type Meaning, meaningOf } from "../transcript/tool-map.ts";
import type { WriteRequest } from "./adapter.ts";
import { type Mark, markOf } from "./provenance.ts";

/** A call of one of the target's own tools. */
export interface NativeCall {
  tool: string;
  input: JsonObject;
}

/** What one agent's format can say. */
export interface Tongue {
  agent: string;
  /** What its call ids begin with. */
  callPrefix: string;
  callOf(act: Act): NativeCall | null;
  takesImage(image: ImageEntry): boolean;
  /** Whether it has a place for a todo list that no call set. */
  takesTodos: boolean;
}

/**
 * Who speaks: the person, the assistant, the client in the person's place, the client to the model, or a summary of
 * what was said before.
 */
export type Voice = "person" | "assistant" | "client" | "system" | "summary";

/** A part of a conversation in the terms of the target. */
export type Piece = PieceBase & Content;

export interface PieceBase {
  /** ISO 8601, UTC; that of the entry before it where the entry has none. */
  at: string;
  /** For the record's `baton` key. */
  marks: Mark[];
}

export type Content =
  | { kind: "text"; voice: Voice; text: string }
  | { kind: "call"; callId: string; tool: string; input: JsonObject }
  | ({ kind: "result"; callId: string; tool: string; output: string } & Verdict)
  | { kind: "image"; mediaType: string; data: string | null; source: string | null }
  | { kind: "todos"; todos: Todo[] };

type Verdict = Pick<ToolResultEntry, "ok" | "exitCode" | "interrupted">;

export interface Retold {
  pieces: Piece[];
  /** Entries that the target can only take as text, and entries that it does not get. */
  asText: number;
  leftOut: number;
}

/**
 * Tells a conversation in the target's terms. What the target has no place for becomes text; what it only has a smaller
 * place for, such as a call with more arguments than its own tool takes, is kept whole in the marks.
 */
export function retell(request: WriteRequest, tongue: Tongue): Retold {
  const teller = new Teller(request, tongue);
  for (const entry of request.entries) teller.take(entry);
  return teller.retold;
}

class Teller {
  readonly retold: Retold = { pieces: [], asText: 0, leftOut: 0 };
  readonly #request: WriteRequest;
  readonly #tongue: Tongue;
  readonly #isOwn: boolean;
  readonly #todoCalls: ReadonlyMap<TodosEntry, string>;
  /** The whole list after a call that changed it, by the call. */
  readonly #lists: ReadonlyMap<string, Todo[]>;
  /** What became of each call: the id that it has now, null for those that became text. */
  readonly #calls = new Map<string, { id: string | null; tool: string }>();
  #at: string;

  constructor(request: WriteRequest, tongue: Tongue) {
    this.#request = request;
    this.#tongue = tongue;
    this.#isOwn = request.source.agent === tongue.agent;
    this.#todoCalls = todoCalls(request.entries);
    this.#lists = new Map([...this.#todoCalls].map(([{ todos }, call]) => [call, todos]));
    this.#at = request.entries.find(({ at }) => at !== null)?.at ?? request.now.toISOString();
  }

  take(entry: Entry): void {
    this.#at = entry.at ?? this.#at;
    if (entry.type === "text") this.#text(entry);
    else if (entry.type === "tool_call") this.#call(entry);
    else if (entry.type === "tool_result") this.#result(entry);
    else if (entry.type === "image") this.#image(entry);
    else if (entry.type === "todos") this.#todos(entry);
    else if (entry.type === "reasoning") this.#asText(entry, "assistant");
    else this.#asText(entry, entry.type === "compaction" ? "summary" : "client");
  }

  #text(entry: TextEntry): void {
    // Models' APIs refuse texts without content.
    if (entry.text.trim() === "") this.retold.leftOut += 1;
    else this.#add(entry, { kind: "text", voice: voiceOf(entry), text: entry.text });
  }

  #call(entry: ToolCallEntry): void {
    const native = this.#nativeCall(entry);
    const id = native === null ? null : this.#tongue.callPrefix + randomBytes(12).toString("hex");
    this.#calls.set(entry.callId, { id, tool: native?.tool ?? entry.tool });
    if (native === null || id === null) this.#asText(entry, "assistant");
    else {
      const { tool, input, isWhole } = native;
      this.#add(entry, { kind: "call", callId: id, tool, input }, isWhole ? {} : { input: entry.input });
    }
  }

  #nativeCall({ callId, tool, input }: ToolCallEntry): (NativeCall & { isWhole: boolean }) | null {
    if (this.#isOwn) return { tool, input, isWhole: true };
    const todos = this.#lists.get(callId);
    const meaning: Meaning | null =
      todos === undefined ? meaningOf(tool, input) : { act: { does: "plan", todos }, isWhole: false };
    if (meaning === null) return null;
    const act = this.#here(meaning.act);
    const native = this.#tongue.callOf(act);
    return (
      native && { ...native, isWhole: meaning.isWhole && act === meaning.act && tellsAbout(native, act) }
    );
  }

  /** Without the folder when it is the one that the target works in anyway. */
  #here(act: Act): Act {
    const isHere = act.does === "run" && act.folder === this.#request.cwd;
    return isHere ? { ...act, folder: null } : act;
  }

  #result(entry: ToolResultEntry): void {
    const { id = null, tool } = this.#calls.get(entry.callId) ?? {};
    const { output, ok, exitCode, interrupted } = entry;
    if (id === null || tool === undefined) this.#asText(entry, "assistant", tool);
    else this.#add(entry, { kind: "result", callId: id, tool, output, ok, exitCode, interrupted });
  }

  #image(entry: ImageEntry): void {
    const { mediaType, data, source } = entry;
    if (this.#tongue.takesImage(entry)) this.#add(entry, { kind: "image", mediaType, data, source });
    else this.#asText(entry, "client");
  }

  #todos(entry: TodosEntry): void {
    const call = this.#calls.get(this.#todoCalls.get(entry) ?? "");
    const before = this.retold.pieces.at(-1);
    // The call sets the list.
    if (call !== undefined && call.id !== null && before !== undefined)
      before.marks.push(markOf(entry, this.#request.source, { follows: true }));
    else if (this.#tongue.takesTodos) this.#add(entry, { kind: "todos", todos: entry.todos });
    else this.#asText(entry, "assistant");
  }

  #asText(entry: Entry, voice: Voice, tool?: string): void {
    this.retold.asText += 1;
    this.#add(entry, { kind: "text", voice, text: asText(entry, tool) });
  }

  #add(entry: Entry, content: Content, more: JsonObject = {}): void {
    const mark = markOf(entry, this.#request.source, more);
    this.retold.pieces.push({ ...content, at: this.#at, marks: [mark] });
  }
}

// Not every tool that runs commands takes a word about them.
function tellsAbout({ input }: NativeCall, act: Act): boolean {
  return act.does !== "run" || act.about === null || Object.values(input).includes(act.about);
}

function voiceOf({ role, injected }: TextEntry): Voice {
  if (role === "user") return injected ? "client" : "person";
  return role === "system" ? "system" : "assistant";
}
