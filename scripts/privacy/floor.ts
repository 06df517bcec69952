import { isStandIn } from "./placeholders.ts";
import { lintSecrets, mayInterestSecretlint } from "./secretlint.ts";
import { hasMark, isMark, type Span } from "./span.ts";

/** No rule of the preset reaches over this. */
const SEPARATOR = "\n\u0001\n";
const USER_INFO = /^[a-z+]{1,30}:\/\/[^\s:@/]{0,256}:([^\s@/]{1,512})@/i;

/**
 * What the floor (secretlint's preset) still finds in each text beside the spans that are known already.
 * All texts go in one call: its start costs more than its work.
 */
export async function floorSpans(
  texts: readonly string[],
  known: readonly (readonly Span[])[],
): Promise<Span[][]> {
  const found: Span[][] = texts.map(() => []);
  const suspects = texts
    .map((text, index) => ({ index, text, rest: cover(text, known[index] ?? []) }))
    .filter(({ rest }) => mayInterestSecretlint(rest));
  if (suspects.length === 0) return found;

  const spans = await lintSecrets(suspects.map(({ rest }) => rest).join(SEPARATOR));
  let start = 0;
  for (const { index, text, rest } of suspects) {
    const end = start + text.length;
    const own = spans.filter((span) => span.start >= start && span.end <= end);
    for (const span of own) {
      const secret = narrowed({ ...span, start: span.start - start, end: span.end - start }, text);
      if (isNew(secret, rest)) found[index]?.push(secret);
    }
    start = end + SEPARATOR.length;
  }
  return found;
}

// Same length, so that what is found in the rest stands where it stood. `[` ends every secret that the preset knows.
function cover(text: string, spans: readonly Span[]): string {
  let out = "";
  let from = 0;
  for (const { start, end } of spans) {
    out += text.slice(from, start) + "[".repeat(end - start);
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

// Of an address with a password in it the reader may see the rest.
function narrowed(span: Span, text: string): Span {
  const match = USER_INFO.exec(text.slice(span.start, span.end));
  const password = match?.[1];
  if (match === null || password === undefined) return span;
  const end = span.start + match[0].length - 1;
  return { ...span, start: end - password.length, end };
}

function isNew({ start, end }: Span, rest: string): boolean {
  const secret = rest.slice(start, end);
  return !isMark(secret) && !hasMark(secret) && !secret.startsWith("[[") && !isStandIn(secret);
}
