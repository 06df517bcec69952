import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { FileChange, GitFacts } from "../../schema/git-facts.ts";
import type { OwnWork, WorkBefore } from "../../schema/own-work.ts";
import { MAX_COMMITS } from "../../schema/session-state.ts";
import { readTextIfExists } from "../base/files.ts";
import { branchTip } from "./branch.ts";
import { type CommitDetails, commitsBetween, detailsOf } from "./commit-details.ts";
import { type Made, type Move, madeIn, readReflog } from "./reflog.ts";
import type { Repository } from "./repository.ts";
import { changesSince, isOid } from "./since.ts";

type Kind = FileChange["kind"];

export interface WorkQuestion {
  /** When the agent's session began, if that is known; ISO 8601. */
  startedAt: string | null;
  /** HEAD at that time, where the agent itself recorded it. */
  recordedHead: string | null;
  now: Date;
  /** What the previous state of the same session says; null for a session that was never saved. */
  previous: WorkBefore | null;
  /** The branch that the agent's own record names last; null where it names none. */
  agentBranch?: string | null;
  /** Object ids of commits that other sessions in this working tree have recorded as theirs. Asked only where needed. */
  others?: () => Promise<readonly string[]>;
}

const WHOSE = "which commits belong to this session is not known";

/**
 * Measures what a session itself did. A commit is its own when HEAD's reflog of this working tree says that it was
 * made here since the session began, or when it is another version of such a one (same author, time and subject),
 * as a rebase leaves it. No git process is needed unless there is such a commit. Writes nothing.
 */
export async function ownWork(
  repository: Repository,
  facts: GitFacts,
  question: WorkQuestion,
): Promise<OwnWork> {
  const moves = await readReflog(repository);
  const start = startOf(moves, facts, question);
  const recorded = (question.previous?.commits ?? []).filter(isOid);
  const madeHere = madeIn(start.moves, facts.branch ?? (await branchInRebase(repository, facts)));
  const theirs = madeHere.length === 0 ? [] : ((await question.others?.()) ?? []);
  const others = theirs.filter((oid) => isOid(oid) && !recorded.includes(oid));
  const made = madeHere.filter(({ oid }) => !others.includes(oid));
  const nothing: OwnWork = {
    base: start.base,
    baseAt: start.baseAt,
    branch: facts.branch,
    commits: { listed: [], total: 0 },
    files: uncommitted(facts),
    unknown: start.unknown,
  };
  if (facts.head === null) return nothing;
  if (start.isBlind && recorded.length === 0) return { ...nothing, commits: null };
  if (made.length + recorded.length === 0) return nothing;

  const replaced = made.flatMap(({ replaces }) => replaces ?? []);
  const places = placesOfWork(made, question.previous, facts);
  const [details, here, ...elsewhere] = await Promise.all([
    detailsOf(repository, [...new Set([...recorded, ...others, ...replaced, ...made.map(({ oid }) => oid)])]),
    reachable(repository, start.base, facts.head),
    ...places.map((place) => workOn(repository, start.base, place)),
  ]);
  if (here === null) {
    const base = start.base?.slice(0, 10);
    const unknown = `${WHOSE}: commit ${base}, where it began, is not in this repository`;
    return { ...nothing, commits: null, unknown };
  }
  const own = identify(made, recorded, others, details);
  const wasRecorded = new Set(
    recorded
      .map((oid) => details.get(oid))
      .filter((commit) => commit !== undefined)
      .map(keyOf),
  );
  const there = placeOfWork(here, elsewhere, { own, wasRecorded, facts, question });
  const { tip, commits } = there ?? here;
  const isElsewhere = there !== null;
  if (there?.isBranchGone) {
    return { ...nothing, commits: null, unknown: `${WHOSE}: they were on ${there.branch}, which is gone` };
  }
  const ownCommits = commits.filter((commit) => own.has(commit));
  const listed = ownCommits
    .slice(0, MAX_COMMITS)
    .map(({ oid, shortOid, subject, time }) => ({ oid, shortOid, subject, time }));
  const work: OwnWork = {
    ...nothing,
    branch: there === null ? facts.branch : there.branch,
    commits: { listed, total: ownCommits.length },
  };
  if (ownCommits.length === 0) return work;

  const boundary = await shallowBoundary(repository, facts);
  if (ownCommits.some(({ oid }) => boundary.has(oid))) {
    return {
      ...work,
      unknown: "which files its commits changed is not known: the history is cut off there (a shallow clone)",
    };
  }
  const [net, committed] = await Promise.all([
    changesSince(repository, start.base, isElsewhere ? tip : null),
    committedChanges(repository, ownCommits, own, details),
  ]);
  if (net === null)
    return { ...work, unknown: "which files its commits changed is not known: git could not compare them" };
  return { ...work, files: await together(facts, committed, net, isElsewhere) };
}

interface Start {
  base: string | null;
  baseAt: string;
  /** How HEAD moved from there on. */
  moves: Move[];
  /** True when HEAD may have moved, and git keeps no record of it. */
  isBlind: boolean;
  unknown: string | null;
}

/** Where HEAD was when the session began: as was said before, else as the agent recorded, else as the reflog says. */
function startOf(
  moves: readonly Move[] | null,
  facts: GitFacts,
  { startedAt, recordedHead, now, previous }: WorkQuestion,
): Start {
  const known = previous?.baseAt ?? startedAt;
  // An unreadable time is none: then the session begins with what comes from now on.
  const began = known === null || Number.isNaN(Date.parse(known)) ? now.toISOString() : known;
  const seconds = Math.floor(Date.parse(began) / 1000);
  // Not the last move before it: commits may be made with an old date.
  const later = moves?.findIndex(({ at }) => at > seconds) ?? -1;
  let index = later === -1 ? (moves?.length ?? 0) : later;
  const first = moves?.[0];
  const isCut = index === 0 && first !== undefined && first.from !== null;
  let base = facts.head;
  if (previous?.base !== undefined) base = previous.base;
  else if (startedAt !== null) {
    const before = moves?.[index - 1]?.to;
    const isRecorded = recordedHead !== null && isOid(recordedHead);
    const isHere = moves?.some(({ from, to }) => from === recordedHead || to === recordedHead) ?? false;
    if (isRecorded && (isHere || isCut || first === undefined)) base = recordedHead;
    else if (before !== undefined) base = facts.head === null ? null : before;
    // A clone or a new working tree starts with the commits of others.
    else if (first !== undefined) base = first.from ?? (madeIn([first], null).length > 0 ? null : first.to);
  }
  // The reflog counts in seconds: what was done in the same one, after HEAD was at the base, came later.
  while (index > 0 && moves?.[index - 1]?.at === seconds && moves[index - 1]?.to !== base) index--;
  const isKnown = previous?.base !== undefined || startedAt === null || recordedHead !== null;
  const isBlind =
    moves === null && !(isKnown && [base, previous?.commits?.[0]].includes(facts.head ?? undefined));
  return { base, baseAt: began, moves: moves?.slice(index) ?? [], isBlind, unknown: whyUnknown() };

  function whyUnknown(): string | null {
    if (isBlind) return `${WHOSE}: git keeps no reflog here`;
    if (!isCut || previous?.commits) return null;
    const day = new Date(first.at * 1000).toISOString().slice(0, 10);
    return `which commits were made before ${day} is not known: the reflog begins there`;
  }
}

interface Place {
  branch: string | null;
  /** For when the branch is gone. */
  newest: string | null;
}

/** Where else than here the work may be: where it was when it was saved last, and where something was made last. */
function placesOfWork(made: readonly Made[], previous: WorkBefore | null, facts: GitFacts): Place[] {
  const last = made.at(-1);
  const places: Place[] = [];
  if (previous !== null) places.push({ branch: previous.branch, newest: previous.commits?.[0] ?? null });
  if (last !== undefined) places.push({ branch: last.branch ?? null, newest: last.oid });
  const others = places.filter(({ branch }) => branch !== facts.branch);
  return others.filter(({ branch }, i) => others.findIndex((other) => other.branch === branch) === i);
}

/**
 * Which of the places holds the session's work; null for the one that is checked out. Another branch may be looked at
 * for a while, and something may be made on it by hand: the work stays where it was recorded, unless the agent itself
 * has moved.
 */
function placeOfWork(
  here: Reachable,
  elsewhere: readonly (WorkElsewhere | null)[],
  known: {
    own: Own;
    wasRecorded: ReadonlySet<string>;
    facts: GitFacts;
    question: WorkQuestion;
  },
): WorkElsewhere | null {
  const { own, wasRecorded, facts, question } = known;
  const isRecordedIn = ({ keys }: Reachable) => [...wasRecorded].some((key) => keys.has(key));
  const hasOwn = ({ commits }: Reachable) => commits.some((commit) => own.has(commit));
  const found = elsewhere.filter((place) => place !== null);
  // In the middle of a rebase HEAD has only a part of what the branch has.
  if (facts.branch === null)
    return found.find(({ commits }) => commits.some((c) => own.has(c) && !here.keys.has(keyOf(c)))) ?? null;
  if (isRecordedIn(here)) return null;
  const recorded = found.find(isRecordedIn);
  const agentIsHere = facts.branch !== null && question.agentBranch === facts.branch;
  if (agentIsHere && hasOwn(here)) return null;
  if (recorded !== undefined) return recorded;
  const before = found.find(
    ({ branch }) => question.previous !== null && branch === question.previous.branch,
  );
  if (before !== undefined && hasOwn(before)) return before;
  return hasOwn(here) ? null : (found.find(hasOwn) ?? null);
}

/** The branch that a rebase under way will come back to: HEAD is detached meanwhile. */
async function branchInRebase(repository: Repository, facts: GitFacts): Promise<string | null> {
  if (facts.operation !== "rebase") return null;
  for (const folder of ["rebase-merge", "rebase-apply"]) {
    const name = await readTextIfExists(join(repository.gitDir, folder, "head-name"));
    if (name?.startsWith("refs/heads/")) return name.slice("refs/heads/".length).trim();
  }
  return null;
}

/** What is reachable there. Where the branch is gone, from the newest commit that was made on it. */
async function workOn(
  repository: Repository,
  base: string | null,
  { branch, newest }: Place,
): Promise<WorkElsewhere | null> {
  const tip = branch === null ? null : await branchTip(repository, branch);
  const found = await reachable(repository, base, tip ?? newest);
  return found === null ? null : { ...found, branch, isBranchGone: branch !== null && tip === null };
}

interface WorkElsewhere extends Reachable {
  branch: string | null;
  isBranchGone: boolean;
}

interface Reachable {
  tip: string;
  commits: CommitDetails[];
  keys: Set<string>;
}

async function reachable(
  repository: Repository,
  base: string | null,
  tip: string | null,
): Promise<Reachable | null> {
  if (tip === null || !isOid(tip)) return null;
  const commits = tip === base ? [] : await commitsBetween(repository, base, tip);
  return commits === null ? null : { tip, commits, keys: new Set(commits.map(keyOf)) };
}

/** What stays the same when a commit is rewritten by a rebase or picked onto another branch. */
function keyOf({ email, authored, subject }: CommitDetails): string {
  return `${email}\0${authored}\0${subject}`;
}

/** The session's own commits, and other versions of them. */
interface Own {
  has(commit: CommitDetails): boolean;
  /** The commit of somebody else that `oid` is another version of: only the difference is the session's. */
  replaces: Map<string, string>;
  /** Whether what a merge says about files was done by hand. */
  isByHand(oid: string): boolean;
}

function identify(
  made: readonly Made[],
  recorded: readonly string[],
  others: readonly string[],
  details: ReadonlyMap<string, CommitDetails>,
): Own {
  const oids = new Set<string>();
  const keys = new Set<string>();
  const replaces = new Map<string, string>();
  const byHand = new Set(made.filter(({ isByHand }) => isByHand).map(({ oid }) => oid));
  const add = (oid: string) => {
    const commit = details.get(oid);
    oids.add(oid);
    if (commit !== undefined) keys.add(keyOf(commit));
  };
  const isOwn = (oid: string) => {
    const commit = details.get(oid);
    return oids.has(oid) || (commit !== undefined && keys.has(keyOf(commit)));
  };
  for (const oid of recorded) add(oid);
  const taken = new Set([...details.values()].filter(({ oid }) => others.includes(oid)).map(keyOf));
  for (const { oid, replaces: old } of made) {
    const commit = details.get(oid);
    // An earlier version of what another session has recorded.
    if (commit !== undefined && taken.has(keyOf(commit)) && !keys.has(keyOf(commit))) continue;
    const foreign = old === null ? undefined : (replaces.get(old) ?? (isOwn(old) ? undefined : old));
    if (foreign !== undefined) replaces.set(oid, foreign);
    add(oid);
  }
  return {
    has: (commit) => oids.has(commit.oid) || keys.has(keyOf(commit)),
    replaces,
    isByHand: (oid) => byHand.has(oid),
  };
}

/** What the commits did to each file, one after the other. `commits` are newest first. */
async function committedChanges(
  repository: Repository,
  commits: readonly CommitDetails[],
  own: Own,
  details: ReadonlyMap<string, CommitDetails>,
): Promise<Map<string, Kind>> {
  const unread = commits.filter(({ oid }) => !details.has(oid)).map(({ oid }) => oid);
  const more = await detailsOf(repository, unread);
  const kinds = new Map<string, Kind>();
  for (const { oid, parents } of commits.toReversed()) {
    const old = own.replaces.get(oid);
    if (parents.length > 1 && !own.isByHand(oid)) continue;
    const changes =
      old === undefined
        ? (details.get(oid)?.changes ?? more.get(oid)?.changes)
        : await changesSince(repository, old, oid);
    for (const [path, kind] of changes ?? []) put(kinds, path, afterwards(kinds.get(path), kind));
  }
  return kinds;
}

function put(kinds: Map<string, Kind>, path: string, kind: Kind | null): void {
  if (kind === null) kinds.delete(path);
  else kinds.set(path, kind);
}

/** What two changes of a file come to; null for nothing. */
function afterwards(earlier: Kind | undefined, later: Kind): Kind | null {
  if (earlier === undefined || later === "conflicted") return later;
  if (later === "deleted") return earlier === "created" ? null : "deleted";
  if (earlier === "deleted") return "modified";
  return earlier;
}

function uncommitted({ changes }: GitFacts): Map<string, Kind> {
  return new Map(changes.map(({ path, kind }) => [path, kind]));
}

/**
 * Committed and uncommitted changes as one picture. `net` is how the session's tip, with the working tree where it
 * is checked out, differs from the base: what was taken back since, by the session or by others, is not there.
 */
async function together(
  facts: GitFacts,
  committed: ReadonlyMap<string, Kind>,
  net: ReadonlyMap<string, Kind>,
  isElsewhere: boolean,
): Promise<Map<string, Kind>> {
  const kinds = new Map<string, Kind>();
  for (const [path, kind] of committed) {
    const left = net.get(path);
    if (left !== undefined && (kind === "deleted") === (left === "deleted")) kinds.set(path, kind);
  }
  for (const { path, kind, untracked } of facts.changes) {
    const before = committed.get(path);
    // What git was told to forget is not there either, though it may lie here.
    const isTakenBack =
      before !== undefined && before !== "created" && !net.has(path) && !untracked && !isElsewhere;
    put(kinds, path, isTakenBack ? null : afterwards(before, kind));
  }
  if (!isElsewhere) await keepWhatIsThere(facts.root, kinds);
  return kinds;
}

/** What git was told to forget may lie here all the same: then it is not deleted. */
async function keepWhatIsThere(root: string, kinds: Map<string, Kind>): Promise<void> {
  const deleted = [...kinds].filter(([, kind]) => kind === "deleted").map(([path]) => path);
  await Promise.all(
    deleted.map(async (path) => {
      const isThere = await lstat(join(root, path)).then(
        (info) => !info.isDirectory(),
        () => false,
      );
      if (isThere) kinds.set(path, "modified");
    }),
  );
}

/** Commits whose parents a shallow clone does not have: each looks as if it had created every file. */
async function shallowBoundary(repository: Repository, facts: GitFacts): Promise<Set<string>> {
  if (!facts.shallow) return new Set();
  const text = await readTextIfExists(join(repository.commonDir, "shallow"));
  return new Set(text?.split("\n") ?? []);
}
