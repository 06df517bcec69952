import type { Detector } from "./detector.ts";

const BEGIN = /-----BEGIN ?(?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/iy;
const END = /-----END ?(?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/iy;
// Between lines: a break, real or escaped (once or more), the numbers that agents' tools print before lines, and
// what joins the lines of a key in source code. The arrow also as its UTF-8 bytes and as an escape.
const BREAK =
  /(?:[ \t\r\n"'`+,;.>|#*]|-(?!-)|\\{1,7}[nrt"']?|\d{1,6}(?:\u2192|\u00e2\u0086\u0092|\\u2192|[\t:|])){1,200}/y;
const HEADER_LINE = /[A-Za-z][A-Za-z-]{2,30}: [^\r\n\\]{1,200}/y;
const LINE = /[A-Za-z0-9+/=]{24,8192}/y;
const LAST_LINE = /[A-Za-z0-9+/=]{1,76}(?=$|[\r\n"'`\\]|[ \t]{0,8}-----END)/y;

/** The size of the greatest keys in use, with room. Longer than that it is something else. */
const MAX_LENGTH = 24 * 1024;
/** A shorter body is a stand-in such as `-----BEGIN PRIVATE KEY-----\nyour key\n-----END…`. */
const MIN_BODY = 40;

/** Private keys between their BEGIN and END lines, whole, encrypted, or cut off by whatever shortened the text. */
export const PEM: Detector = {
  near: ["-----begin"],
  look(text, at, report) {
    BEGIN.lastIndex = at;
    if (!BEGIN.test(text)) return at + 1;
    const { end, bodyLength } = readBody(text, BEGIN.lastIndex);
    if (bodyLength >= MIN_BODY) report({ start: at, end, rule: "private-key" });
    return end;
  },
};

function readBody(text: string, start: number): { end: number; bodyLength: number } {
  let [end, bodyLength] = [start, 0];
  let at = start;
  while (at - start < MAX_LENGTH) {
    const closed = after(END, text, at);
    if (closed !== null) return { end: closed, bodyLength };
    const line = after(LINE, text, at) ?? after(LAST_LINE, text, at);
    if (line !== null) {
      bodyLength += line - at;
      end = line;
    }
    const next = line ?? after(BREAK, text, at) ?? (bodyLength === 0 ? after(HEADER_LINE, text, at) : null);
    if (next === null) break;
    at = next;
  }
  return { end, bodyLength };
}

function after(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
