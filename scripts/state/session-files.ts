import type { FileChange } from "../../schema/git-facts.ts";
import type { WorkBefore } from "../../schema/own-work.ts";
import type { Learned } from "../../schema/said.ts";
import type { SessionState } from "../../schema/session-state.ts";

/** Paths by what became of them, each sorted. */
export interface ChangedFiles {
  modified: string[];
  created: string[];
  deleted: string[];
}

/** The session's files as a state lists them. */
export function changedFiles(kinds: ReadonlyMap<string, FileChange["kind"]>): ChangedFiles {
  const files: ChangedFiles = { modified: [], created: [], deleted: [] };
  for (const [path, kind] of kinds) files[kind === "conflicted" ? "modified" : kind].push(path);
  for (const paths of Object.values(files)) paths.sort();
  return files;
}

/** Which of the changed files the agent itself worked on. */
export function touchedFiles(learned: Learned, files: ChangedFiles): string[] {
  const changed = new Set([...files.modified, ...files.created, ...files.deleted]);
  return learned.filesTouched.filter((path) => changed.has(path));
}

/** What a saved state says of the session's work, for measuring it again. */
export function workBefore({ session, git, timestamp }: SessionState): WorkBefore {
  return {
    // A state of an older writer has no such field: it began where it was saved.
    base: session?.base_head !== undefined ? session.base_head : (git.head ?? git.last_commit ?? undefined),
    baseAt: session?.base_at ?? session?.started_at ?? timestamp,
    branch: session?.branch !== undefined ? session.branch : git.branch,
    commits: git.commits?.map(({ oid }) => oid) ?? null,
  };
}

/**
 * Where the session's work is, when something else was checked out when `state` was saved: a branch, or, for work on a
 * detached HEAD, its newest commit. Null when the work was where HEAD was, or git was moving HEAD about by itself.
 */
export function workElsewhere({
  session,
  git,
}: SessionState): { branch: string } | { commit: string } | null {
  if (session?.branch === undefined || session.branch === git.branch || git.operation != null) return null;
  if (session.branch !== null) return { branch: session.branch };
  const newest = git.commits?.[0]?.oid;
  return newest === undefined ? null : { commit: newest };
}
