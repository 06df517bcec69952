import type { Drift } from "../../schema/drift.ts";
import type { Commit, GitFacts } from "../../schema/git-facts.ts";
import { MAX_PATHS, type SessionState } from "../../schema/session-state.ts";
import { branchTip, filesOnBranch } from "./branch.ts";
import { ABSENT, fingerprints } from "./fingerprint.ts";
import { countCommits, distance, listCommits } from "./log.ts";
import type { Repository } from "./repository.ts";

const MAX_COMMITS_LISTED = 20;

/** How the repository, as measured, differs from what `state` recorded. */
export async function readDrift(
  repository: Repository,
  facts: GitFacts,
  state: SessionState,
  now: Date,
): Promise<Drift> {
  const [movement, differing] = await Promise.all([
    headMovement(repository, facts, state),
    fileDrift(facts, state),
  ]);
  const files =
    movement.head === "elsewhere" ? await withoutBranch(repository, facts, state, differing) : differing;
  const staged = new Set(facts.changes.filter((change) => change.staged).map((change) => change.path));
  const wasStaged = new Set(state.git.staged_files);
  const stagedIsKnown = state.truncated?.["git.staged_files"] === undefined;
  const moved = movement.head !== "none";
  const filesMoved = moved || files.changed.length + files.vanished.length + files.appeared.length > 0;
  return {
    branch: branchDrift(facts, state),
    ...movement,
    ...files,
    staged: stagedIsKnown ? [...staged].filter((path) => !wasStaged.has(path)) : [],
    unstaged:
      moved || facts.unseen !== undefined ? [] : state.git.staged_files.filter((path) => !staged.has(path)),
    operation: facts.operation === (state.git.operation ?? null) ? null : facts.operation,
    checks: filesMoved ? measuredChecks(state) : [],
    ageMs: Math.max(0, now.getTime() - Date.parse(state.timestamp)) || 0,
  };
}

/** True when anything differs. Age alone is no drift until the state is more than a day old. */
export function isDrifted(drift: Drift): boolean {
  return (
    drift.branch !== null ||
    drift.head !== "none" ||
    drift.operation !== null ||
    drift.changed.length + drift.vanished.length + drift.appeared.length > 0 ||
    drift.staged.length + drift.unstaged.length > 0 ||
    isOld(drift)
  );
}

export function isOld(drift: Drift): boolean {
  return drift.ageMs > 24 * 60 * 60 * 1000;
}

function measuredChecks(state: SessionState): string[] {
  return Object.entries(state.validation)
    .filter(([, result]) => result === "pass" || result === "fail")
    .map(([gate]) => gate);
}

/** A state that names neither branch nor commit was written by somebody who did not look: nothing can be compared. */
function isComparable({ git }: SessionState): boolean {
  return git.branch !== null || git.last_commit !== null || git.head != null;
}

function branchDrift(facts: GitFacts, state: SessionState): Drift["branch"] {
  const saved = state.git.branch;
  return !isComparable(state) || facts.branch === saved ? null : { saved, now: facts.branch };
}

async function headMovement(
  repository: Repository,
  facts: GitFacts,
  state: SessionState,
): Promise<{ head: Drift["head"]; commits: { listed: Commit[]; total: number } }> {
  const none = { listed: [], total: 0 };
  // Older states know only the abbreviated commit.
  const saved = state.git.head ?? state.git.last_commit;
  // And some not even that, which is not the same as having none yet.
  if (saved === null && state.git.head === undefined) return { head: "none", commits: none };
  if (facts.head === null) return { head: saved === null ? "none" : "unknown", commits: none };
  if (!isComparable(state) || (saved !== null && facts.head.startsWith(saved)))
    return { head: "none", commits: none };
  if (saved === null) {
    const listed = await listCommits(repository, facts.head, MAX_COMMITS_LISTED);
    return { head: "forward", commits: { listed, total: await countCommits(repository, facts.head) } };
  }
  if (!/^[0-9a-f]{4,64}$/.test(saved)) return { head: "unknown", commits: none };
  const apart = await distance(repository, saved, facts.head);
  if (apart === null) return { head: "unknown", commits: none };
  const listed =
    apart.ahead === 0 ? [] : await listCommits(repository, `${saved}..${facts.head}`, MAX_COMMITS_LISTED);
  if (apart.behind > 0 && (await isElsewhere(repository, facts, state)))
    return { head: "elsewhere", commits: none };
  const head = apart.behind === 0 ? "forward" : apart.ahead === 0 ? "back" : "rewritten";
  return { head, commits: { listed, total: apart.ahead } };
}

/** True when the saved branch is where it was, and only another one is checked out. */
async function isElsewhere(repository: Repository, facts: GitFacts, state: SessionState): Promise<boolean> {
  const { branch } = state.git;
  return branch !== null && branch !== facts.branch && (await branchTip(repository, branch)) !== null;
}

type FileDrift = Pick<Drift, "changed" | "vanished" | "appeared">;

/** Leaves out what is only different because the files here are another branch's: what that one has is not gone. */
async function withoutBranch(
  repository: Repository,
  facts: GitFacts,
  { git }: SessionState,
  files: FileDrift,
): Promise<FileDrift> {
  const dirty = new Set(facts.changes.map(({ path }) => path));
  const clean = [...files.changed, ...files.vanished].filter((path) => !dirty.has(path));
  const there = new Set(await filesOnBranch(repository, git.branch ?? "", clean));
  const isReal = (path: string) => !there.has(path);
  return { ...files, changed: files.changed.filter(isReal), vanished: files.vanished.filter(isReal) };
}

async function fileDrift(facts: GitFacts, state: SessionState): Promise<FileDrift> {
  const saved = state.git.fingerprints;
  if (saved === undefined) return { changed: [], vanished: [], appeared: [] };
  const paths = Object.keys(saved).slice(0, MAX_PATHS);
  const now = await fingerprints(facts.root, paths);
  const differing = paths.filter((path) => now[path] !== saved[path]);
  const isCut = state.truncated?.["git.fingerprints"] !== undefined;
  return {
    changed: differing.filter((path) => now[path] !== ABSENT),
    vanished: differing.filter((path) => now[path] === ABSENT),
    appeared: isCut
      ? []
      : facts.changes.map((change) => change.path).filter((path) => !Object.hasOwn(saved, path)),
  };
}
