const MESSAGE = Buffer.from('{"id":"');
const OPENING = Buffer.from('{"');
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_OBJECT = 0x7d;
const NEWLINE = 10;

/** Where the id stands in a line that begins as the client begins a message; null in any other. */
export function messageIdIn(buffer: Buffer, from: number, to: number): { start: number; end: number } | null {
  for (let i = 0; i < MESSAGE.length; i++) {
    if (buffer[from + i] !== MESSAGE[i]) return null;
  }
  const start = from + MESSAGE.length;
  for (let end = start; end < to; end++) {
    const byte = buffer[end] ?? 0;
    if (byte === QUOTE) return end === start ? null : { start, end };
    // Written in another way, or damaged, it could be the same id in other bytes.
    if (byte === BACKSLASH || byte <= 0x20 || byte >= 0x7f) return null;
  }
  return null;
}

/**
 * Whether a line ends as a record does, and no second record begins in it: within one, an object follows a colon, a
 * comma or an opening bracket. The last line of a file is never taken for whole, because it may be torn.
 */
export function looksWhole(buffer: Buffer, from: number, to: number): boolean {
  if (buffer[to - 1] !== CLOSE_OBJECT || buffer[to] !== NEWLINE) return false;
  for (
    let at = buffer.indexOf(OPENING, from + 1);
    at !== -1 && at < to;
    at = buffer.indexOf(OPENING, at + 1)
  ) {
    const before = buffer[at - 1];
    if (before !== COLON && before !== COMMA && before !== OPEN_ARRAY) return false;
  }
  return true;
}
