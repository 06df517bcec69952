export interface IssueMention {
  number: number;
  why: "branch" | "commit";
}

/** More than this many would cost too many requests. */
const MAX_MENTIONS = 10;
const MAX_MESSAGES = 500;
const MAX_MESSAGE_LENGTH = 20_000;

/** Folders of branches whose bare number is an issue: `fix/42`. */
const KINDS =
  /^(?:issues?|gh|bug(?:s|fix)?|fix(?:es)?|hotfix|feat(?:ures?)?|chore|docs?|refactor|tasks?|test|perf)$/i;
/** Folders of branches whose numbers never are issues. */
const OTHER_NUMBERS =
  /^(?:releases?|rel|versions?|tags?|prs?|pulls?|dependabot|renovate|sprints?|archive|backup)$/i;
const YEAR = /^(?:19|20)\d\d$/;

/**
 * The issues that a branch name and commit messages name, the branch's first, each once, at most ten.
 * `owner/name#42` and links count only for `repository`. Nobody has checked that these issues exist.
 */
export function issueNumbers(
  branch: string | null,
  commitMessages: readonly string[],
  repository: { host: string; owner: string; name: string } | null,
): IssueMention[] {
  const mentions = new Map<number, IssueMention>();
  const add = (why: IssueMention["why"]) => (number: number) => {
    if (!mentions.has(number)) mentions.set(number, { number, why });
  };
  if (branch !== null) inBranch(branch).forEach(add("branch"));
  for (const message of commitMessages.slice(0, MAX_MESSAGES)) {
    inMessage(message.slice(0, MAX_MESSAGE_LENGTH), repository).forEach(add("commit"));
  }
  return [...mentions.values()].slice(0, MAX_MENTIONS);
}

function inBranch(branch: string): number[] {
  const found: number[] = [];
  let folder = "";
  for (const part of branch.slice(0, 1000).split("/")) {
    if (OTHER_NUMBERS.test(folder)) break;
    const digits = explicit(part) ?? leading(part) ?? bare(part, folder);
    if (digits !== null) found.push(Number(digits));
    folder = part;
  }
  return found;
}

/** `issue-42`, `gh-42-x`, `x-issue-42`, `fix#42`, `fix-42-x`. */
function explicit(part: string): string | null {
  const named = /(?:^|[-_])(?:issues?|gh)[-_#]?([1-9]\d{0,6})(?![\d.])/i.exec(part);
  const hash = /#([1-9]\d{0,6})(?![\w.])/.exec(part);
  // A second number after it makes it a version or a date: fix-1-2.
  const fix = /^(?:fix(?:es)?|bug|bugfix|close[sd]?)[-_]([1-9]\d{0,6})(?![\d.]|[-_]\d)/i.exec(part);
  return named?.[1] ?? hash?.[1] ?? fix?.[1] ?? null;
}

/** `42-x`: the form that GitHub's "create a branch" button makes. */
function leading(part: string): string | null {
  const digits = /^([1-9]\d{0,6})[-_](?=\p{L})/u.exec(part)?.[1];
  return digits === undefined || YEAR.test(digits) ? null : digits;
}

/** `42` alone, or below a folder that says what kind of work it is. */
function bare(part: string, folder: string): string | null {
  if (!/^[1-9]\d{0,6}$/.test(part) || (folder !== "" && !KINDS.test(folder))) return null;
  return YEAR.test(part) && !/^(?:issues?|gh)$/i.test(folder) ? null : part;
}

const REFERENCE = /(?<![\w#&/.-])([A-Za-z0-9][\w-]*\/[\w.-]+)?#([1-9]\d{0,6})(?!\w|\.\d)/g;
const GH_REFERENCE = /(?<![\w-])GH-([1-9]\d{0,6})(?!\w|\.\d)/gi;
const LINK = /https?:\/\/([\w.:-]{1,250})\/([\w-]{1,100}\/[\w.-]{1,100})\/issues\/([1-9]\d{0,6})(?!\w)/g;
const PULL_REQUEST_BEFORE = /(?:\bPR|\bpull(?: request)?|!)\s*$/i;

function inMessage(
  message: string,
  repository: { host: string; owner: string; name: string } | null,
): number[] {
  const own = repository === null ? null : `${repository.owner}/${repository.name}`.toLowerCase();
  const found: { at: number; digits: string | undefined }[] = [];
  for (const match of message.matchAll(REFERENCE)) {
    const [, place, digits] = match;
    if (place !== undefined && place.toLowerCase() !== own) continue;
    if (PULL_REQUEST_BEFORE.test(message.slice(Math.max(0, match.index - 20), match.index))) continue;
    found.push({ at: match.index, digits });
  }
  for (const match of message.matchAll(GH_REFERENCE)) found.push({ at: match.index, digits: match[1] });
  for (const match of message.matchAll(LINK)) {
    const [, host, place, digits] = match;
    if (host?.toLowerCase() !== repository?.host || place?.toLowerCase() !== own) continue;
    found.push({ at: match.index, digits });
  }
  return found.sort((a, b) => a.at - b.at).map(({ digits }) => Number(digits));
}
