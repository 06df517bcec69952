import type { Repository } from "./repository.ts";
import { tryGit } from "./run.ts";

export interface RemoteAddress {
  name: string;
  /** With `insteadOf` applied: where git would really go. */
  url: string;
  /** Where git pushes to; the first address, where it is more than one. */
  pushUrl?: string;
}

/** The repository's remotes, where git fetches from and where it pushes to, in git's order. */
export async function listRemotes(repository: Repository): Promise<RemoteAddress[]> {
  const result = await tryGit(["remote", "--verbose"], { cwd: repository.root, env: repository.env });
  const remotes: RemoteAddress[] = [];
  for (const line of result.stdout.toString("utf8").split("\n")) {
    const [, name = "", url = "", direction] = /^(.*)\t(.*) \((fetch|push)\)/.exec(line) ?? [];
    const remote = remotes.find((known) => known.name === name);
    if (direction === "fetch") remotes.push({ name, url });
    else if (direction === "push" && remote !== undefined) remote.pushUrl ??= url;
  }
  return remotes;
}
