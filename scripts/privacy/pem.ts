import type { Detector } from "./detector.ts";
import type { Span } from "./span.ts";

const BEGIN = /-----BEGIN ?(?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/iy;
const END = /-----END ?(?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/iy;
// Between lines: a break, real or escaped (once or more), the numbers that agents' tools print before lines, the
// frames that terminals draw, and what joins the lines of a key in source code. The arrow also as its UTF-8 bytes
// and as an escape.
const BREAK =
  /(?:[ \t\r\n"'`+,;.>|#*\u2502]|-(?!-)|\\{1,7}[nrt"']?|\d{1,6}(?:\u2192|\u00e2\u0086\u0092|\\u2192|[\t:|])){1,200}/y;
const NEWLINE = /\r?\n|\\{1,7}n/y;
const HEADER_LINE = /[A-Za-z][A-Za-z-]{2,30}: [^\r\n\\]{1,200}/y;
const LINE = /[A-Za-z0-9+/=]{24,8192}/y;
const SHORT_LINE = /[A-Za-z0-9+/=]{1,76}/y;
const LAST_LINE = /[A-Za-z0-9+/=]{1,76}(?=$|[\r\n"'`\\\u2502]|[ \t]{0,80}(?:-----END|\u2502))/y;

/** The size of the greatest keys in use, with room. Longer than that it is something else. */
const MAX_LENGTH = 24 * 1024;
/** A shorter body is a stand-in such as `-----BEGIN PRIVATE KEY-----\nyour key\n-----END…`. */
const MIN_BODY = 40;
/** What `grep`, logs and containers put before each line of a file. */
const MAX_LEAD = 200;
const MAX_LINE = MAX_LEAD + 200;

/** Private keys between their BEGIN and END lines, whole, encrypted, or cut off by whatever shortened the text. */
export const PEM: Detector = {
  near: ["-----begin", "-----end"],
  look(text, at, report) {
    const begun = after(BEGIN, text, at);
    if (begun === null) return lookBack(text, at, report);
    const { end, bodyLength } = readBody(text, begun, leadOf(text, at));
    if (bodyLength >= MIN_BODY) report({ start: at, end, rule: "private-key" });
    return end;
  },
};

/** For a key whose beginning is gone, as `tail` and shortened outputs leave it. */
function lookBack(text: string, at: number, report: (span: Span) => unknown): number {
  const end = after(END, text, at);
  if (end === null) return at + 1;
  const { start, bodyLength } = readBack(text, at);
  if (bodyLength >= MIN_BODY) report({ start, end, rule: "private-key" });
  return end;
}

function readBody(text: string, start: number, lead: string): { end: number; bodyLength: number } {
  let [end, bodyLength] = [start, 0];
  let at = start;
  while (at - start < MAX_LENGTH) {
    const closed = after(END, text, at);
    if (closed !== null) return { end: closed, bodyLength };
    const newline = after(NEWLINE, text, at);
    const line = newline === null ? (after(LINE, text, at) ?? after(LAST_LINE, text, at)) : null;
    if (line !== null) {
      bodyLength += line - at;
      end = line;
    }
    const next =
      (newline === null ? line : skipLead(text, newline, lead)) ??
      after(BREAK, text, at) ??
      (bodyLength === 0 ? after(HEADER_LINE, text, at) : null);
    if (next === null) break;
    at = next;
  }
  return { end, bodyLength };
}

/** The lines of a body above its END line at `end`; only the last of them may be short. */
function readBack(text: string, end: number): { start: number; bodyLength: number } {
  const lead = leadOf(text, end);
  let [start, bodyLength] = [end, 0];
  let below = end - lead.length;
  while (end - below < MAX_LENGTH) {
    const above = /(?:\r?\n|\\{1,7}n)$/.exec(text.slice(Math.max(0, below - 8), below));
    if (above === null) break;
    const lineEnd = below - above[0].length;
    const lineStart = startOfLine(text, lineEnd, MAX_LINE);
    const line = text.slice(lineStart, lineEnd);
    const bodyAt = skipLead(line, 0, lead) ?? after(BREAK, line, 0) ?? 0;
    const bodyEnd = after(start === end ? SHORT_LINE : LINE, line, bodyAt);
    if (bodyEnd === null || (after(BREAK, line, bodyEnd) ?? bodyEnd) < line.length) break;
    start = lineStart + bodyAt;
    bodyLength += bodyEnd - bodyAt;
    below = lineStart;
  }
  return { start, bodyLength };
}

function leadOf(text: string, at: number): string {
  return text.slice(startOfLine(text, at, MAX_LEAD), at);
}

function startOfLine(text: string, at: number, reach: number): number {
  const from = Math.max(0, at - reach);
  const before = text.slice(from, at);
  const escaped = before.lastIndexOf("\\n");
  return from + Math.max(before.lastIndexOf("\n") + 1, escaped === -1 ? 0 : escaped + 2);
}

/** Where the lead ends that a line begins with, or null; its numbers count up from line to line. */
function skipLead(text: string, at: number, lead: string): number | null {
  let [i, k] = [at, 0];
  while (k < lead.length) {
    const [inText, inLead] = [digitsAt(text, i), digitsAt(lead, k)];
    if ((inLead === 0 && text[i] !== lead[k]) || (inLead > 0 && inText === 0)) return null;
    i += inLead === 0 ? 1 : inText;
    k += inLead === 0 ? 1 : inLead;
  }
  return i;
}

function digitsAt(text: string, at: number): number {
  let length = 0;
  while (length < 20 && /^\d$/.test(text[at + length] ?? "")) length++;
  return length;
}

function after(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
