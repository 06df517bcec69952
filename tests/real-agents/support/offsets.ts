import { at, textAt } from "./json.ts";

/** A text file on its way into a fixture. */
export interface CopiedText {
  path: string;
  before: string;
  after: string;
}

/**
 * The files, with Codex's byte offsets made true again. A session that goes on in a second file says in that
 * file's first record how many bytes of the older one count; in a trimmed file, they are fewer.
 */
export function withOffsetsMoved(files: readonly CopiedText[]): CopiedText[] {
  return files.map((file) => {
    const [first = "", ...rest] = file.after.split("\n");
    if (!first.includes('"end_byte_offset"')) return file;
    const base = at(JSON.parse(first), "payload", "history_base");
    const older = files.find(({ path }) => path.endsWith(`${textAt(base, "thread_id")}.jsonl`));
    const offset = at(base, "end_byte_offset");
    if (older === undefined || typeof offset !== "number") throw new Error(`no base of ${file.path}`);
    const moved = first.replace(
      `"end_byte_offset":${offset}`,
      `"end_byte_offset":${movedOffset(older, offset)}`,
    );
    return { ...file, after: [moved, ...rest].join("\n") };
  });
}

function movedOffset({ before, after }: CopiedText, offset: number): number {
  const lines = Buffer.from(before).subarray(0, offset).toString("utf8").split("\n").length - 1;
  const kept = after.split("\n").slice(0, lines);
  return Buffer.byteLength(kept.map((line) => `${line}\n`).join(""));
}
