const NEWLINE = 10;

/**
 * A line is larger than this only when something went badly wrong. It is passed over without being held,
 * so that memory stays bounded.
 */
export const LONGEST_LINE = 64 * 1024 * 1024;

/** Receives `buffer[start, end)`, without its line feed, and the line's place in the file. The buffer is reused. */
export type LineHandler = (buffer: Buffer, start: number, end: number, offset: number) => void;

/** Cuts a stream of chunks into lines at each line feed, and only there. */
export class LineSplitter {
  readonly #onLine: LineHandler;
  readonly #onTooLong: () => void;
  #open: Buffer[] = [];
  #openBytes = 0;
  #tooLong = false;
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
    if (end !== -1 && this.#openBytes > 0) {
      this.#hold(chunk.subarray(0, end));
      this.#closeOpenLine(1);
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    while (end !== -1) {
      this.#onLine(chunk, start, end, this.#offset);
      this.#offset += end + 1 - start;
      start = end + 1;
      end = chunk.indexOf(NEWLINE, start);
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  /** Hands out the last line when the file does not end in a line feed. */
  end(): void {
    if (this.#openBytes > 0) this.#closeOpenLine(0);
  }

  #hold(piece: Buffer): void {
    this.#openBytes += piece.length;
    if (this.#openBytes > LONGEST_LINE) {
      this.#tooLong = true;
      this.#open = [];
    } else {
      // A copy, because the reader fills its chunk again.
      this.#open.push(Buffer.from(piece));
    }
  }

  #closeOpenLine(lineFeed: number): void {
    if (this.#tooLong) {
      this.#onTooLong();
    } else {
      const line = this.#open.length === 1 && this.#open[0] ? this.#open[0] : Buffer.concat(this.#open);
      this.#onLine(line, 0, line.length, this.#offset);
    }
    this.#offset += this.#openBytes + lineFeed;
    this.#open = [];
    this.#openBytes = 0;
    this.#tooLong = false;
  }
}
