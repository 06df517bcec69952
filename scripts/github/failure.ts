import type { GitHubOutcome } from "../../schema/github-facts.ts";
import { errorCode } from "../base/errors.ts";
import { formatDuration, timestamp } from "../base/time.ts";
import { BadAnswer } from "./bounded-fetch.ts";
import { OverBudget } from "./budget.ts";

/**
 * GitHub could not be asked, or did not answer as it should. The message is one clause without a full stop, made
 * of our own words alone: nothing that a server sent, and never the token.
 */
export class GitHubFailure extends Error {
  readonly outcome: GitHubOutcome;

  constructor(outcome: GitHubOutcome, message: string) {
    super(message);
    this.name = "GitHubFailure";
    this.outcome = outcome;
  }
}

/** What a message may name. */
export interface Circumstances {
  /** As `label` writes it. */
  repository: string;
  tokenSource: string;
  now: Date;
}

/** The failure behind an error of octokit, `boundedFetch` or `withBudget`; null when the fault is elsewhere. */
export function githubFailure(error: unknown, about: Circumstances): GitHubFailure | null {
  if (error instanceof GitHubFailure) return error;
  if (error instanceof OverBudget) return new GitHubFailure("over_budget", "GitHub did not answer in time");
  for (const link of causes(error)) {
    if (link instanceof BadAnswer) return new GitHubFailure("bad_answer", `GitHub's answer ${link.message}`);
  }
  const http = httpError(error);
  if (http === null) return null;
  return http.answer === null ? unreachable(error) : refusal(http.answer, about);
}

/** The status of an answer that was not a success; null for any other error, and for a rate limit. */
export function refusedStatus(error: unknown): number | null {
  const answer = httpError(error)?.answer ?? null;
  return answer === null || isRateLimit(answer) ? null : answer.status;
}

interface Answer {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  message: string;
}

function refusal(answer: Answer, { repository, tokenSource, now }: Circumstances): GitHubFailure {
  const { status, headers } = answer;
  if (isRateLimit(answer)) {
    return new GitHubFailure("rate_limited", `GitHub's rate limit is used up${until(headers, now)}`);
  }
  if (status === 401) {
    return new GitHubFailure("bad_token", `GitHub refused the token from ${tokenSource} (401)`);
  }
  if (status === 403) {
    const why = headers["x-github-sso"] === undefined ? "" : " before it is authorized for single sign-on";
    const what = `GitHub does not let the token from ${tokenSource} use ${repository}${why} (403)`;
    return new GitHubFailure("forbidden", what);
  }
  if (status === 404) {
    const what = `GitHub knows no ${repository}, or the token from ${tokenSource} may not see it (404)`;
    return new GitHubFailure("not_found", what);
  }
  if (status >= 500) return new GitHubFailure("server_error", `GitHub has trouble of its own (${status})`);
  return new GitHubFailure("bad_answer", `GitHub's answer was unexpected (${status})`);
}

// docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
function isRateLimit({ status, headers, message }: Answer): boolean {
  if (status !== 403) return status === 429;
  const told = headers["x-ratelimit-remaining"] === "0" || headers["retry-after"] !== undefined;
  return told || /\bsecondary rate/i.test(message);
}

function until(headers: Answer["headers"], now: Date): string {
  const wait = Number(headers["retry-after"]) * 1000;
  const reset = Number.isFinite(wait) ? now.getTime() + wait : Number(headers["x-ratelimit-reset"]) * 1000;
  const left = reset - now.getTime();
  // Beyond a day it is nonsense, and beyond the year 275760 not even a date.
  if (!(left >= 0 && left <= 24 * 60 * 60 * 1000)) return "";
  return ` until ${timestamp(new Date(reset))} (in ${formatDuration(left)})`;
}

function unreachable(error: unknown): GitHubFailure {
  const codes = [...causes(error)].map(errorCode).filter((code) => /^[A-Z0-9_]+$/.test(code ?? ""));
  const code = codes.at(-1);
  return new GitHubFailure("offline", `GitHub can't be reached${code === undefined ? "" : ` (${code})`}`);
}

function* causes(error: unknown): Generator<unknown> {
  let link = error;
  for (let depth = 0; depth < 8 && link instanceof Error; depth++) {
    yield link;
    link = link.cause;
  }
}

// By shape, not by class: octokit must not be loaded just to look at an error. Without a response nothing arrived.
function httpError(error: unknown): { answer: Answer | null } | null {
  if (!(error instanceof Error) || error.name !== "HttpError" || !("status" in error)) return null;
  const response = "response" in error ? error.response : undefined;
  if (typeof response !== "object" || response === null || !("headers" in response)) return { answer: null };
  const headers = Object.fromEntries(Object.entries(response.headers ?? {}));
  return { answer: { status: Number(error.status), headers, message: error.message } };
}
