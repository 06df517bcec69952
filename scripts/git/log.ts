import type { Commit } from "../../schema/git-facts.ts";
import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";

const FORMAT = "%H%x00%h%x00%cI%x00%s";

/** The newest `max` commits in `range` (such as `abc..HEAD`), newest first; none where git cannot read them. */
export async function listCommits(repository: Repository, range: string, max: number): Promise<Commit[]> {
  const { stdout } = await tryGit(
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
  return stdout
    .toString("utf8")
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

/** How many commits `range` has; 0 where git cannot read them. */
export async function countCommits(repository: Repository, range: string): Promise<number> {
  const { stdout } = await tryGit(["rev-list", "--count", "--end-of-options", range, "--"], {
    cwd: repository.root,
    env: repository.env,
  });
  return Number(stdout.toString("utf8"));
}
