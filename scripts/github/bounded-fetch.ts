/** An answer that can't be one of GitHub's, or that is not fit to be used. The message ends "GitHub's answer …". */
export class BadAnswer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BadAnswer";
  }
}

/** A page of a hundred comments of the longest kind is about 7 MB. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_HOPS = 3;
const HEADERS = ["etag", "link", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-github-sso"];

/**
 * `fetch` for a server that may be anything: at most 8 MiB of answer after decompression, redirects (of renamed
 * repositories) only within the same scheme, host and port, so that the token never leaves it, and only the
 * headers that we read. The body is left as text. Throws `BadAnswer`.
 */
export const boundedFetch: typeof fetch = async (input, init) => {
  let url = new URL(input instanceof Request ? input.url : input.toString());
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    const response = await fetch(url.href, { ...init, redirect: "manual" });
    const location = redirection(response, init?.method ?? "GET");
    if (location === null) return bounded(response);
    await response.body?.cancel();
    if (!URL.canParse(location, url.href)) throw new BadAnswer("leads nowhere");
    const next = new URL(location, url);
    if (next.origin !== url.origin) throw new BadAnswer("leads to another server");
    url = next;
  }
  throw new BadAnswer("leads round in a circle");
};

// 301 and 302 would turn a POST into a GET; GitHub itself uses 307 and 308 for those.
function redirection(response: Response, method: string): string | null {
  const kinds = method === "GET" ? [301, 302, 307, 308] : [307, 308];
  return kinds.includes(response.status) ? response.headers.get("location") : null;
}

async function bounded(response: Response): Promise<Response> {
  const headers = new Headers();
  for (const name of HEADERS) {
    const value = response.headers.get(name);
    if (value !== null && value.length <= 2000) headers.set(name, value);
  }
  // Octokit throws at a content type that it can't parse, and takes seconds for hostile JSON; we parse it ourselves.
  headers.set("content-type", "text/plain; charset=utf-8");
  const { status } = response;
  const empty = [204, 205, 304].includes(status) || response.body === null;
  return new Response(empty ? null : await readBody(response), { status, headers });
}

async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      // Leaving the loop cancels the stream.
      if (size > MAX_BYTES) throw new BadAnswer("is too large");
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BadAnswer || (error instanceof Error && error.name === "AbortError")) throw error;
    throw new BadAnswer("broke off in the middle", { cause: error });
  }
  return new Uint8Array(Buffer.concat(chunks));
}
