import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import type { KeptAnswer, Reader } from "../../schema/github-api.ts";
import { BadAnswer, boundedFetch } from "./bounded-fetch.ts";
import type { Budget } from "./budget.ts";
import { refusedStatus } from "./failure.ts";
import { withoutToken } from "./token.ts";

export type Params = Readonly<Record<string, string | number>>;

export interface GitHubApi {
  /**
   * The answer to a GET as its reader left it, and whether there are further pages. Asks only whether it changed
   * where an earlier answer is kept, unless `fresh`. Throws `BadAnswer` when the reader does not understand the body.
   */
  get<T>(
    path: string,
    params: Params,
    read: Reader<T>,
    fresh?: "fresh",
  ): Promise<{ value: T; more: boolean }>;
  /** Never sent a second time by itself: a first one that seems to have failed may have had its effect. */
  send<T>(method: "POST" | "PATCH", path: string, params: Params, read: Reader<T>): Promise<T>;
  /** The answers of this run that have an ETag, for the cache. */
  answers: Record<string, KeptAnswer>;
  /** Forgets the earlier answers: from now on everything is asked for in full. */
  forget(): void;
}

const Client = Octokit.plugin(retry, throttling);
/** A shorter one is no secret, and would be found inside ordinary words. */
const MIN_SECRET_LENGTH = 8;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw new BadAnswer("is not JSON", { cause: error });
  }
}

/** This module loads octokit (about 100 KB): import it only once there is a token. */
export function connect(options: {
  apiUrl: string;
  token: string;
  budget: Budget;
  kept: Record<string, KeptAnswer>;
}): GitHubApi {
  const { apiUrl, token, budget } = options;
  let { kept } = options;
  // A rate limit that ends within the budget is waited for, once; any other is reported.
  const waitsFor = (seconds: number, _options: unknown, _octokit: unknown, retries: number) =>
    retries === 0 && seconds * 1000 < budget.remaining();
  const octokit = new Client({
    auth: token,
    baseUrl: apiUrl,
    userAgent: "agent-baton",
    log: silent,
    request: { fetch: boundedFetch, signal: budget.signal },
    retry: {
      retries: 1,
      retryAfterBaseValue: 250,
      // Client errors stay as they are; 429 belongs to the throttling plugin.
      doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451],
    },
    throttle: { id: apiUrl, onRateLimit: waitsFor, onSecondaryRateLimit: waitsFor },
  });

  const answers: Record<string, KeptAnswer> = {};
  const understand = <T>(body: unknown, read: Reader<T>): T => {
    const value = read(token.length < MIN_SECRET_LENGTH ? body : withoutToken(body, token));
    if (value === null) throw new BadAnswer("is not what its API documents");
    return value;
  };

  return {
    answers,
    forget() {
      kept = {};
    },
    async get(path, params, read, fresh) {
      const key = `${path} ${JSON.stringify(params)}`;
      const known = fresh ? undefined : kept[key];
      try {
        const headers = known === undefined ? {} : { "if-none-match": known.etag };
        // Without a `request` of its own it would share the count of retries with the others. To name the count here
        // would send everything twice that is not a success, a 304 too.
        const response = await octokit.request(`GET ${path}`, { ...params, headers, request: {} });
        const value = understand(parsed(response.data), read);
        const more = response.headers.link?.includes('rel="next"') ?? false;
        const { etag } = response.headers;
        if (!fresh && etag !== undefined && !etag.includes(token)) answers[key] = { etag, more, body: value };
        return { value, more };
      } catch (error) {
        if (known === undefined || refusedStatus(error) !== 304) throw error;
        answers[key] = known;
        return { value: understand(known.body, read), more: known.more };
      }
    },
    async send(method, path, params, read) {
      const response = await octokit.request(`${method} ${path}`, { ...params, request: { retries: 0 } });
      return understand(parsed(response.data), read);
    },
  };
}
