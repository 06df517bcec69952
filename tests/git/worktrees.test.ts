import { chmodSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { openRepository } from "../../scripts/git/repository.ts";
import { workingTrees } from "../../scripts/git/worktrees.ts";
import { type Repo, repo, repoAt, temporaryFolder } from "../support/repo.ts";

const treesOf = async (here: Repo, env = here.env) => workingTrees(await openRepository(here.root, env));

function withLinked(): { main: Repo; linked: Repo } {
  const main = repo({ "a.txt": "a\n" });
  const root = join(temporaryFolder(), "linked tree");
  main.git("worktree", "add", "-q", "-b", "linked", root);
  return { main, linked: repoAt(root) };
}

it("names all working trees, the one that was asked in first", async () => {
  const { main, linked } = withLinked();
  expect(await treesOf(main)).toEqual([main.root, linked.root]);
  expect(await treesOf(linked)).toEqual([linked.root, main.root]);
  rmSync(linked.root, { recursive: true });
  expect(await treesOf(main)).toEqual([main.root]);
});

it("names them with a git that cannot list them by NUL", async () => {
  const { main, linked } = withLinked();
  const folder = temporaryFolder();
  const tools = repoAt(folder);
  tools.write(
    "git",
    `#!/bin/sh\nPATH=\${PATH#*${delimiter}}\ncase "$*" in "worktree list"*-z) exit 129 ;; esac\nexec git "$@"\n`,
  );
  chmodSync(join(folder, "git"), 0o755);
  const env = { ...main.env, PATH: `${folder}${delimiter}${main.env.PATH}` };
  expect(await treesOf(main, env)).toEqual([main.root, linked.root]);
});
