import { isStandIn } from "./placeholders.ts";
import { lintSecrets } from "./secretlint.ts";
import { coverSpans, isCovered, type Span } from "./span.ts";

/** No rule of the preset reaches over this. */
const SEPARATOR = "\n\u0001\n";
const USER_INFO = /^[a-z+]{1,30}:\/\/[^\s:/]{0,256}:([^\s@/]{1,512})@/i;

/** A text, and what is known to be secret in it: sorted and disjoint. */
export interface Known {
  text: string;
  spans: readonly Span[];
}

/**
 * The floor: what secretlint's preset still finds beside the known spans, for each text.
 * All texts go in one call: its start costs more than its work.
 */
export async function floorSpans(pieces: readonly Known[]): Promise<Span[][]> {
  const rests = pieces.map(({ text, spans }) => coverSpans(text, spans));
  const found = await lintSecrets(rests.join(SEPARATOR));
  let offset = 0;
  let next = 0;
  return rests.map((rest) => {
    const own: Span[] = [];
    // Findings come sorted by where they start.
    for (
      let span = found[next];
      span !== undefined && span.start < offset + rest.length;
      span = found[++next]
    ) {
      const secret = narrowed({ ...span, start: span.start - offset, end: span.end - offset }, rest);
      if (isSecret(rest.slice(secret.start, secret.end))) own.push(secret);
    }
    offset += rest.length + SEPARATOR.length;
    return own;
  });
}

// Of an address with a password in it, the reader may see the rest.
function narrowed(span: Span, text: string): Span {
  const match = USER_INFO.exec(text.slice(span.start, span.end));
  const password = match?.[1];
  if (match === null || password === undefined) return span;
  const end = span.start + match[0].length - 1;
  return { ...span, start: end - password.length, end };
}

function isSecret(text: string): boolean {
  return !isCovered(text) && !isStandIn(text);
}
