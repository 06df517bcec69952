import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GitFailure, git, gitEnvironment, tryGit } from "../../scripts/git/run.ts";
import { repo, temporaryFolder } from "../support/repo.ts";

describe("the environment that git gets", () => {
  it("has none of the variables that git itself counts as bound to one repository", () => {
    const local = execFileSync("git", ["rev-parse", "--local-env-vars"], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(local).toContain("GIT_INDEX_FILE");
    const env = Object.fromEntries(local.map((name) => [name, "/elsewhere"]));
    expect(Object.keys(gitEnvironment({ ...env, HOME: "/home" }))).toEqual(expect.not.arrayContaining(local));
  });

  it("keeps who the person is, and what they set for git as a whole", () => {
    const env = { GIT_AUTHOR_NAME: "Ada", GIT_CONFIG_GLOBAL: "/x", GIT_SSH_COMMAND: "ssh -v", PATH: "/bin" };
    expect(gitEnvironment(env)).toMatchObject(env);
  });

  it("never lets git ask, and lets it speak one language", () => {
    expect(gitEnvironment({ LC_ALL: "de_DE.UTF-8", GIT_TERMINAL_PROMPT: "1" })).toMatchObject({
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_OPTIONAL_LOCKS: "0",
    });
  });
});

describe("running git", () => {
  it("gives a non-zero exit as an answer, or as an error with git's own words", async () => {
    const { root, env } = repo();
    expect((await tryGit(["rev-parse", "--verify", "-q", "nothing"], { cwd: root, env })).code).toBe(1);
    const failure = git(["cat-file", "-t", "nothing"], { cwd: root, env });
    await expect(failure).rejects.toBeInstanceOf(GitFailure);
    await expect(failure).rejects.toThrow(/git cat-file failed: .*nothing/);
  });

  it("hands over input that git does not read to its end", async () => {
    const { root, env } = repo();
    const result = await tryGit(["rev-parse", "--git-dir"], { cwd: root, env, input: "x".repeat(1_000_000) });
    expect(result.stdout.toString()).toBe(".git\n");
  });

  it("says so when there is no git, or no such folder", async () => {
    const folder = temporaryFolder();
    const missing = { message: expect.stringContaining("git could not be started"), code: 1 };
    await expect(tryGit(["version"], { cwd: folder, env: { PATH: folder } })).rejects.toMatchObject(missing);
    await expect(tryGit(["version"], { cwd: join(folder, "gone"), env: process.env })).rejects.toMatchObject(
      missing,
    );
  });
});
