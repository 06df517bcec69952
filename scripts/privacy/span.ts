/** Part of a text, in UTF-16 code units, `end` exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** Part of a text that must not be seen. */
export interface Span extends Range {
  rule: string;
}

const MARK_START = "[REDACTED:";
const MARK = /\[REDACTED:[^\s[\]]{1,100}\]/g;
const COVER = "\0";

/** What stands in the place of a secret. */
export function mark(rule: string): string {
  return `[REDACTED:${rule.replace(/[\s[\]]/g, "_").slice(0, 100)}]`;
}

/**
 * The text with every mark that an earlier redaction left covered by NULs, which no secret contains: the words in
 * marks tell about nothing, and no mark is hidden again. Same length, so that positions stay.
 */
export function coverMarks(text: string): string {
  return text.includes(MARK_START) ? text.replace(MARK, (found) => COVER.repeat(found.length)) : text;
}

/** The same for spans, sorted and disjoint, that will become marks. */
export function coverSpans(text: string, spans: readonly Span[]): string {
  return replaceRanges(text, spans, ({ start, end }) => COVER.repeat(end - start));
}

export function isCovered(text: string): boolean {
  return text.includes(COVER);
}

/** Sorted and disjoint. Where spans overlap, their union is hidden under the name that came first in the list. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  if (spans.length === 0) return [];
  const order = new Map(spans.map((span, index) => [span, index]));
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  let rank = 0;
  for (const span of sorted) {
    const last = merged.at(-1);
    const spanRank = order.get(span) ?? 0;
    if (last === undefined || span.start >= last.end) {
      merged.push({ ...span });
      rank = spanRank;
      continue;
    }
    last.end = Math.max(last.end, span.end);
    if (spanRank < rank) [last.rule, rank] = [span.rule, spanRank];
  }
  return merged;
}

/** The text with a mark in the place of each span. Spans must be sorted and disjoint, as `mergeSpans` gives them. */
export function hideSpans(text: string, spans: readonly Span[]): string {
  return replaceRanges(text, spans, ({ rule }) => mark(rule));
}

/** Whole lines, and the spans in them, counted from where the first one begins. */
export interface Lines extends Range {
  within: Span[];
}

/** The lines that the spans lie in, sorted and disjoint like the spans. A span of several lines keeps them together. */
export function linesAround(text: string, spans: readonly Span[]): Lines[] {
  const lines: Lines[] = [];
  for (const { start, end, rule } of spans) {
    let last = lines.at(-1);
    if (last === undefined || start > last.end) {
      last = { start: start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1, end, within: [] };
      lines.push(last);
    }
    const newline = end <= last.end && last.within.length > 0 ? last.end : text.indexOf("\n", end);
    last.end = newline === -1 ? text.length : newline;
    last.within.push({ start: start - last.start, end: end - last.start, rule });
  }
  return lines;
}

/** The text with something else in the place of each range. They must be sorted and disjoint. */
export function replaceRanges<T extends Range>(
  text: string,
  ranges: readonly T[],
  replacement: (range: T, index: number) => string,
): string {
  let out = "";
  let from = 0;
  ranges.forEach((range, i) => {
    out += text.slice(from, range.start) + replacement(range, i);
    from = range.end;
  });
  return ranges.length === 0 ? text : out + text.slice(from);
}

/** Without the spans that lie inside an allowed text. */
export function outsideAllowed(spans: readonly Span[], text: string, allow: readonly string[]): Span[] {
  if (spans.length === 0) return [];
  const allowed = allow.flatMap((value) => occurrences(text, value));
  return spans.filter(({ start, end }) => !allowed.some((range) => range.start <= start && end <= range.end));
}

function occurrences(text: string, value: string): Range[] {
  const found: Range[] = [];
  if (value === "") return found;
  for (let start = text.indexOf(value); start !== -1; start = text.indexOf(value, start + value.length)) {
    found.push({ start, end: start + value.length });
  }
  return found;
}

/** Whether a position is inside one of the sorted and disjoint spans. */
export function isInside(at: number, spans: readonly Span[]): boolean {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return (spans[low]?.start ?? Number.POSITIVE_INFINITY) <= at;
}
