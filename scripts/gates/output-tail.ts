import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";

/** Lines that are kept of what a gate prints. */
export const MAX_LINES = 64;

const MAX_LINE_CHARS = 1000;
// Of all lines together: a state has to hold the tails of many gates.
const MAX_CHARS = 16 * 1024;
// Far above what is kept of a line, so that colour codes and progress bars have room in it.
const MAX_OPEN_CHARS = 64 * 1024;

/**
 * The end of what a process prints, as plain text: no colours, a progress bar as it stood last.
 * Holds no more than that in memory, however much comes.
 */
export class OutputTail {
  #lines: string[] = [];

  /** A sink for one stream. The lines of several are told in the order in which they were ended. */
  stream(): { write(chunk: Buffer): void; end(): void } {
    const decoder = new StringDecoder("utf8");
    let open = "";
    const take = (text: string) => {
      const parts = (open + text).split("\n");
      open = (parts.pop() ?? "").slice(-MAX_OPEN_CHARS);
      for (const line of parts.slice(-MAX_LINES)) this.#add(line);
    };
    return {
      write: (chunk) => take(decoder.write(chunk)),
      end: () => take(`${decoder.end()}${open === "" ? "" : "\n"}`),
    };
  }

  /** The last lines, oldest first, without the empty ones around them. */
  lines(): string[] {
    const lines = withoutHeadlessKeys(lastOf(this.#lines, MAX_CHARS));
    const isFull = (line: string) => line !== "";
    return lines.slice(lines.findIndex(isFull), lines.findLastIndex(isFull) + 1);
  }

  #add(raw: string): void {
    const line = bounded(plain(raw));
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }
}

function plain(raw: string): string {
  const text = stripVTControlCharacters(raw).replace(/\r+$/, "");
  return text
    .slice(text.lastIndexOf("\r") + 1)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
    .trimEnd();
}

// Cut between words: half of a secret would not be recognised as one.
function bounded(line: string): string {
  if (line.length <= MAX_LINE_CHARS) return line;
  const kept = line.slice(0, MAX_LINE_CHARS).replace(/\S+$/, "").trimEnd();
  return `${kept} … (${line.length} characters)`.trimStart();
}

function lastOf(lines: readonly string[], chars: number): string[] {
  let room = chars;
  const first = lines.findLastIndex((line) => {
    room -= line.length + 1;
    return room < 0;
  });
  return lines.slice(first + 1);
}

// For the same reason: the rest of a private key whose first line has scrolled away.
function withoutHeadlessKeys(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => /-----END [A-Z ]*PRIVATE KEY/.test(line));
  const begin = lines.findIndex((line) => /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line));
  return lines.slice(end !== -1 && (begin === -1 || begin > end) ? end + 1 : 0);
}
