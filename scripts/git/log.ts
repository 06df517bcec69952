import type { Commit } from "../../schema/git-facts.ts";
import type { Repository } from "./repository.ts";
import { git, tryGit } from "./run.ts";

const FORMAT = "%H%x00%h%x00%cI%x00%s";

/** The newest `max` commits in `range` (such as `abc..HEAD`), newest first. */
export async function listCommits(repository: Repository, range: string, max: number): Promise<Commit[]> {
  const output = await git(
    [
      "log",
      `--max-count=${max}`,
      `--format=${FORMAT}`,
      // With log.showSignature, gpg's words would stand between the lines.
      "--no-show-signature",
      "--end-of-options",
      range,
      "--",
    ],
    { cwd: repository.root, env: repository.env },
  );
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [oid = "", shortOid = "", time = "", subject = ""] = line.split("\0");
      return { oid, shortOid, subject, time };
    });
}

/** Commits on each side of two that are not on the other, or null when one of them is not in this repository. */
export async function distance(
  repository: Repository,
  from: string,
  to: string,
): Promise<{ behind: number; ahead: number } | null> {
  const result = await tryGit(
    ["rev-list", "--left-right", "--count", "--end-of-options", `${from}...${to}`, "--"],
    {
      cwd: repository.root,
      env: repository.env,
    },
  );
  const counts = /^(\d+)\s+(\d+)/.exec(result.stdout.toString("utf8"));
  if (result.code !== 0 || counts === null) return null;
  return { behind: Number(counts[1]), ahead: Number(counts[2]) };
}

export async function countCommits(repository: Repository, range: string): Promise<number> {
  const output = await git(["rev-list", "--count", "--end-of-options", range, "--"], {
    cwd: repository.root,
    env: repository.env,
  });
  return Number(output);
}
