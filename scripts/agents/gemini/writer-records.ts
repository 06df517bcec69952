import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import type { Mark } from "../provenance.ts";
import type { Piece } from "../retell.ts";

type Call = Extract<Piece, { kind: "call" }>;
type Result = Extract<Piece, { kind: "result" }>;
type Image = Extract<Piece, { kind: "image" }>;

/**
 * A conversation as Gemini CLI records it. What the assistant says and the calls that it makes then are one message, and
 * each call has its result: the model's API refuses a call that follows on anything but an answer to the model.
 */
export function geminiRecords(pieces: readonly Piece[]): JsonObject[] {
  const records = new Records();
  for (const piece of pieces) records.add(piece);
  records.end();
  return records.records;
}

/** A call with what became of it. */
interface Answered {
  call: Call;
  result: Result | null;
  images: Image[];
}

class Records {
  readonly records: JsonObject[] = [];
  /** The assistant's message at hand. */
  #said: Piece[] = [];
  #calls: Answered[] = [];
  /** What came while a call had no result yet. */
  #waiting: Piece[] = [];

  add(piece: Piece): void {
    const isOpen = this.#calls.some(({ result }) => result === null);
    if (piece.kind === "result") this.#result(piece);
    else if (piece.kind === "image" && this.#waiting.length === 0 && this.#lastAnswer !== undefined)
      this.#lastAnswer.images.push(piece);
    else if (isOpen && piece.kind !== "call") this.#waiting.push(piece);
    else this.#next(piece, isOpen);
  }

  end(): void {
    this.#flush();
    for (const piece of this.#waiting.splice(0)) this.add(piece);
    this.#flush();
  }

  get #lastAnswer(): Answered | undefined {
    return this.#calls.findLast(({ result }) => result !== null);
  }

  #next(piece: Piece, isOpen: boolean): void {
    if (this.#calls.length > 0 && !isOpen) this.#flush();
    if (piece.kind === "call") this.#calls.push({ call: piece, result: null, images: [] });
    else if (piece.kind === "text" && piece.voice === "assistant") this.#said.push(piece);
    else {
      this.#flush();
      this.#user(piece);
    }
  }

  #result(result: Result): void {
    const answered = this.#calls.find(({ call }) => call.callId === result.callId);
    if (answered === undefined) return;
    answered.result = result;
    // Calls that ran side by side stand in the order of their answers: the last one tells how things are.
    this.#calls = [...this.#calls.filter((call) => call !== answered), answered];
    if (this.#waiting.length === 0 || this.#calls.some((call) => call.result === null)) return;
    this.#flush();
    for (const piece of this.#waiting.splice(0)) this.add(piece);
  }

  #user(piece: Piece): void {
    if (piece.kind === "text") this.#record(piece, "user", { content: [{ text: piece.text }] }, piece.marks);
    else if (piece.kind === "image")
      this.#record(piece, "user", { content: [imagePart(piece)] }, piece.marks);
  }

  #flush(): void {
    const [first] = [...this.#said, ...this.#calls.map(({ call }) => call)];
    if (first === undefined) return;
    const answers = this.#calls.flatMap(({ call, result, images }) => [
      call,
      ...(result ? [result] : []),
      ...images,
    ]);
    const marks = [...this.#said, ...answers].flatMap((piece) => piece.marks);
    const texts = this.#said.flatMap((piece) => (piece.kind === "text" ? [{ text: piece.text }] : []));
    const toolCalls = this.#calls.map(toolCall);
    this.#record(first, "gemini", { content: texts, ...(toolCalls.length > 0 && { toolCalls }) }, marks);
    this.#said = [];
    this.#calls = [];
  }

  #record({ at }: Piece, type: string, content: JsonObject, baton: readonly Mark[]): void {
    this.records.push({ id: randomUUID(), timestamp: at, type, ...content, baton });
  }
}

function toolCall({ call, result, images }: Answered): JsonObject {
  const { callId: id, tool: name, input: args } = call;
  const failed = result === null || result.ok === false || result.interrupted;
  const response = { [failed ? "error" : "output"]: result?.output ?? "" };
  return {
    id,
    name,
    args,
    result: [{ functionResponse: { id, name, response } }, ...images.map(imagePart)],
    // What the screen shows.
    resultDisplay: result?.output ?? "",
    status: result?.interrupted === true ? "cancelled" : failed ? "error" : "success",
    timestamp: result?.at ?? call.at,
  };
}

function imagePart({ mediaType, data }: Image): JsonObject {
  return { inlineData: { mimeType: mediaType, data } };
}
