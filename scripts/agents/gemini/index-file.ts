import type { ReadStats } from "../../../schema/transcript.ts";
import { readChunks } from "../../base/chunks.ts";
import { isObject, type JsonObject, objectOf, stringOf } from "../../base/json.ts";
import { JsonlParser, type JsonlRecord } from "../../base/jsonl.ts";
import { LineSplitter } from "../../base/lines.ts";
import { countSkip } from "../../base/read-stats.ts";
import { looksWhole, messageIdIn } from "./line-scan.ts";
import { LiveMessages } from "./live.ts";

/** What a session's records besides its messages say about it, the last word of each. */
export type Header = JsonObject;

/** The conversation and the header of a session. */
export class SessionIndex {
  readonly live = new LiveMessages();
  readonly header: Header = {};
  readonly #stats: ReadStats;

  constructor(stats: ReadStats) {
    this.#stats = stats;
  }

  /** Takes up one record: a message, a header, a change of it, or a step back. */
  add({ value, offset, length }: JsonlRecord): void {
    const id = stringOf(value.id);
    const rewindTo = stringOf(value.$rewindTo);
    if (rewindTo !== null) this.live.rewindTo(rewindTo);
    else if (id !== null) this.live.message(id, offset, length);
    else if (isObject(value.$set)) this.#change(value.$set, offset, length);
    else if (stringOf(value.sessionId) !== null) this.#change(value, offset, length);
    else {
      countSkip(
        this.#stats,
        `unknown record with ${Object.keys(value).slice(0, 3).join(", ") || "nothing in it"}`,
      );
      return;
    }
    this.#stats.records += 1;
  }

  /** Takes up the line as the client itself writes it, without parsing; false where it does not look exactly so. */
  addLine(buffer: Buffer, start: number, end: number, offset: number): boolean {
    const id = messageIdIn(buffer, start, end);
    if (id === null || !looksWhole(buffer, start, end)) return false;
    this.live.messageAt(buffer, id.start, id.end, offset, end - start);
    this.#stats.records += 1;
    return true;
  }

  #change(values: JsonObject, offset: number, length: number): void {
    for (const key in values) {
      if (key !== "messages") this.header[key] = values[key];
    }
    if (Array.isArray(values.messages)) this.live.setAll(values.messages, offset, length);
  }
}

/** Reads the first `size` bytes of a session, and settles what is its conversation. */
export async function indexFile(path: string, size: number, stats: ReadStats): Promise<SessionIndex> {
  const index = new SessionIndex(stats);
  const parser = new JsonlParser(stats);
  const lines = new LineSplitter(
    (buffer, start, end, offset) => {
      if (!parser.pending && index.addLine(buffer, start, end, offset)) return;
      for (const record of parser.pushLine(buffer, start, end, offset)) index.add(record);
    },
    () => countSkip(stats, "too long"),
  );
  for await (const chunk of readChunks(path, 0, size)) lines.push(chunk);
  lines.end();
  for (const record of parser.end()) index.add(record);
  return index;
}

/** Whether the record is of a kind that a session is made of. */
export function isKnownRecord(value: JsonObject): boolean {
  return (
    [value.id, value.sessionId, value.$rewindTo].some((id) => stringOf(id) !== null) || isObject(value.$set)
  );
}

/** The header of a session, from the records that were read of it. */
export function headerOf(records: Iterable<JsonObject>): Header {
  const header: Header = {};
  for (const record of records) {
    const { messages: _, ...rest } = isObject(record.$set) ? record.$set : record;
    if (record.id === undefined) Object.assign(header, objectOf(rest));
  }
  return header;
}
