import { readChunks } from "../../base/chunks.ts";
import { type JsonObject, stringOf } from "../../base/json.ts";
import { JsonlParser } from "../../base/jsonl.ts";
import { readJsonlEnds } from "../../base/jsonl-ends.ts";
import { LineSplitter } from "../../base/lines.ts";
import { newStats } from "../../base/read-stats.ts";
import { Chain } from "./chain.ts";
import { LineScan } from "./line-scan.ts";

/** Bytes of a record of a busy session: most of its records are no shorter. */
const SHORT_RECORD = 400;
/** The last turn is looked for in so many bytes at the end. */
const TAIL = 256 * 1024;

/** Reads the first `size` bytes of a session and settles which records are its live branch. */
export async function indexFile(path: string, size: number): Promise<Chain> {
  const chain = new Chain(Math.ceil(size / SHORT_RECORD));
  const parser = new JsonlParser(newStats());
  const scan = new LineScan(chain);
  const lines = new LineSplitter((buffer, start, end, offset) => {
    if (scan.take(buffer, start, end)) return;
    for (const { value } of parser.pushLine(buffer, start, end, offset)) addRecord(chain, value);
  });
  for await (const chunk of readChunks(path, 0, size)) lines.push(chunk);
  lines.end();
  for (const { value } of parser.end()) addRecord(chain, value);
  chain.settle(lastSpoken(path));
  return chain;
}

/** Takes up a record that was parsed; those without an id are no part of the tree. */
export function addRecord(chain: Chain, record: JsonObject): void {
  const uuid = stringOf(record.uuid);
  if (uuid === null) return;
  const before = chain.last;
  const parent = stringOf(record.parentUuid) ?? stringOf(record.logicalParentUuid);
  const isBoundary = record.type === "system" && record.subtype === "compact_boundary";
  // A boundary has no parent: what it summarises came before it.
  const parentId = parent === null ? (isBoundary ? before : -1) : idOf(chain, parent);
  chain.add(idOf(chain, uuid), parentId, record.isSidechain === true);
}

function idOf(chain: Chain, uuid: string): number {
  const bytes = Buffer.from(uuid);
  return chain.id(bytes, 0, bytes.length);
}

function* lastSpoken(path: string): Generator<string> {
  for (const record of readJsonlEnds(path, 0, TAIL)?.tail() ?? []) {
    const spoken = record.type === "user" || record.type === "assistant";
    if (spoken && typeof record.uuid === "string") yield record.uuid;
  }
}
