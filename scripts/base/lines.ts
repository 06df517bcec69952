const NEWLINE = 10;
const SMALLEST = 64 * 1024;
const LONG = 1024 * 1024;

/**
 * A line is larger than this only when something went badly wrong. It is passed over without being held,
 * so that memory stays bounded.
 */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Whoever holds nothing back takes no memory either: a listing cuts the lines of thousands of files. */
const NOTHING = Buffer.alloc(0);

/** Receives `buffer[start, end)`, without its line feed, and the line's place in the file. The buffer is reused. */
export type LineHandler = (buffer: Buffer, start: number, end: number, offset: number) => void;

/** Cuts a stream of chunks into lines at each line feed, and only there. */
export class LineSplitter {
  readonly #onLine: LineHandler;
  readonly #onTooLong: () => void;
  /** Holds the beginning of a line whose end is in a later chunk. It grows, and is used again for the next. */
  #held = NOTHING;
  #heldBytes = 0;
  /** Where the open line starts in the file. */
  #offset: number;

  constructor(onLine: LineHandler, onTooLong: () => void = () => {}, offset = 0) {
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
    this.#offset = offset;
  }

  push(chunk: Buffer): void {
    let start = 0;
    let end = chunk.indexOf(NEWLINE);
    if (end !== -1 && this.#heldBytes > 0) {
      this.#hold(chunk, 0, end);
      this.#handOut(1);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    while (end !== -1) {
      this.#onLine(chunk, start, end, this.#offset);
      this.#offset += end + 1 - start;
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    if (start < chunk.length) this.#hold(chunk, start, chunk.length);
  }

  /** Hands out the last line when the file does not end in a line feed. */
  end(): void {
    if (this.#heldBytes > 0) this.#handOut(0);
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    const before = this.#heldBytes;
    this.#heldBytes += end - start;
    if (this.#heldBytes > LONGEST_LINE) return;
    if (this.#heldBytes > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(roomFor(this.#heldBytes));
      this.#held.copy(larger, 0, 0, before);
      this.#held = larger;
    }
    chunk.copy(this.#held, before, start, end);
  }

  #handOut(lineFeed: number): void {
    if (this.#heldBytes > LONGEST_LINE) this.#onTooLong();
    // A view of the line alone: whoever searches in the buffer must not come to what was held before.
    else this.#onLine(this.#held.subarray(0, this.#heldBytes), 0, this.#heldBytes, this.#offset);
    this.#offset += this.#heldBytes + lineFeed;
    this.#heldBytes = 0;
  }
}

// From a long line straight to the largest: what is not written to takes no memory, and what is grown out of would.
function roomFor(bytes: number): number {
  if (bytes > LONG) return LONGEST_LINE;
  return bytes > SMALLEST ? LONG : SMALLEST;
}
