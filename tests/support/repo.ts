import { execFileSync } from "node:child_process";
import {
  type Dirent,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { onTestFinished } from "vitest";

/** A git repository in a temporary folder, removed when the test ends. Nothing of the machine's git config reaches it. */
export interface Repo {
  root: string;
  env: Record<string, string | undefined>;
  /** Runs git here and gives what it printed, without the last line feed. Throws when git fails. */
  git(...args: string[]): string;
  write(path: string, content: string | Buffer): void;
  /** Commits everything there is, and gives the commit's id. */
  commit(message?: string): string;
}

/** A new folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "baton-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function repo(files: Record<string, string> = {}): Repo {
  return madeOnce(JSON.stringify(files), () => {
    const here = repoAt(temporaryFolder());
    here.git("init", "-q", "-b", "main");
    for (const [path, content] of Object.entries(files)) here.write(path, content);
    if (Object.keys(files).length > 0) here.commit("first");
    return here;
  });
}

const made = new Map<string, (root: string) => void>();

/**
 * Makes a repository when `key` is asked for the first time, and later ones by writing the same files again, which
 * takes a quarter of the time. Only for a repository that holds no absolute path, such as a linked worktree's.
 */
export function madeOnce(key: string, make: () => Repo): Repo {
  const write = made.get(key);
  if (write === undefined) {
    const here = make();
    made.set(key, rememberFolder(here.root));
    return here;
  }
  const root = temporaryFolder();
  write(root);
  return repoAt(root);
}

/** Gives what writes everything in the folder again, as it is now, elsewhere. Git's sample hooks are left out. */
function rememberFolder(folder: string): (root: string) => void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pathOf = (entry: Dirent) => relative(folder, join(entry.parentPath, entry.name));
  const folders = entries.filter((entry) => entry.isDirectory()).map(pathOf);
  const files = entries
    .filter((entry) => entry.isFile())
    .map(pathOf)
    .filter((path) => !/^\.git\/hooks\/.*\.sample$/.test(path))
    .map((path) => {
      const whole = join(folder, path);
      return { path, content: readFileSync(whole), mode: statSync(whole).mode };
    });
  return (root) => {
    for (const path of folders) mkdirSync(join(root, path), { recursive: true });
    for (const { path, content, mode } of files) writeFileSync(join(root, path), content, { mode });
  };
}

/** The same helpers for a working tree that is there already, such as a linked one or a submodule. */
export function repoAt(root: string): Repo {
  // A slip here would run `git init` and `git add` on the project itself.
  if (!relative(root, process.cwd()).startsWith("..")) throw new Error(`${root} is no place for a test`);
  const env = testEnvironment(join(root, "..", "no-home"));
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: root,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).replace(/\n$/, "");
  return {
    root,
    env,
    git,
    write(path, content) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    },
    commit(message = "more") {
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    },
  };
}

/** What a program needs of the environment, and an identity. The machine's own settings, git's too, stay outside. */
export function testEnvironment(home: string): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    TMPDIR: process.env.TMPDIR,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: join(import.meta.dirname, "gitconfig"),
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
  };
}
