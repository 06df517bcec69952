import type { FileChange, GitFacts } from "../../schema/git-facts.ts";
import type { Learned } from "../../schema/said.ts";

/** Paths by what became of them, each sorted. */
export interface ChangedFiles {
  modified: string[];
  created: string[];
  deleted: string[];
}

/** What was committed since the session began, and what is not committed yet, as one picture. */
export function changedFiles({
  facts,
  sinceBase,
}: {
  facts: GitFacts;
  sinceBase: ReadonlyMap<string, FileChange["kind"]> | null;
}): ChangedFiles {
  const kinds = new Map<string, FileChange["kind"]>(sinceBase ?? []);
  for (const change of facts.changes) {
    // Compared with the base, a tracked file's kind is known already; without one, HEAD is the base. But a file that
    // git was told to forget counts as deleted there, and may lie here all the same.
    const isForgotten = kinds.get(change.path) === "deleted" && change.kind !== "deleted";
    if (sinceBase === null || change.untracked || change.kind === "conflicted" || isForgotten)
      kinds.set(change.path, change.kind);
  }
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
