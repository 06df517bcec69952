/**
 * The parts of GitHub's REST answers that we read (docs.github.com/rest, version 2022-11-28), and the cache file
 * that keeps them. Reading strips everything else and bounds every text and list, so that what was read can be
 * stored as it is and read again. A reader answers null when the body is not what the API documents.
 */
import * as z from "zod/mini";

export type Reader<T> = (body: unknown) => T | null;

function reader<T>(schema: z.ZodMiniType<T>): Reader<T> {
  return (body) => {
    const read = schema.safeParse(body);
    return read.success ? read.data : null;
  };
}

const text = (max: number) => z.string().check(z.overwrite((whole) => whole.slice(0, max)));
const listOf = <T extends z.ZodMiniType>(item: T, max: number) =>
  z.array(item).check(z.overwrite((whole) => whole.slice(0, max)));
const word = text(100);
const title = text(500);
const total = z.int().check(z.nonnegative());
const number = z.int().check(z.positive());

const User = z.object({ login: word, type: z.optional(word) });

const Repository = z.object({
  full_name: text(250),
  fork: z.boolean(),
  parent: z.optional(z.object({ full_name: text(250) })),
});

/** The issues API also answers with pull requests: those have `pull_request`. */
const Issue = z.object({
  number,
  title,
  state: z.enum(["open", "closed"]),
  pull_request: z.optional(z.object({})),
});

const Pull = z.object({
  number,
  title,
  state: z.enum(["open", "closed"]),
  draft: z.optional(z.boolean()),
  merged_at: z.optional(z.nullable(word)),
  head: z.object({ ref: text(1000), sha: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)) }),
  requested_reviewers: z.optional(z.nullable(listOf(z.object({}), 100))),
  requested_teams: z.optional(z.nullable(listOf(z.object({}), 100))),
});

const Review = z.object({ user: z.nullable(User), state: word });

const CheckRuns = z.object({
  total_count: total,
  check_runs: listOf(z.object({ status: word, conclusion: z.nullable(word) }), 100),
});

const CombinedStatus = z.object({ state: word, total_count: total });

/** Of the body only its beginning, where our marker would be. */
const Comment = z.object({ id: number, body: z.nullable(text(1500)), user: z.nullable(User) });

export const readUser = reader(User);
export const readRepository = reader(Repository);
export const readIssue = reader(Issue);
export const readIssues = reader(listOf(Issue, 100));
export const readPulls = reader(listOf(Pull, 100));
export const readReviews = reader(listOf(Review, 100));
export const readCheckRuns = reader(CheckRuns);
export const readCombinedStatus = reader(CombinedStatus);
export const readComment = reader(Comment);
export const readComments = reader(listOf(Comment, 100));

export type ApiIssue = z.infer<typeof Issue>;
export type ApiPull = z.infer<typeof Pull>;
export type ApiReview = z.infer<typeof Review>;
export type ApiCheckRuns = z.infer<typeof CheckRuns>;
export type ApiCombinedStatus = z.infer<typeof CombinedStatus>;
export type ApiComment = z.infer<typeof Comment>;

const Facts = z.object({
  repository: z.string(),
  viewer: z.nullable(z.string()),
  issues: z.array(
    z.object({
      number,
      title,
      url: z.string(),
      state: z.enum(["open", "closed"]),
      why: z.enum(["branch", "commit", "assigned"]),
    }),
  ),
  prs: z.array(
    z.object({
      number,
      title,
      url: z.string(),
      state: z.enum(["open", "closed", "merged"]),
      draft: z.boolean(),
      review: z.enum(["approved", "changes_requested", "review_requested", "none", "unknown"]),
      checks: z.enum(["success", "failure", "pending", "none", "unknown"]),
    }),
  ),
  fetchedAt: z.iso.datetime(),
});

/** An earlier answer: its ETag, whether there were further pages, and the body as its reader left it. */
const KeptAnswer = z.object({ etag: z.string(), more: z.boolean(), body: z.unknown() });

const CacheFile = z.object({
  version: z.literal(1),
  /** `host/owner/name` of the first remote, and the branch: whose facts these are. */
  origin: z.string(),
  branch: z.nullable(z.string()),
  facts: Facts,
  answers: z.record(z.string(), KeptAnswer),
});

export const readCacheFile = reader(CacheFile);

export type CachedFacts = z.infer<typeof Facts>;
export type KeptAnswer = z.infer<typeof KeptAnswer>;
export type CacheFile = z.infer<typeof CacheFile>;
