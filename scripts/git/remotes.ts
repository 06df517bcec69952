import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";

export interface RemoteAddress {
  name: string;
  /** With `insteadOf` applied: where git would really go. */
  url: string;
}

/** The repository's remotes and where git fetches from, in git's order. */
export async function listRemotes(repository: Repository): Promise<RemoteAddress[]> {
  const result = await tryGit(["remote", "--verbose"], { cwd: repository.root, env: repository.env });
  return result.stdout
    .toString("utf8")
    .split("\n")
    .map((line) => /^(.*)\t(.*) \(fetch\)/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = "", url = ""]) => ({ name, url }));
}
