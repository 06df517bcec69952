import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A scratch home folder and a repository in it, for one client. */
export interface Workplace {
  folder: string;
  home: string;
  repo: string;
  /** A command that makes this file ends the client that runs it. */
  stopFile: string;
  /** Takes back what was done to the repository's files. */
  reset(): void;
  remove(): void;
}

const STOP_FILE = "stop";

/** Ends, while it runs, the client that runs it. */
export const STOP_COMMAND = `touch ${STOP_FILE} && sleep 60`;

/** A fresh one, under the system's folder for temporary files. */
export function newWorkplace(): Workplace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "baton-agents-")));
  const home = join(folder, "home");
  const repo = join(home, "repo");
  mkdirSync(repo, { recursive: true });
  writeFileSync(join(repo, "README.md"), "# A small project\n");
  writeFileSync(join(repo, "AGENTS.md"), "Keep it short.\n");
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: repo, env: GIT_ENVIRONMENT, stdio: "pipe" });
  git("init", "--quiet", "--initial-branch=main");
  // Clients refuse to touch what is outside of the repository or inside .git: so it is in the tree, unseen by git.
  writeFileSync(join(repo, ".git", "info", "exclude"), `/${STOP_FILE}\n/.gemini\n`);
  git("add", ".");
  git("commit", "--quiet", "--message=Start");
  return {
    folder,
    home,
    repo,
    stopFile: join(repo, STOP_FILE),
    reset: () => git("clean", "-fdxq"),
    // A client that was killed may have left a process that still writes.
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}

// Fixed names and times: OpenCode's project id is the first commit's id.
const WHO = { NAME: "Dev", EMAIL: "dev@example.com", DATE: "2026-01-05T12:00:00Z" };
const GIT_ENVIRONMENT = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  ...Object.fromEntries(
    Object.entries(WHO).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  ),
};
