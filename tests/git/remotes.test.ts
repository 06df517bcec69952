import { expect, it } from "vitest";
import { listRemotes } from "../../scripts/git/remotes.ts";
import { openRepository } from "../../scripts/git/repository.ts";
import { repo } from "../support/repo.ts";

it("remotes are told with where git fetches from and pushes to, rewritten as git rewrites them", async () => {
  const here = repo();
  here.git("remote", "add", "origin", "gh:big/x");
  here.git("remote", "set-url", "--push", "origin", "git@github.com:me/x.git");
  here.git("remote", "set-url", "--push", "--add", "origin", "git@example.com:mirror/x.git");
  here.git("remote", "add", "local", "/some where/x");
  here.git("config", "url.https://github.com/.insteadOf", "gh:");
  const repository = await openRepository(here.root, here.env);
  expect(await listRemotes(repository)).toEqual([
    { name: "local", url: "/some where/x", pushUrl: "/some where/x" },
    { name: "origin", url: "https://github.com/big/x", pushUrl: "git@github.com:me/x.git" },
  ]);
});

it("a repository without remotes has none", async () => {
  const here = repo();
  expect(await listRemotes(await openRepository(here.root, here.env))).toEqual([]);
});
