import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionState } from "../../schema/session-state.ts";
import { apply } from "../../scripts/commands/init/draft.ts";
import { readPlace } from "../../scripts/commands/init/place.ts";
import { planInit } from "../../scripts/commands/init/plan.ts";
import { openRepository } from "../../scripts/git/repository.ts";
import { writeMarker } from "../../scripts/state/marker.ts";
import { type Repo, repo } from "../support/repo.ts";

/** A repository with one commit and Baton's hooks, whose work tree git finds clean. */
export async function hookedRepo(files: Record<string, string> = {}): Promise<Repo> {
  const here = repo({ "a.txt": "a\n", ...files });
  await init(here);
  here.commit("baton");
  return here;
}

/** Puts in what a project has that installed Baton, as far as the hooks look at it. */
export function install(here: Repo): void {
  here.write("node_modules/.bin/baton", "");
  here.write(".git/info/exclude", "node_modules\n");
}

/** What `baton init` does, without the talk. */
export async function init(here: Repo): Promise<void> {
  await apply((await planInit(await readPlace(await openRepository(here.root, here.env)), [])).edits);
}

/** What a save leaves behind: the state file, and the marker as the store writes it. */
export async function save(
  here: Repo,
  {
    agent = "claude",
    file = `.${agent}/.session-state.json`,
    checks = {},
    session,
  }: {
    agent?: string;
    file?: string;
    checks?: Record<string, string>;
    session?: Partial<NonNullable<SessionState["session"]>>;
  } = {},
): Promise<void> {
  const branch = run(here, ["symbolic-ref", "-q", "--short", "HEAD"]).stdout.trim();
  const head = run(here, ["rev-parse", "-q", "--verify", "HEAD"]).stdout.trim();
  const state = {
    version: "2.0",
    timestamp: "2026-01-05T12:30:00Z",
    agent,
    task: { description: "something", status: "in_progress", priority: "medium" },
    context: { files_modified: [], files_created: [], next_steps: [] },
    git: {
      branch: branch === "" ? null : branch,
      uncommitted_changes: false,
      staged_files: [],
      last_commit: head === "" ? null : head.slice(0, 7),
      head: head === "" ? null : head,
      issues: [],
      prs: [],
    },
    ...(session === undefined ? {} : { session: { id: "s", revision: 1, started_at: "t", ...session } }),
    validation: { typescript: "pass", eslint: "not_run", tests: "pass", strict_rules: "pending", ...checks },
  };
  const text = `${JSON.stringify(state, null, 2)}\n`;
  here.write(file, text);
  await writeMarker(markerFolder(here), { agent, file }, text);
}

export function markerFolder(here: Repo): string {
  return join(here.git("rev-parse", "--absolute-git-dir"), "baton", "saved");
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs git, and tells how it went. */
export function run(here: Repo, args: string[], env: Record<string, string | undefined> = {}): Ran {
  const result = spawnSync("git", ["-c", "gc.auto=0", "-c", "advice.detachedHead=false", ...args], {
    cwd: here.root,
    env: { ...here.env, ...env },
    encoding: "utf8",
  });
  return { code: result.status ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** The lines in which Baton said something. */
export function said({ stderr }: Ran): string[] {
  return stderr.split("\n").filter((line) => line.startsWith("baton:"));
}

/** Changes a file and commits it. */
export function change(here: Repo, path = "a.txt", env: Record<string, string | undefined> = {}): Ran {
  writeFileSync(join(here.root, path), `${process.hrtime.bigint()}\n`);
  here.git("add", path);
  return run(here, ["commit", "-q", "-m", "change"], env);
}
