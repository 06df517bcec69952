import type { Repository } from "./repository.ts";
import { GitFailure, tryGit } from "./run.ts";
import { records } from "./status-parser.ts";

const LIST = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];

/** Every path of the working tree that is not ignored, tracked or not. What was deleted may still be among them. */
export async function listFiles(repository: Repository): Promise<string[]> {
  const result = await tryGit(LIST, { cwd: repository.root, env: repository.env });
  if (result.code !== 0) throw new GitFailure(LIST, result);
  // A path with a conflict is listed once for each side.
  return [...new Set(paths(result.stdout))];
}

/**
 * Of the files that `listFiles` gives, those with a line that one of the Perl-compatible regular expressions matches,
 * byte by byte. Null when git cannot tell, such as one that was built without them. Rejects when `signal` is aborted.
 */
export async function filesMatching(
  repository: Repository,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<string[] | null> {
  const result = await tryGit(
    [
      "grep",
      "--files-with-matches",
      "-z",
      // Colours that the person wants always would be part of the names.
      "--no-color",
      "--perl-regexp",
      // Whatever attributes say, every file counts as text.
      "--text",
      "--untracked",
      "--no-recurse-submodules",
      ...patterns.flatMap((pattern) => ["-e", pattern]),
    ],
    { cwd: repository.root, env: repository.env, signal },
  );
  // 1 stands for no match.
  return result.code <= 1 ? paths(result.stdout) : null;
}

function paths(output: Buffer): string[] {
  return records(output).filter((path) => path !== "");
}
