import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { exampleSession } from "../../agents/claude/example.ts";
import { projectFolderName, projectsFolder } from "../../agents/claude/store.ts";
import { EXIT, errorCode, UserError } from "../../base/errors.ts";
import { git } from "../../git/run.ts";
import type { World } from "../command.ts";
import { BEFORE, COMMITTED, CREATED, EDITED, MINUTES_AGO, story } from "./story.ts";

/** A repository and a home of their own, in which an agent's session was cut off in the middle of a task. */
export interface Stage {
  /** The temporary folder that holds all of it. */
  folder: string;
  home: string;
  root: string;
  env: Record<string, string | undefined>;
  session: { id: string; path: string };
  remove(): Promise<void>;
  /** Leaves all of it to the person. */
  keep(): void;
}

export const BRANCH = "feat/coupons";

// What programs need to be found and to run. Keys, tokens and the settings of git, npm and the agents stay outside.
const PASSED_ON = ["PATHEXT", "SystemRoot", "ComSpec", "LANG", "LC_ALL"];

// Found on the PATH before the real one, so that every demonstration ends alike and none starts an agent.
const STAND_IN = `#!/bin/sh
echo 'This is a stand-in for codex in a demonstration of Baton.'
`;

/**
 * Makes the stage in a new temporary folder, and touches nothing else. It is gone when the process ends, unless `keep`
 * was called. Throws when it cannot be made; what was made of it is removed then.
 */
export async function makeStage(world: World): Promise<Stage> {
  const folder = await temporaryFolder();
  // A second Ctrl-C ends the process where it is.
  const removeAtExit = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeAtExit);
  const keep = () => void process.off("exit", removeAtExit);
  const remove = async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    keep();
  };
  try {
    return { ...(await furnish(folder, world)), remove, keep };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function temporaryFolder(): Promise<string> {
  const place = tmpdir();
  try {
    // Links resolved, because agents name their folders by the real path.
    return await realpath(await mkdtemp(join(place, "baton-demo-")));
  } catch (error) {
    throw new UserError(
      `No temporary folder can be made in ${place} (${errorCode(error) ?? error}).`,
      "Set TMPDIR to a folder that you may write to, then run the same command again.",
      EXIT.failed,
      { cause: error },
    );
  }
}

async function furnish(folder: string, world: World): Promise<Omit<Stage, "remove" | "keep">> {
  const [home, root] = [join(folder, "home"), join(folder, "shop")];
  await Promise.all([mkdir(home), mkdir(root)]);
  const bin = join(folder, "bin");
  const env = environment(home, bin, world.env);
  const now = world.now();
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const run = (args: readonly string[], at: Date = now) => {
    const date = at.toISOString();
    const set = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return git(args, { cwd: root, env, set, signal: world.signal });
  };

  await run(["init", "-q"]);
  await run(["symbolic-ref", "HEAD", "refs/heads/main"]);
  await run(["config", "user.name", "Demo"]);
  await run(["config", "user.email", "demo@example.com"]);
  for (const [path, content] of Object.entries(BEFORE)) await put(join(root, path), content);
  await run(["add", "-A"]);
  await run(["commit", "-qm", "Open the shop"], ago(MINUTES_AGO.before));
  await run(["checkout", "-qb", BRANCH], ago(MINUTES_AGO.asked + 1));
  await put(join(root, COMMITTED.path), COMMITTED.new);
  await run(["commit", "-qam", COMMITTED.message], ago(MINUTES_AGO.committed));
  const commit = (await run(["rev-parse", "HEAD"])).trim();
  await put(join(root, CREATED.path), CREATED.content);
  await put(join(root, EDITED.path), EDITED.content);

  await put(join(bin, "codex"), STAND_IN, 0o755);
  const id = randomUUID();
  const path = join(projectsFolder({ home, env }), projectFolderName(root), `${id}.jsonl`);
  const happenings = story(root, commit).map(({ minutesAgo, what }) => ({ at: ago(minutesAgo), what }));
  await put(path, exampleSession({ id, cwd: root, branch: BRANCH, happenings }));
  return { folder, home, root, env, session: { id, path } };
}

function environment(home: string, bin: string, env: World["env"]): Stage["env"] {
  return {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, env[name]])),
    PATH: [bin, env.PATH ?? ""].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    // Where programs that run here put what is temporary.
    TMPDIR: home,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    // Else npm may ask its registry whether there is a newer npm.
    npm_config_update_notifier: "false",
    npm_config_offline: "true",
  };
}

async function put(path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
}
